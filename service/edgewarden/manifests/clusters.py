"""The clusters that trees describe by themselves, and the trees as each of them gets them."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, count

from edgewarden.manifests.applying import UNKNOWN, Applying
from edgewarden.manifests.deployments.deployment import HOME
from edgewarden.manifests.destinations import Destination, bound_for, destinations
from edgewarden.manifests.orphans import leftovers
from edgewarden.manifests.placing import followed_pair, settled_pair
from edgewarden.manifests.recalled import NOTHING_RECALLED, Recalled
from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import LIBRARY_SUFFIX, PROGRAM_SUFFIX, Snapshot
from edgewarden.manifests.tree import TreeReading, read_tree, same_file, without
from edgewarden.manifests.variants import Variant, variants


@dataclass(frozen=True, slots=True)
class TreesReading:
    """Two trees as they are read; ``changed`` are the paths of the files that differ."""

    base: TreeReading
    head: TreeReading
    changed: frozenset[str]
    applying: Applying

    @classmethod
    def read(
        cls,
        base: Snapshot,
        head: Snapshot,
        applying: Applying = UNKNOWN,
        recalled: Recalled = NOTHING_RECALLED,
    ) -> "TreesReading":
        """With their deployments followed. ``recalled`` is what is known of the base."""
        read = read_tree(base, applying=applying, recalled=recalled)
        again = read if head is base else read_tree(head, read, applying)
        before, after = followed_pair(read, again, base.repositories)
        changed = frozenset(
            path
            for path in before.files.keys() | after.files.keys()
            if (one := before.files.get(path)) is not (other := after.files.get(path))
            and not same_file(one, other)
        )
        return cls(before, after, changed, applying)

    @classmethod
    def alone(
        cls,
        tree: Snapshot,
        applying: Applying = UNKNOWN,
        recalled: Recalled = NOTHING_RECALLED,
    ) -> "TreesReading":
        """One tree in the place of both."""
        return cls.read(tree, tree, applying, recalled)

    def bound_for(self, destination: Destination) -> "TreesReading":
        return self._each(lambda tree: bound_for(tree, destination))

    def settled(self) -> "TreesReading":
        """Each source read as it is brought."""
        sides = settled_pair(self.base, self.head, self.applying)
        return TreesReading(*sides, self.changed, self.applying)

    @property
    def news(self) -> frozenset[str]:
        """The files that differ, and the sources that something deploys otherwise than before, or
        may evaluate otherwise."""
        sources = self.base.placements.keys() | self.head.placements.keys()
        imported = any(path.endswith(LIBRARY_SUFFIX) for path in self.changed)
        return self.changed | {
            source
            for source in sources
            if _ways(self.base, source) != _ways(self.head, source)
            or (imported and source.endswith(PROGRAM_SUFFIX))
        }

    @property
    def brings_otherwise(self) -> bool:
        """Whether the deployments differ, or bring other sources."""
        return (
            self.base.deployments != self.head.deployments
            or self.base.placements.keys() != self.head.placements.keys()
        )

    def without(self, sources: frozenset[str]) -> "TreesReading":
        return self._each(lambda tree: without(tree, sources))

    def _each(self, part: Callable[[TreeReading], TreeReading]) -> "TreesReading":
        base = part(self.base)
        head = base if self.head is self.base else part(self.head)
        return TreesReading(base, head, self.changed, self.applying)


@dataclass(frozen=True, slots=True)
class DescribedClusters:
    """The clusters that two trees describe by themselves, each with its part of them.

    The sources ``left`` over are in none of these: nothing deploys them, but others in their stead.
    """

    each: tuple[tuple[Variant, TreesReading], ...]
    left: frozenset[str]

    @classmethod
    def of(cls, trees: TreesReading) -> "DescribedClusters":
        """Those that deployments name, and of each the alternatives, no two of one name. Where
        nothing suggests several it is one without.
        """
        left = leftovers(trees.base, trees.head)
        found = (
            (replace(variant, without=variant.without | left), part)
            for variant, part in _clusters(trees.without(left))
        )
        return cls(tuple(found), left)


def _clusters(trees: TreesReading) -> Iterator[tuple[Variant, TreesReading]]:
    bound = destinations(trees.base, trees.head)
    taken = {place.name for place in bound}
    for place in bound or (None,):
        part = (trees if place is None else trees.bound_for(place)).settled()
        others = place.others if place else frozenset()
        for each in variants(part.base, part.head) or (Variant("", frozenset(), frozenset()),):
            name = _joined(place.name if place else "", each.name, taken)
            taken.add(name)
            yield Variant(name, each.chosen, each.without | others), part.without(each.without)


def _ways(tree: TreeReading, source: str) -> set[tuple[str | None, str, bool, Release | None]]:
    """Where a source is brought, and how a chart is installed: what is deployed there hangs on
    nothing else."""
    return {
        (each.cluster, target.namespace, target.overrides, each.deployment.release)
        for each in tree.placements.get(source, ())
        for target in (each.deployment.target,)
    }


def _joined(destination: str, alternative: str, taken: AbstractSet[str]) -> str:
    """Alternatives in the cluster from which everything is deployed need not say so, unless one
    of ``taken`` is called like that."""
    if not alternative:
        return destination
    short = (alternative,) if destination in {"", HOME} else ()
    long = (f"{destination}/{alternative}{' again' * times}" for times in count())
    return next(name for name in chain(short, long) if name not in taken)
