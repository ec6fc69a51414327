"""Whether a repository that is named by its address is the one that the tree is of."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_USER = re.compile(r"^[^/@]*@")
_PORT = re.compile(r"^([^/:]+):\d+(?=/|$)")
_SHORT_FORM = re.compile(r"^([^/:]+):(?=[^/])")
"""``git@host:path``, as scp writes it."""


def repository(address: str) -> str:
    """What an address calls a repository: host and path, however Git is to get there.

    Scheme, user, port and the ending ``.git`` make no other repository, nor do capitals.
    """
    name = address.strip()
    schemed = _SCHEME.match(name)
    name = _USER.sub("", _SCHEME.sub("", name))
    name = _PORT.sub(r"\1", name) if schemed else _SHORT_FORM.sub(r"\1/", name)
    return name.strip("/").removesuffix(".git").strip("/").lower()


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which repositories are the tree's own; none where that is not known."""

    own: frozenset[str]

    def includes(self, name: str) -> bool:
        """Whether ``name``, as ``repository`` gives it, is the tree's own."""
        return name in self.own


NOBODYS = Ownership(frozenset())


def ownership(known: AbstractSet[str], named: Iterable[tuple[str, str]]) -> Ownership:
    """Decide by what the tree's repository is ``known`` as, or by what its deployments name.

    ``named`` are the repositories that these name together with a directory that is there. Where
    they name none that is known, those count that are called the same, as a fork or a mirror is.
    Where nothing is known, the tree is taken to be the repository that most of them name. Any
    repository has a root, so a root counts only where nothing else is named. Of two that are named
    equally often, neither is.
    """
    there = list(named)
    if known:
        if not known.isdisjoint(name for name, _ in there):
            return Ownership(frozenset(known))
        called = {posixpath.basename(name) for name in known}
        alike = {name for name, _ in there if posixpath.basename(name) in called}
        return Ownership(frozenset(known | alike))
    votes = Counter(name for name, directory in there if directory)
    first, *others = (votes or Counter(name for name, _ in there)).most_common(2) or [("", 0)]
    sure = first[0] and all(count < first[1] for _, count in others)
    return Ownership(frozenset({first[0]})) if sure else NOBODYS
