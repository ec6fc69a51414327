"""``OWNERS``: who approves what lies in a directory, as Kubernetes' Prow reads it.

Source: Kubernetes contributor guide, "OWNERS Files", and ``pkg/repoowners`` of Prow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.governance.ownership.ownership import Ownership, OwnershipSource
from edgewarden.reachability.location import Location

OWNERS_NAME = "OWNERS"
ALIASES_PATH = "OWNERS_ALIASES"
EVERY_FILE = ".*"


@dataclass(frozen=True, slots=True)
class Named:
    """Logins and aliases, and the line of the first."""

    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class OwnersRule:
    """Whom an ``OWNERS`` file names for the files whose path from its directory a Go regular
    expression finds something in."""

    pattern: str = EVERY_FILE
    approvers: Named | None = None
    reviewers: Named | None = None


@dataclass(frozen=True, slots=True)
class OwnersFile:
    """What stands in an ``OWNERS`` file. ``fault`` says why nothing is known of it.

    With ``no_parents`` those of the directories above have no say.
    """

    path: str
    rules: tuple[OwnersRule, ...] = ()
    no_parents: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class OwnersFiles:
    """All ``OWNERS`` files of a tree by their directory, and what its aliases stand for, by their
    name in small letters."""

    files: Mapping[str, OwnersFile]
    aliases: Mapping[str, tuple[str, ...]]

    def of(self, path: str) -> Ownership | None:
        """The approvers that the nearest file names which names some, else the reviewers."""
        return self._nearest(path, "approvers") or self._nearest(path, "reviewers")

    def _nearest(self, path: str, role: str) -> Ownership | None:
        for directory in _above(path):
            file = self.files.get(directory)
            if file is None:
                continue
            if file.fault:
                place = Location(file.path, 1)
                return Ownership((), OwnershipSource.OWNERS, place, fault=file.fault)
            relative = path[len(directory) + 1 :] if directory else path
            named = [
                each
                for rule in file.rules
                if (each := getattr(rule, role)) is not None and _finds(rule.pattern, relative)
            ]
            if named:
                owners = dict.fromkeys(one for each in named for one in self._expanded(each))
                place = Location(file.path, named[0].line)
                return Ownership(tuple(owners), OwnershipSource.OWNERS, place)
            if file.no_parents:
                return None
        return None

    def _expanded(self, named: Named) -> Iterator[str]:
        for name in named.names:
            yield from self.aliases.get(name.casefold(), (name,))


NO_OWNERS_FILES = OwnersFiles({}, {})


def _above(path: str) -> Iterator[str]:
    """The directories that hold ``path``, the nearest first; the tree itself is empty."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _finds(pattern: str, path: str) -> bool:
    if pattern == EVERY_FILE:
        return True
    # Only here: hardly any repository has such expressions, and what reads them loads slowly.
    from edgewarden.governance.ownership.go_expressions import go_finds  # noqa: PLC0415

    return go_finds(pattern, path)
