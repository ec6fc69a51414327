"""Sources of one tree that declare the same objects in its stead: overlays of several clusters.

One cluster holds an object once. Where two overlays, or two bundles, make the same objects, each
is meant for a cluster of its own (or for another way to install the same), and no cluster gets
both. Which source goes with which is told by what their paths have in common: the staging of one
application with the staging of another.
"""

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TypeAlias

from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.tree import TreeReading
from edgewarden.reachability.model import ObjectRef

MOST_VARIANTS = 200
"""A tree that would be taken for more clusters is taken for one."""

_FEWEST_SHARED = 2
_FEWEST_SHARED_BESIDE = 5
"""Objects that two plain files have to share: in one directory a copy may well be an oversight."""
_MOST_PAIRS = 1_000_000
"""Of sources with something in common; in a tree with more nobody could tell clusters apart."""

_Name: TypeAlias = tuple[str, ...]
"""What distinguishes the path of a source from those of its alternatives, by its segments."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A cluster that a tree describes: all of its sources but those ``without``.

    ``name`` is relative to where the alternatives lie, as ``staging`` or ``production/east``.
    ``chosen`` are its own sources, one of each group of alternatives. Sources are known by their
    paths, as in ``TreeReading.readings``.
    """

    name: str
    chosen: frozenset[str]
    without: frozenset[str]


def variants(base: TreeReading, head: TreeReading) -> tuple[Variant, ...]:
    """The clusters that two readings of one tree describe, sorted by name; none where it is one.

    Overlays that build on the same files and make the same object are alternatives, on whichever
    side they stand. Other sources are where one shares half of its objects with the other in the
    base: what only the head declares once more may as well replace what is there. An overlay that
    only has another path in the head is the same alternative. One that builds on the same files
    and makes no object of theirs is an alternative if it is called as a cluster.
    """
    groups = [_named(group, base, head) for group in alternatives(base, head)]
    clusters = _clusters(groups)
    if not 1 < len(clusters) <= MOST_VARIANTS:
        return ()
    groups = _with_namesakes(groups, clusters, base, head)
    every = frozenset().union(*(paths for group in groups for paths in group.values()))
    found = []
    for name in sorted(clusters):
        chosen = frozenset().union(*(_member(group, name) for group in groups))
        found.append(Variant("/".join(name), chosen, every - chosen))
    return tuple(found)


def touched(
    variant: Variant, changed: AbstractSet[str], base: TreeReading, head: TreeReading
) -> bool:
    """Whether a changed file may have a part in the cluster: it feeds more than the sources of
    others."""
    mine, theirs = _feeding(variant, base, head)
    return any(path in mine or path not in theirs for path in changed)


def alternatives(base: TreeReading, head: TreeReading) -> list[frozenset[str]]:
    """Groups of sources that are alternatives of each other, directly or through others."""
    group: dict[str, set[str]] = {}
    for one, other in _pairs(base, head):
        joined = group.get(one, {one}) | group.get(other, {other})
        for source in joined:
            group[source] = joined
    distinct = {frozenset(sources) for sources in group.values()}
    return sorted(distinct, key=sorted)


def _pairs(base: TreeReading, head: TreeReading) -> set[tuple[str, str]]:
    found = _built_alike(base) | _built_alike(head)
    for (one, other), shared in _shared(base).items():
        smaller = min(len(_refs(base.readings[source])) for source in (one, other))
        beside = posixpath.dirname(one) == posixpath.dirname(other)
        least = _FEWEST_SHARED_BESIDE if beside else _FEWEST_SHARED
        if shared >= least and 2 * shared >= smaller:
            found.add((one, other))
    return found


def _built_alike(tree: TreeReading) -> set[tuple[str, str]]:
    """Pairs of roots that have files in common and make the same object."""
    readings = tree.readings
    return {
        (one, other)
        for one, other in _shared(tree)
        if not readings[one].inputs.isdisjoint(readings[other].inputs)
    }


def _shared(tree: TreeReading) -> Counter[tuple[str, str]]:
    """How many objects each pair of sources has in common, where that could make alternatives.

    What more sources declare than there may be clusters says nothing, and so does a file of one
    object.
    """
    if tree.gathered.plain:
        return Counter()
    takers: dict[ObjectRef, set[str]] = {}
    for source, reading in tree.readings.items():
        refs = _refs(reading)
        if reading.inputs or len(refs) >= _FEWEST_SHARED:
            for ref in refs:
                takers.setdefault(ref, set()).add(source)
    times = Counter(
        frozenset(sources) for sources in takers.values() if 1 < len(sources) <= MOST_VARIANTS
    )
    pairs: Counter[tuple[str, str]] = Counter()
    if sum(comb(len(sources), 2) for sources in times) <= _MOST_PAIRS:
        for sources, count in times.items():
            for pair in combinations(sorted(sources), 2):
                pairs[pair] += count
    return pairs


