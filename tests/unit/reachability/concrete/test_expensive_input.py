"""What is written to be expensive gets an answer all the same; its work is counted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from edgewarden.reachability.concrete.admissions import Admissions
from edgewarden.reachability.concrete.bits import bitset, cut, memberships, runs
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.pairs import pairs_of
from edgewarden.reachability.concrete.rectangles import Rectangles, Work
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.judgement import (
    Effort,
    Judgement,
    judge,
)
from edgewarden.reachability.model import ContainerPort, Direction, Rule, Workload
from edgewarden.reachability.ports import PortSet
from tests.support.clusters import (
    BOTH,
    EGRESS,
    block,
    pods,
    policy,
    rule,
    state,
    workload,
)
from tests.support.random_clusters import uncertain_pair
from tests.support.rectangles import pairs, rectangles

MANY = 10_000


def fleet(count: int) -> list[Workload]:
    return [workload(f"ns{i % 10}/w{i}", f"id=w{i}") for i in range(count)]


def opened(*rules: Rule) -> Rectangles:
    """What rules open to ten pods that were isolated, from ninety others."""
    closed = policy("ns0/deny", isolates=BOTH)
    given = policy("ns0/p", ingress=rules)
    return rectangles(state(*fleet(100), closed), state(*fleet(100), closed, given))


def test_contradictory_requirements_open_nothing() -> None:
    found = opened(*(rule(pods(f"id=w{i}; id notin w{i}", namespaces="")) for i in range(MANY)))
    assert (found.rectangles, found.work.judged) == ((), 0)


def test_ten_thousand_ports_of_one_peer_are_one_rectangle() -> None:
    found = opened(*(rule(pods("id=w1", namespaces=""), ports=f"{2 * i + 1}") for i in range(MANY)))
    (only,) = found.rectangles
    assert len(only.shift.opened.intervals[0]) == MANY


def test_ten_thousand_peers_on_one_port_are_one_rectangle() -> None:
    found = opened(*(rule(pods(f"id=w{i}", namespaces=""), ports="80") for i in range(MANY)))
    assert len(found.rectangles) == 1


def test_peers_on_ports_of_their_own_are_a_rectangle_each() -> None:
    found = opened(*(rule(pods(f"id=w{i}", namespaces=""), ports=f"{i + 1}") for i in range(MANY)))
    assert len(found.rectangles) == 90


def test_a_selector_of_many_namespaces_and_many_pods_is_not_filed_under_every_pair() -> None:
    values = ",".join(f"w{i}" for i in range(MANY))
    peer = pods(f"id in {values}", namespaces=f"kubernetes.io/metadata.name in ns1,{values}")
    (only,) = opened(rule(peer, ports="80")).rectangles
    assert only.sources.workloads.bit_count() == 10


def test_a_thousand_port_names_lead_every_pod_to_its_own_port() -> None:
    pods_of_many_ports = [
        workload(f"b/w{i}", ports=" ".join(f"p{i * 10 + n}:{1 + n}" for n in range(10)))
        for i in range(100)
    ]
    every = rule(pods("", namespaces=""), ports=" ".join(f"p{n}" for n in range(1000)))
    base = state(workload("a/w"), *pods_of_many_ports, policy("a/p", isolates=EGRESS))
    head = state(
        workload("a/w"), *pods_of_many_ports, policy("a/p", isolates=EGRESS, egress=(every,))
    )
    (only,) = rectangles(base, head).rectangles
    assert only.destinations.workloads.bit_count() == 100
    assert only.shift.opened.intervals[0] == ((1, 10),)


class Read(tuple[ContainerPort, ...]):
    """Ports that count how often they are read from the first to the last."""

    times = 0

    def __iter__(self) -> Iterator[ContainerPort]:
        Read.times += 1
        return super().__iter__()


def test_the_names_of_ports_are_resolved_once_for_each_pod_and_rule() -> None:
    named = workload("b/w", ports=" ".join(f"p{n}:{n + 1}" for n in range(100)))
    every = rule(pods("", namespaces=""), ports=" ".join(f"p{n}" for n in range(100)))
    sources = [workload(f"a/w{n}") for n in range(10)]
    given = policy("a/p", isolates=EGRESS, egress=(every,))
    step = rectangles(
        state(*sources, replace(named, ports=Read(named.ports))),
        state(*sources, replace(named, ports=Read(named.ports)), given),
    ).transition
    _, head = pairs_of(step)
    destination = step.head.numbers[named.identity]
    head.connection(step.head.numbers[sources[0].identity], destination)
    before = Read.times
    for source in sources[1:]:
        found = head.connection(step.head.numbers[source.identity], destination)
        assert found is not None
        assert len(found.sides[0].grants) == 100
    assert Read.times == before


def test_a_thousand_blocks_that_may_cover_pods_are_judged_once() -> None:
    blocks = (block(f"10.{i // 250}.{i % 250}.0/25") for i in range(1000))
    found = opened(rule(*blocks, ports="80"))
    assert found.work == Work(lines=1, judged=1)
    (doubtful,) = (each.shift.may_open for each in found.rectangles if each.shift.may_open)
    assert len(doubtful[0].facts) == 1000


@pytest.mark.parametrize("version", ["8.{}.{}.0/25", "2001:db8:{}:{}::/64"])
def test_an_address_is_not_compared_with_every_block_of_a_policy(version: str) -> None:
    blocks = [block(version.format(i >> 8, i & 255)) for i in range(MANY)]
    given = policy("a/p", isolates=EGRESS, egress=tuple(map(rule, blocks)))
    admissions = Admissions(Index.of(state(given)).rules.of_namespace("a"), Direction.EGRESS)
    ((_, entry),) = admissions.of_address(blocks[4711].cidr.network_address)
    assert entry.peer == blocks[4711]


def test_workloads_that_nothing_selects_are_looked_at_together() -> None:
    """Each of them reaches all others; one row and one column tell it."""
    few = rectangles(state(*fleet(10)), state(*fleet(250)))
    many = rectangles(state(*fleet(10)), state(*fleet(1000)))
    assert few.work == many.work == Work(lines=2, judged=0)
    assert pairs(many) == 1000 * 1000 - 10 * 10


def test_members_of_many_sets_are_told_apart_by_what_holds_them() -> None:
    everyone = (1 << 300) - 1
    sets = [bitset([n for n in range(300) if n % step == 0]) for step in range(2, 200)]
    few = cut(everyone, sets[:20])
    many = cut(everyone, sets)
    for classes, told in ((few, sets[:20]), (many, sets)):
        assert sum(classes) == everyone
        assert len({tuple(bool(each & one) for one in told) for each in classes}) == len(classes)
        assert all(each & one in {0, each} for each in classes for one in told)
    assert memberships(everyone, sets)[6] == 0b10011


def test_runs_are_the_stretches_of_a_set() -> None:
    assert list(runs(0b1110_0110_1)) == [(0, 0), (2, 3), (6, 8)]
    assert list(runs(0)) == []


def judgements(step: Transition, effort: Effort) -> list[Judgement]:
    """Every pair of workloads of two states."""
    base, head = pairs_of(step)
    everyone = range(len(step.head.inventory.workloads))
    return [
        judge(base.connection(a, b), head.connection(a, b), step.head.state.profile, effort)
        for a in everyone
        for b in everyone
    ]


@pytest.mark.parametrize("seed", range(30))
def test_bounds_leave_out_no_change_and_call_none_certain_that_is_not(seed: int) -> None:
    step = rectangles(*uncertain_pair(seed)).transition
    exact, bounds = judgements(step, Effort()), judgements(step, Effort(0))
    for one, other in zip(exact, bounds, strict=True):
        for certain, may, at_most, may_at_most in (
            (one.opened, one.may_open, other.opened, other.may_open),
            (one.closed, one.may_close, other.closed, other.may_close),
        ):
            assert not at_most - certain
            possible = at_most | PortSet.union(doubt.ports for doubt in may_at_most)
            assert not (certain | PortSet.union(doubt.ports for doubt in may)) - possible
