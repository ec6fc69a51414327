"""What statements say of known workloads: how many, and the same as the other comparison."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterState,
    Direction,
    ObjectRef,
    Workload,
)
from edgewarden.reachability.ports import NO_PORTS, PortSet, Protocol
from edgewarden.reachability.report import EdgeChange, MayChange
from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.statements import EndSet, Extent, PodSet, Statement
from tests.support import oracle
from tests.support.conceivable import (
    Pod,
    Point,
    Vocabulary,
    holds,
    in_end,
    in_ports,
    points,
    witness,
)
from tests.support.one_by_one import one_by_one
from tests.support.random_clusters import certain_pair, uncertain_pair
from tests.unit.reachability.concrete.crowds import crowded_pair

SEEDS = range(60)
Pair = Callable[[int], tuple[ClusterState, ClusterState]]
Ends = tuple[object, object]
_POINT = Point(Pod("a", {}), Pod("a", {}), Protocol.TCP, 1, {})


def open_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """Two states with everything open, also whether ``ipBlock`` matches pods.

    Both have the same policies that are not judged: what a change of these does to pods that
    nobody knows is no statement.
    """
    base, head = uncertain_pair(seed)
    profile = replace(base.profile, ip_block_matches_pods=AddressMatch.UNKNOWN)
    return replace(base, profile=profile), replace(head, profile=profile, unjudged=base.unjudged)


PAIRS: list[Pair] = [crowded_pair, open_pair, certain_pair]


def lasting(base: ClusterState, head: ClusterState) -> list[Workload]:
    """The workloads of both states of which no label and no address hangs on anything."""
    return [
        each
        for each in base.workloads
        if each in head.workloads and not each.host_network and not each.open_labels
    ]


def pod(workload: Workload) -> Pod:
    return Pod(workload.namespace, workload.labels, workload.ports)


def end(workload: Workload) -> WorkloadEnd:
    return WorkloadEnd(workload.namespace, workload.name, workload.kind)


def certain_ports(changes: Iterable[EdgeChange]) -> tuple[dict[Ends, PortSet], dict[Ends, PortSet]]:
    opened: dict[Ends, PortSet] = {}
    closed: dict[Ends, PortSet] = {}
    for source, destination, each in one_by_one(changes):
        opened[source, destination] = each.opened
        closed[source, destination] = each.closed
    return opened, closed


def may_ports(changes: Iterable[MayChange]) -> dict[Ends, PortSet]:
    found: dict[Ends, PortSet] = {}
    for source, destination, each in one_by_one(changes):
        found[source, destination] = found.get((source, destination), NO_PORTS) | each.ports
    return found


def places(base: ClusterState, head: ClusterState) -> Iterator[tuple[Ends, oracle.Point, Point]]:
    known = lasting(base, head)
    for source, destination in product(known, repeat=2):
        for protocol, number in oracle.points((base, head)):
            point = Point(pod(source), pod(destination), protocol, number, {})
            yield (end(source), end(destination)), (protocol, number), point


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_a_known_pair_certainly_changes_where_one_certain_statement_says_so(
    pair: Pair, seed: int
) -> None:
    base, head = pair(seed)
    known, diff = compare(base, head), difference(base, head)
    opened, closed = certain_ports((*known.added, *known.removed, *known.changed))
    for ends, place, point in places(base, head):
        for statements, expected in ((diff.opened, opened), (diff.closed, closed)):
            certain = [each for each in statements if each.certain]
            held = sum(holds(each, point, base, head) for each in certain)
            assert held == (place in expected.get(ends, NO_PORTS)), point


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_what_may_change_between_known_pods_is_in_a_statement_with_facts(
    pair: Pair, seed: int
) -> None:
    base, head = pair(seed)
    known, diff = compare(base, head), difference(base, head)
    for changes, statements in (
        (known.may_added, diff.opened),
        (known.may_removed, diff.closed),
    ):
        may = may_ports(changes)
        doubtful = [at_any_address(each) for each in statements if each.facts]
        for ends, place, point in places(base, head):
            if place in may.get(ends, NO_PORTS):
                assert any(holds(each, point, base, head) for each in doubtful), point


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_a_statement_counts_the_workloads_that_it_holds(pair: Pair, seed: int) -> None:
    base, head = pair(seed)
    diff = difference(base, head)
    for each in (*diff.opened, *diff.closed):
        senders = members(each, Role.SOURCE, base, head)
        receivers = members(each, Role.DESTINATION, base, head)
        assert each.sources.workloads == len(senders)
        assert each.destinations.workloads == len(receivers)
        assert each.sources.pods == _pods(senders)
        assert each.destinations.pods == _pods(receivers)


def _pods(workloads: Iterable[Workload]) -> int:
    return sum(workload.replicas for workload in workloads)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_statement_tells_how_far_policies_isolated_its_pods_before(seed: int) -> None:
    base, head = certain_pair(seed)
    random, words, diff = Random(seed), Vocabulary.of(base, head), difference(base, head)
    for statement in (*diff.opened, *diff.closed):
        drawn = [witness(random, statement, words, base, head) for _ in range(5)]
        for bond in statement.before:
            for point in filter(None, drawn):
                which = point.source if bond.direction is Direction.EGRESS else point.destination
                assert isinstance(which, Pod) or bond.isolated is not Extent.ALL
                if isinstance(which, Pod):
                    isolated = isolating(base, which, bond.direction)
                    assert bond.isolated is not Extent.ALL or isolated
                    assert bond.isolated is not Extent.NONE or not isolated
                    named = {ref for ref, _ in bond.policies}
                    assert isolated & named or not isolated or not named


@pytest.mark.parametrize("seed", SEEDS)
def test_isolation_is_told_of_exactly_the_pods_that_gain_or_lose_it(seed: int) -> None:
    base, head = certain_pair(seed)
    diff = difference(base, head)
    for point in points(Random(seed), Vocabulary.of(base, head), 40):
        for which, direction in product((point.source, point.destination), Direction):
            if not isinstance(which, Pod):
                continue
            before, after = (bool(isolating(state, which, direction)) for state in (base, head))
            told = [
                each.isolated
                for each in diff.isolation
                if each.direction is direction and in_end(each.pods, which, point, base, head)
            ]
            assert told == ([after] if before != after else []), which


def at_any_address(statement: Statement) -> Statement:
    """Without asking for the addresses of pods."""
    return replace(
        statement,
        source=_at_any_address(statement.source),
        destination=_at_any_address(statement.destination),
    )


def _at_any_address(ends: EndSet) -> EndSet:
    return replace(ends, addresses=()) if isinstance(ends, PodSet) else ends


def members(
    statement: Statement, role: Role, base: ClusterState, head: ClusterState
) -> list[Workload]:
    """The workloads of the head that certainly are at one end, asked one by one."""
    loose = at_any_address(statement)
    ends = loose.source if role is Role.SOURCE else loose.destination
    return [
        each
        for each in head.workloads
        if not each.host_network
        and all(in_end(ends, possible, _POINT, base, head) for possible in _pods_of(each))
        and (role is Role.SOURCE or _has_ports(each, statement))
    ]


def _pods_of(workload: Workload) -> Iterator[Pod]:
    """Pods with whatever a controller may set as their labels."""
    fixed = {key: text for key, text in workload.labels.items() if key not in workload.open_labels}
    yield Pod(workload.namespace, fixed, workload.ports)
    for value in ("", "1", "2", "x", "y"):
        labels = fixed | dict.fromkeys(workload.open_labels, value)
        yield Pod(workload.namespace, labels, workload.ports)


def _has_ports(workload: Workload, statement: Statement) -> bool:
    """Whether the workload calls any port of the statement as its ports want it."""
    named = {(port.protocol, port.number) for port in workload.ports}
    other = [(protocol, 9999) for protocol, _ in statement.ports.numbers.by_protocol()]
    return any(
        in_ports(statement.ports, replace(_POINT, protocol=p, number=n, destination=pod(workload)))
        for p, n in (*named, *other, *_ends_of(statement))
    )


def _ends_of(statement: Statement) -> Iterator[oracle.Point]:
    for protocol, spans in statement.ports.numbers.by_protocol():
        for first, last in spans:
            yield from ((protocol, first), (protocol, last), (protocol, min(first + 1, last)))


def isolating(state: ClusterState, which: Pod, direction: Direction) -> set[ObjectRef]:
    return {
        policy.ref
        for policy in state.policies
        if policy.namespace == which.namespace
        and direction in policy.isolates
        and policy.pods.admits(which.labels)
    }


def test_the_crowds_have_changes_of_every_sort() -> None:
    """So that the laws above are not about nothing."""
    diffs = [difference(*pair(seed)) for pair in PAIRS for seed in SEEDS[:40]]
    statements = [each for diff in diffs for each in (*diff.opened, *diff.closed)]
    assert sum(each.certain for each in statements) > 100
    assert sum(not each.certain for each in statements) > 100
    assert sum(each.known_pairs > 0 for each in statements) > 50
    assert {bond.isolated for each in statements for bond in each.before} == set(Extent)
    assert {each.isolated for diff in diffs for each in diff.isolation} == {True, False}
