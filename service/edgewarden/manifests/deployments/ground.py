"""What deployments are held against: the paths of the tree, and whose tree it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from edgewarden.manifests.deployments.addresses import NOBODYS, Ownership
from edgewarden.manifests.deployments.ignoring import left_out, rules_of
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

    def left_out(self, ignored: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """The rules by which Flux leaves files out, given what its source has ``ignored``, and the
        files."""
        if ignored not in self._left_out:
            rules = rules_of(self.files, ignored)
            self._left_out[ignored] = rules, left_out(self.files, rules)
        return self._left_out[ignored]

    @cached_property
    def _left_out(self) -> dict[str, tuple[tuple[str, ...], frozenset[str]]]:
        return {}
