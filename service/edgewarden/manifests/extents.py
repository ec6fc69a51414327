"""Where the sources of one cluster lie, as paths that hold them and none of another cluster's."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.placements import Placement
from edgewarden.manifests.snapshot import ancestors
from edgewarden.manifests.tree import TreeReading


def extent(part: TreeReading, whole: TreeReading) -> tuple[str, ...]:
    """The fewest directories and files, sorted, by which the sources of ``part`` are told from all
    others of ``whole``, both with their deployments known.

    With what it holds go the objects that lead to it, by however many deployments of deployments,
    and all that leads nowhere.
    """
    own = _own(part, whole)
    built_of = _inputs(whole, own)
    foreign = (whole.readings.keys() | _inputs(whole, whole.readings.keys())) - own - built_of
    shut = {directory for path in foreign for directory in ancestors(path)}
    return tuple(sorted({_widest(path, shut) for path in own}))


def _inputs(tree: TreeReading, sources: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(tree.readings[source].inputs for source in sources))


def _widest(path: str, shut: AbstractSet[str]) -> str:
    """The directory farthest above that may be named as a whole; ``.`` is the tree itself."""
    *_, widest = (path, *(directory for directory in ancestors(path) if directory not in shut))
    return widest or "."


def _own(part: TreeReading, whole: TreeReading) -> frozenset[str]:
    objects = frozenset(source for source in whole.readings if _holds_objects(whole, source))
    own = objects & part.readings.keys()
    brings = _by_deployment(
        {
            source: part.placements.get(source, ()) if source in own else ways
            for source, ways in whole.placements.items()
            if source in own or source not in objects
        }
    )
    leading: frozenset[str] = own
    while more := frozenset(_origins(brings, leading)) - leading:
        leading |= more
    others = _by_deployment(whole.placements)
    astray = objects - own
    while more := frozenset(_astray(others, leading, astray)) - leading - astray:
        astray |= more
    return frozenset(whole.readings) - astray


def _holds_objects(tree: TreeReading, source: str) -> bool:
    reading = tree.readings[source]
    return bool(reading.declared or reading.refused or reading.lost)


_Brought = Mapping[tuple[Deployment, str], AbstractSet[str]]
"""What each deployment brings, known with the source in which its object stands."""


def _by_deployment(placements: Mapping[str, tuple[Placement, ...]]) -> _Brought:
    found: dict[tuple[Deployment, str], set[str]] = {}
    for source, ways in placements.items():
        for each in ways:
            found.setdefault((each.deployment, each.deployment.origin), set()).add(source)
    return found


def _origins(brings: _Brought, sources: AbstractSet[str]) -> Iterator[str]:
    """Where those deployments stand that bring any of ``sources``."""
    return (origin for (_, origin), brought in brings.items() if brought & sources)


def _astray(brings: _Brought, leading: AbstractSet[str], astray: AbstractSet[str]) -> Iterator[str]:
    """What leads to ``astray`` and not here, and what only such deployments bring."""
    by: dict[str, list[bool]] = {}
    for (_, origin), brought in brings.items():
        lost = bool(brought & astray) and origin not in leading
        if lost:
            yield origin
        for source in brought:
            by.setdefault(source, []).append(lost)
    yield from (source for source, ways in by.items() if all(ways))