def _refs(reading: FileReading) -> set[ObjectRef]:
    return {declared.ref for declared in reading.declared}


def _feeding(variant: Variant, *sides: TreeReading) -> tuple[set[str], set[str]]:
    """The files of the cluster's sources, and those of the sources it is without."""
    mine: set[str] = set()
    theirs: set[str] = set()
    for side in sides:
        for source, reading in side.readings.items():
            files = theirs if source in variant.without else mine
            files |= reading.inputs or {source}
    return mine, theirs


def _named(
    group: Collection[str], base: TreeReading, head: TreeReading
) -> dict[_Name, frozenset[str]]:
    """The alternatives by their names."""
    segments = {source: _segments(source, base, head) for source in sorted(group)}
    names = {source: _distinguishing(own, segments.values()) for source, own in segments.items()}
    for source in [source for source, name in names.items() if not name]:
        # It lies above all others, so only its own directory can tell it from them.
        own = segments[source][-1:]
        names[source] = own if own and own not in names.values() else (".",)
    gone = [source for source in names if source not in head.readings]
    come = [source for source in names if source not in base.readings]
    if len(gone) == len(come) == 1:
        names[come[0]] = names[gone[0]]
    found: dict[_Name, frozenset[str]] = {}
    for source, name in names.items():
        found[name] = found.get(name, frozenset()) | {source}
    return found


def _with_namesakes(
    groups: Iterable[Mapping[_Name, frozenset[str]]],
    clusters: AbstractSet[_Name],
    base: TreeReading,
    head: TreeReading,
) -> list[dict[_Name, frozenset[str]]]:
    """The groups, each with the roots that are built like its own and called as one of the
    clusters, though all that they make is called otherwise."""
    listed = [dict(group) for group in groups]
    inputs: dict[str, frozenset[str]] = {}
    for side in (base, head):
        for source, reading in side.readings.items():
            if reading.inputs:
                inputs[source] = inputs.get(source, frozenset()) | reading.inputs
    members = [frozenset().union(*group.values()) for group in listed]
    rest = sorted(inputs.keys() - frozenset().union(*members))
    for group, own in zip(listed, members, strict=True):
        fed = frozenset().union(*(inputs.get(source, frozenset()) for source in own))
        segments = [_segments(source, base, head) for source in own]
        for source in rest:
            if not fed.isdisjoint(inputs[source]):
                name = _distinguishing(_segments(source, base, head), segments)
                if name and any(cluster[: len(name)] == name for cluster in clusters):
                    group[name] = group.get(name, frozenset()) | {source}
    return listed


def _distinguishing(own: _Name, group: Iterable[_Name]) -> _Name:
    """The segments where others of the group end or branch off."""
    return tuple(
        segment
        for depth, segment in enumerate(own)
        if any(
            each[:depth] == own[:depth] and each[depth : depth + 1] != (segment,) for each in group
        )
    )


def _segments(source: str, base: TreeReading, head: TreeReading) -> _Name:
    """Of the directory that is rendered, or the path of the file."""
    reading = base.readings.get(source) or head.readings[source]
    path = posixpath.dirname(source) if reading.inputs else source
    return tuple(path.split("/")) if path else ()


def _clusters(groups: Iterable[Mapping[_Name, frozenset[str]]]) -> frozenset[_Name]:
    """The most specific names, and those of alternatives that go with none of these."""
    listed = list(groups)
    names = frozenset().union(*listed)
    above = {name[:depth] for name in names for depth in range(len(name))}
    found = set(names - above)
    for group in listed:
        covered = frozenset().union(*(_member(group, name) for name in found))
        found.update(name for name, paths in group.items() if not paths <= covered)
    return frozenset(found)


def _member(group: Mapping[_Name, frozenset[str]], cluster: _Name) -> frozenset[str]:
    """The alternative that a cluster gets: that of its name, or of the nearest above it."""
    for depth in range(len(cluster), -1, -1):
        if cluster[:depth] in group:
            return group[cluster[:depth]]
    return frozenset()
