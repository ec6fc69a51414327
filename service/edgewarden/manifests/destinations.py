"""The clusters that the deployments of a tree name, and what is brought to each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edgewarden.manifests.deployments.deployment import HOME
from edgewarden.manifests.deployments.placements import bringing
from edgewarden.manifests.tree import TreeReading, without


@dataclass(frozen=True, slots=True)
class Destination:
    """A cluster, and the ``others``: sources that are brought to other clusters only.

    ``cluster`` is what deployments call it; empty for the one from which they are made.
    """

    cluster: str
    others: frozenset[str]

    @property
    def name(self) -> str:
        return self.cluster or HOME


def destinations(base: TreeReading, head: TreeReading) -> tuple[Destination, ...]:
    """The clusters to which the two readings of a tree bring objects, sorted by name.

    None where that is one at most. What no deployment brings is in all of them, and so is what is
    brought to a cluster that only a secret names.
    """
    if not base.placements and not head.placements:
        return ()
    every = base.readings.keys() | head.readings.keys()
    bound = {source: frozenset(_clusters(source, base, head)) for source in every}
    named = {
        cluster
        for source, clusters in bound.items()
        if _holds_something(base, source) or _holds_something(head, source)
        for cluster in clusters
    }
    if len(named) < 2:
        return ()
    found = (
        Destination(
            cluster,
            frozenset(s for s, clusters in bound.items() if clusters and cluster not in clusters),
        )
        for cluster in named
    )
    return tuple(sorted(found, key=lambda each: each.name))


def _holds_something(tree: TreeReading, source: str) -> bool:
    reading = tree.readings.get(source)
    return bool(reading and (reading.declared or reading.refused or reading.lost))


def bound_for(tree: TreeReading, destination: Destination) -> TreeReading:
    """The tree as if it brought nothing to other clusters."""
    ways = {
        source: kept
        for source, every in tree.placements.items()
        if (kept := tuple(each for each in every if each.cluster in {destination.cluster, None}))
    }
    elsewhere = bringing(tree.placements) - bringing(ways)
    kept_deployments = tuple(each for each in tree.deployments if each not in elsewhere)
    bound = replace(tree, placements=ways, deployments=kept_deployments)
    return without(bound, destination.others | (tree.placements.keys() - ways.keys()))


def _clusters(source: str, *sides: TreeReading) -> Iterator[str]:
    for side in sides:
        for placement in side.placements.get(source, ()):
            if placement.cluster is not None:
                yield placement.cluster
