"""Many directories in few words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgewarden.manifests.notices import some_of
from edgewarden.reporting.wording import counted

_SHOWN = 5
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+){2,}")


@dataclass(frozen=True, slots=True)
class Group:
    """``count`` things in some of the ``directories`` at and below ``path``."""

    path: str
    count: int
    directories: int


def rolled_up(counts: Mapping[str, int]) -> str:
    """Directories, each with how much it holds: themselves if they are few, else what they have in
    common, as far down as few words go."""
    deepest = max((_depth(path) for path in counts), default=1)
    grouped = [_grouped(counts, depth) for depth in range(1, deepest + 1)]
    few = [groups for groups in grouped if len(groups) <= _SHOWN]
    groups = few[-1] if few else sorted(grouped[0], key=lambda each: (-each.count, each.path))
    return some_of([*map(_text, groups)])


def hosts(directories: Iterable[str]) -> tuple[str, ...]:
    """Directories beside each other that are called like hosts, as clusters often are."""
    beside: dict[str, set[str]] = {}
    for directory in directories:
        names = directory.split("/")
        for depth, name in enumerate(names):
            if _HOST.fullmatch(name):
                beside.setdefault("/".join(names[:depth]), set()).add("/".join(names[: depth + 1]))
    return tuple(sorted(path for paths in beside.values() if len(paths) > 1 for path in paths))


def _depth(path: str) -> int:
    return path.count("/") + 1


def _grouped(counts: Mapping[str, int], depth: int) -> list[Group]:
    groups: dict[str, Group] = {}
    for path, count in sorted(counts.items()):
        top = "/".join(path.split("/")[:depth])
        known = groups.get(top, Group(top, 0, 0))
        groups[top] = Group(top, known.count + count, known.directories + 1)
    return list(groups.values())


def _text(group: Group) -> str:
    if group.directories == 1:
        return group.path
    return (
        f"{group.path} ({group.count} in {counted(group.directories, 'directory', 'directories')})"
    )
