"""Paths hold for every end of their stations, and no newly allowed connection is forgotten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from random import Random

import pytest

from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.designations import EndDesignation, Internet, NamedWorkload
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import End
from edgewarden.reachability.focus import EndFocus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.named_focus import focus_on
from edgewarden.reachability.paths.new_paths import new_paths
from edgewarden.reachability.paths.path import Path
from edgewarden.reachability.ports import PortSet
from tests.support import oracle
from tests.support.agreement import Key, is_end, is_pair, ports_of
from tests.support.random_clusters import certain_pair, uncertain_pair

HOPS = 4


@dataclass(frozen=True)
class Graph:
    """The head pair by pair; of addresses some that between them tell all others."""

    allowed: Mapping[Key, PortSet]
    opened: Mapping[Key, PortSet]
    sources: frozenset[object]
    targets: frozenset[object]

    def distances(self, start: Iterable[object], step: Callable[[Key], Key]) -> dict[object, int]:
        """How many hops away each end is, leading over workloads only."""
        found = dict.fromkeys(start, 0)
        level = list(found)
        while level:
            reached = {
                there
                for here, there in map(step, self.allowed)
                if here in level and there not in found and isinstance(there, tuple)
            }
            found |= dict.fromkeys(reached, found[level[0]] + 1)
            level = list(reached)
        return found


def graph(states: Sequence[ClusterState], sources: EndFocus, targets: EndFocus) -> Graph:
    diff = compare(*states)
    known = sorted(w.identity for w in states[1].workloads)
    outside = oracle.outside_addresses(states)
    keys = [*product(known, known), *product(known, outside), *product(outside, known)]
    edges, changes = connectivity(states[1]).edges, (*diff.added, *diff.changed)
    opened = {k: PortSet.union(c.opened for c in changes if is_pair(c, k)) for k in keys}
    allowed = {key: ports_of(edges, key) for key in keys}
    return Graph(
        {key: ports for key, ports in allowed.items() if ports},
        {key: ports for key, ports in opened.items() if ports},
        *(
            frozenset(
                end
                for end in (*known, *outside)
                if end in focus.workloads or any(is_end(each, end) for each in focus.ranges)
            )
            for focus in (sources, targets)
        ),
    )


def told(states: Sequence[ClusterState], seed: int) -> tuple[Graph, tuple[Path, ...]]:
    random = Random(seed)
    names = sorted(w.identity for w in states[1].workloads)
    first, last = (NamedWorkload(*each) for each in random.sample(names, 2))
    source: EndDesignation = random.choice((Internet(), first))
    target: EndDesignation = random.choice((Internet(), last, last))
    focus = focus_on(states, [source], [target], ())
    assert focus.sources is not None
    assert focus.destinations is not None
    found = new_paths(states[1], compare(*states), focus, HOPS)
    assert found.complete
    return graph(states, focus.sources, focus.destinations), found.found


PAIRS = [certain_pair(90_000 + seed) for seed in range(60)]
PAIRS += [uncertain_pair(90_000 + seed) for seed in range(30)]
PAIRS = [pair for pair in PAIRS if len(pair[1].workloads) > 1]


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_every_hop_of_every_path_is_allowed_and_one_of_them_newly(number: int) -> None:
    whole, paths = told(PAIRS[number], number)
    for path in paths:
        assert 1 <= len(path.hops) <= HOPS
        assert any(hop.opened for hop in path.hops)
        stations = [_points(station, whole) for station in path.stations]
        assert stations[0] <= whole.sources
        assert stations[-1] <= whole.targets
        for hop, pair in zip(path.hops, pairwise(stations), strict=True):
            assert bool(hop.causes) == bool(hop.opened)
            for key in product(*pair):
                assert hop.ports == whole.allowed[key]
                assert hop.opened == whole.opened.get(key, PortSet())


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_the_shortest_way_over_every_new_connection_is_told(number: int) -> None:
    whole, paths = told(PAIRS[number], number)
    ahead = whole.distances(whole.sources, lambda key: key)
    behind = whole.distances(whole.targets, lambda key: (key[1], key[0]))
    for src, dst in whole.opened:
        if src not in ahead or dst not in behind:
            continue
        before, after = ahead[src], behind[dst]
        length = before + 1 + after
        if length <= HOPS and _new_all_the_way(whole, dst, behind, ahead, before):
            assert any(
                len(path.hops) == length
                and path.hops[before].opened
                and src in _points(path.stations[before], whole)
                and dst in _points(path.stations[before + 1], whole)
                for path in paths
            ), (src, dst)


def _new_all_the_way(
    whole: Graph, end: object, behind: Mapping[object, int], ahead: Mapping[object, int], seen: int
) -> bool:
    """Whether a shortest way to the targets leads over ends further ahead than ``seen``."""
    if ahead.get(end, HOPS) <= seen:
        return False
    return not behind[end] or any(
        _new_all_the_way(whole, dst, behind, ahead, seen)
        for src, dst in whole.allowed
        if src == end and behind.get(dst) == behind[end] - 1
    )


def _points(station: Sequence[End], whole: Graph) -> frozenset[object]:
    points = {end for key in whole.allowed for end in key}
    return frozenset(p for p in points if any(is_end(end, p) for end in station))
