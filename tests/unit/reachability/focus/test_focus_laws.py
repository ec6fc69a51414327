"""A focus holds what the whole answer holds of its connections, and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import pytest

from edgewarden.reachability.connectivity import connectivity, connectivity_of
from edgewarden.reachability.designations import (
    Addresses,
    EndDesignation,
    NamedWorkload,
    NumberedPort,
    PortDesignation,
)
from edgewarden.reachability.diff import compare
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.named_focus import focus_on
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.report import EdgeChange
from edgewarden.reachability.rule_ports import PortName
from tests.support import oracle
from tests.support.agreement import Key, is_pair, ports_of
from tests.support.one_by_one import one_by_one
from tests.support.random_clusters import blocks, certain_pair, uncertain_pair


@dataclass(frozen=True)
class Asked:
    """Ends and ports, drawn at random, with the plainest notion of what they mean."""

    states: Sequence[ClusterState]
    sources: tuple[EndDesignation, ...]
    destinations: tuple[EndDesignation, ...]
    ports: tuple[PortDesignation, ...]

    @classmethod
    def of(cls, states: Sequence[ClusterState], random: Random) -> "Asked":
        ends: list[EndDesignation] = [Addresses(block.cidr) for block in blocks()]
        ends += [NamedWorkload(*w.identity) for state in states for w in state.workloads]
        ports: list[PortDesignation] = [NumberedPort(*each) for each in oracle.points(states)]
        ports += {
            PortName(port.protocol, port.name)
            for state in states
            for workload in state.workloads
            for port in workload.ports
        }
        ports.sort(key=str)
        return cls(
            states,
            tuple(random.sample(ends, random.choice((0, 1, 2, 3)))),
            tuple(random.sample(ends, random.choice((0, 1, 2, 3)))),
            tuple(random.sample(ports, random.choice((0, 0, 1, 4)))),
        )

    def focus(self) -> Focus:
        return focus_on(self.states, self.sources, self.destinations, self.ports)

    def means(self, key: Key, point: oracle.Point) -> bool:
        return (
            _is_one_of(self.sources, key[0])
            and _is_one_of(self.destinations, key[1])
            and (not self.ports or any(self._is_port(each, key[1], point) for each in self.ports))
        )

    def _is_port(self, asked: PortDesignation, dst: object, point: oracle.Point) -> bool:
        if isinstance(asked, NumberedPort):
            return (asked.protocol, asked.number) == point
        return any(
            workload.identity == dst
            and port.name == asked.name
            and (port.protocol, port.number) == point
            and port.protocol is asked.protocol
            for state in self.states
            for workload in state.workloads
            for port in workload.ports
        )


def _is_one_of(asked: Sequence[EndDesignation], end: object) -> bool:
    return not asked or any(_is(each, end) for each in asked)


def _is(asked: EndDesignation, end: object) -> bool:
    if isinstance(asked, NamedWorkload):
        return (asked.namespace, asked.name, asked.kind) == end
    assert isinstance(asked, Addresses)
    return isinstance(end, oracle.Address) and end in asked.network


def keys(states: Sequence[ClusterState]) -> list[Key]:
    known = sorted({w.identity for state in states for w in state.workloads})
    outside = oracle.outside_addresses(states)
    pairs: list[Key] = [(a, b) for a in known for b in known]
    pairs += [(a, address) for a in known for address in outside]
    return pairs + [(address, a) for a in known for address in outside]


@pytest.mark.parametrize("seed", range(30))
def test_the_edges_of_a_focus_are_those_of_the_whole(seed: int) -> None:
    for state in (certain_pair(60_000 + seed)[1], uncertain_pair(60_000 + seed)[1]):
        asked = Asked.of((state,), Random(seed))
        whole = connectivity(state)
        for some in (asked.focus().connectivity(whole), connectivity_of(state, asked.focus())):
            assert all(edge.facts for edge in some.may_edges)
            for key in keys((state,)):
                for one, other in ((some.edges, whole.edges), (some.may_edges, whole.may_edges)):
                    assert_restricted(asked, key, ports_of(one, key), ports_of(other, key))


@pytest.mark.parametrize("seed", range(30))
def test_the_changes_of_a_focus_are_those_of_the_whole(seed: int) -> None:
    for states in (certain_pair(70_000 + seed), uncertain_pair(70_000 + seed)):
        asked = Asked.of(states, Random(seed))
        whole = compare(*states)
        some = asked.focus().diff(whole)
        before = (*whole.added, *whole.removed, *whole.changed)
        after = (*some.added, *some.removed, *some.changed)
        assert all(not change.before for change in some.added)
        assert all(not change.after for change in some.removed)
        for key in keys(states):
            for name in ("opened", "closed"):
                one, other = of_pair(after, key, name), of_pair(before, key, name)
                assert_restricted(asked, key, one, other)
            for here, there in (
                (some.may_added, whole.may_added),
                (some.may_removed, whole.may_removed),
            ):
                assert_restricted(asked, key, ports_of(here, key), ports_of(there, key))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_said_of_a_pair_does_not_hang_on_the_focus(seed: int) -> None:
    states = uncertain_pair(80_000 + seed)
    whole = compare(*states)
    known = {w.identity for state in states for w in state.workloads}
    ends = [NamedWorkload(*identity) for identity in sorted(known)]
    some = focus_on(states, ends[:1], ends, ()).diff(whole)
    reasons = {
        (source, destination, each.ports, each.facts): set(each.causes)
        for source, destination, each in one_by_one((*whole.may_added, *whole.may_removed))
    }

    for source, destination, each in one_by_one((*some.may_added, *some.may_removed)):
        assert reasons[source, destination, each.ports, each.facts] == set(each.causes)


def of_pair(changes: Iterable[EdgeChange], key: Key, name: str) -> PortSet:
    found = [getattr(change, name) for change in changes if is_pair(change, key)]
    return PortSet.union(found) if found else NO_PORTS


def assert_restricted(asked: Asked, key: Key, some: PortSet, whole: PortSet) -> None:
    for point in oracle.points(asked.states):
        assert (point in some) == (point in whole and asked.means(key, point)), (key, point)
