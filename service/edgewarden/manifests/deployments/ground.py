"""What deployments are held against: the paths of the tree, and whose tree it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from edgewarden.manifests.deployments.addresses import NOBODYS, Ownership
from edgewarden.manifests.snapshot import SourceFile, ancestors


@dataclass(frozen=True)
class Ground:
    """``files`` are those of the tree by path."""

    files: Mapping[str, SourceFile]
    ownership: Ownership = NOBODYS

    @cached_property
    def directories(self) -> frozenset[str]:
        """All that hold a file, the tree itself (``""``) among them."""
        found: set[str] = {""}
        for path in self.files:
            for directory in ancestors(path):
                if directory in found:
                    break
                found.add(directory)
        return frozenset(found)
