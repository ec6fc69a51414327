"""Where in a tree the files lie that say who owns what."""

from collections.abc import Iterable, Iterator

from edgewarden.governance.ownership.code_owners import CODE_OWNERS_PATHS
from edgewarden.governance.ownership.owners_files import ALIASES_PATH, OWNERS_NAME

_BELOW = f"/{OWNERS_NAME}"
_OF_THE_TREE = frozenset({*CODE_OWNERS_PATHS, ALIASES_PATH, OWNERS_NAME})


def ownership_paths(paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that say who owns what."""
    return [path for path in paths if path.endswith(_BELOW) or path in _OF_THE_TREE]


def ownership_of(changed: Iterable[str]) -> frozenset[str]:
    """Where it may stand who owns files that change, and what is read for it."""
    found = set(_OF_THE_TREE)
    for path in changed:
        for each in _above(path):
            if each in found:
                break
            found.add(each)
    return frozenset(found)


def _above(path: str) -> Iterator[str]:
    directory = path.rpartition("/")[0]
    while directory:
        yield f"{directory}{_BELOW}"
        directory = directory.rpartition("/")[0]
