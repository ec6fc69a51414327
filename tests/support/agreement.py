"""Whether the engine and the pointwise oracle give one answer, point by point.

All points are asked, or some of them: many clusters at a few points each find more than few
clusters at all of theirs.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.report import Edge, Edges, MayEdge, ReachabilityDiff
from tests.support import oracle
from tests.support.oracle import Point

Key = tuple[object, object]


@dataclass(frozen=True)
class Questions:
    """What is asked of every pair: ports and, of what lies outside, addresses.

    A pair with more than ``worlds`` worlds is not asked at all.
    """

    points: Sequence[Point]
    addresses: Sequence[oracle.Address]
    worlds: int

    @classmethod
    def every(cls, states: Sequence[ClusterState]) -> "Questions":
        """Enough to tell any two answers apart."""
        return cls(oracle.points(states), oracle.outside_addresses(states), sys.maxsize)

    @classmethod
    def some(cls, states: Sequence[ClusterState], random: Random) -> "Questions":
        """A dozen ports and half as many addresses of them all, where few facts are open."""
        every = cls.every(states)
        return cls(
            random.sample(every.points, min(12, len(every.points))),
            random.sample(every.addresses, min(6, len(every.addresses))),
            worlds=1000,
        )


@dataclass
class Answer:
    """Points of one pair, by what is said of them."""

    before: set[Point] = field(default_factory=set)
    after: set[Point] = field(default_factory=set)
    opened: set[Point] = field(default_factory=set)
    closed: set[Point] = field(default_factory=set)
    may_open: set[Point] = field(default_factory=set)
    may_close: set[Point] = field(default_factory=set)


def pairs(
    states: Sequence[ClusterState], outside: Sequence[oracle.Address]
) -> Iterable[tuple[Key, list[tuple[oracle.End, oracle.End] | None]]]:
    """Every pair of ends with what it is in each state, or ``None`` where an end is missing."""
    known = [{w.identity: w for w in state.workloads} for state in states]
    identities = sorted({identity for each in known for identity in each})
    for src in identities:
        for dst in identities:
            yield (
                (src, dst),
                [(each[src], each[dst]) if src in each and dst in each else None for each in known],
            )
        for address in outside:
            yield (src, address), [(each[src], address) if src in each else None for each in known]
            yield (address, src), [(address, each[src]) if src in each else None for each in known]


def expected(states: Sequence[ClusterState], asked: Questions) -> dict[Key, Answer]:
    """What the oracle says of a base and a head; a single state is a head without a base."""
    answers = {}
    for key, ends in pairs(states, asked.addresses):
        sources = [pair[0] for pair in ends if pair is not None]
        destinations = [pair[1] for pair in ends if pair is not None]
        possible = oracle.worlds(states, sources, destinations)
        if len(possible) > asked.worlds:
            continue
        answer = Answer()
        for point in asked.points:
            outcomes = {
                tuple(
                    pair is not None and oracle.allowed(state, pair[0], pair[1], point, world)
                    for state, pair in zip(states, ends, strict=True)
                )
                for world in possible
            }
            _record(answer, point, {(False, *outcome)[-2:] for outcome in outcomes})
        answers[key] = answer
    return answers


def _record(answer: Answer, point: Point, outcomes: set[tuple[bool, ...]]) -> None:
    if all(base for base, _ in outcomes):
        answer.before.add(point)
    if all(head for _, head in outcomes):
        answer.after.add(point)
    for change, certain, may in (
        ((False, True), answer.opened, answer.may_open),
        ((True, False), answer.closed, answer.may_close),
    ):
        if outcomes == {change}:
            certain.add(point)
        elif change in outcomes:
            may.add(point)


def is_end(end: End, wanted: object) -> bool:
    if isinstance(end, WorkloadEnd):
        return end.identity == wanted
    address = wanted
    return isinstance(address, type(end.first)) and int(end.first) <= int(address) <= int(end.last)


def is_pair(edges: Edges, key: Key) -> bool:
    sources = [end for end in edges.sources if is_end(end, key[0])]
    destinations = [end for end in edges.destinations if is_end(end, key[1])]
    assert len(sources) <= 1, "an end stands twice in one rectangle"
    assert len(destinations) <= 1, "an end stands twice in one rectangle"
    return bool(sources and destinations)


def ports_of(found: Iterable[Edge | MayEdge], key: Key) -> PortSet:
    every = NO_PORTS
    for each in found:
        if is_pair(each, key):
            assert not every & each.ports, "two entries for one pair speak of the same port"
            every |= each.ports
    return every


def at(ports: PortSet, points: Sequence[Point]) -> set[Point]:
    return {point for point in points if point in ports}


def check_diff(base: ClusterState, head: ClusterState, asked: Questions) -> ReachabilityDiff:
    """Assert that the difference is the oracle's, wherever it is asked."""
    states, points = (base, head), asked.points
    diff = compare(base, head)
    exact = (*diff.added, *diff.removed, *diff.changed)
    for key, answer in expected(states, asked).items():
        changed = [c for c in exact if is_pair(c, key)]
        assert len(changed) <= 1, (key, changed)
        found = Answer()
        for change in changed:
            assert change.causes
            assert change.opened or change.closed
            assert (change in diff.added) == (not change.before)
            assert (change in diff.removed) == bool(change.before and not change.after)
            found = Answer(
                at(change.before, points),
                at(change.after, points),
                at(change.opened, points),
                at(change.closed, points),
            )
        if changed or answer.opened or answer.closed:
            wanted = Answer(answer.before, answer.after, answer.opened, answer.closed)
            assert found == wanted, key
        may_open = ports_of(diff.may_added, key)
        may_close = ports_of(diff.may_removed, key)
        assert at(may_open, points) == answer.may_open, key
        assert at(may_close, points) == answer.may_close, key
    assert all(change.facts and change.causes for change in (*diff.may_added, *diff.may_removed))
    assert all(change.causes for change in diff.isolation)
    return diff


def check_connectivity(state: ClusterState, asked: Questions) -> None:
    """Assert that the edges are the oracle's, wherever it is asked."""
    points = asked.points
    found = connectivity(state)
    for key, answer in expected((state,), asked).items():
        certain = ports_of(found.edges, key)
        may = ports_of(found.may_edges, key)
        assert at(certain, points) == answer.after, key
        assert at(may, points) == answer.may_open, key
        assert not certain & may
    assert all(edge.facts for edge in found.may_edges)
