"""What deployments are held against: the paths of the tree, and whose tree it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from edgewarden.manifests.deployments.addresses import NOBODYS, Ownership
from edgewarden.manifests.snapshot import SourceFile, directories


@dataclass(frozen=True)
class Ground:
    """``files`` are those of the tree by path. Where it is a part of one, ``beyond`` are all
    directories of that one."""

    files: Mapping[str, SourceFile]
    ownership: Ownership = NOBODYS
    beyond: frozenset[str] = frozenset()

    @cached_property
    def directories(self) -> frozenset[str]:
        """All that hold a file, the tree itself (``""``) among them."""
        return directories(self.files)
