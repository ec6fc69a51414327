"""What holds of every pair of states."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edgewarden.reachability.addresses import adjacent
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import ClusterState, NetworkPolicy, Rule
from edgewarden.reachability.report import EdgeChange, MayChange
from edgewarden.reachability.symbolic.statements import Statement
from tests.support.conceivable import Point, Vocabulary, holds, witness
from tests.support.one_by_one import one_by_one
from tests.support.random_clusters import certain_pair, uncertain_pair

PAIRS = st.integers(0, 1_000_000).flatmap(
    lambda seed: st.sampled_from((certain_pair, uncertain_pair)).map(lambda make: make(seed))
)
STATES = PAIRS.map(lambda pair: pair[1])
SHUFFLES = st.integers(0, 1_000_000).map(Random)


def rewritten(state: ClusterState, random: Random) -> ClusterState:
    """The same policies under other names, in other orders, split where they can be."""
    policies: list[NetworkPolicy] = []
    for policy in state.policies:
        ingress, egress = list(policy.ingress), list(policy.egress)
        random.shuffle(ingress)
        random.shuffle(egress)
        cut = random.randint(0, len(ingress))
        parts: tuple[tuple[list[Rule], list[Rule]], ...] = (
            (ingress[:cut], egress),
            (ingress[cut:], []),
        )
        policies += [
            replace(
                policy, name=f"{policy.name}-part-{i}", ingress=tuple(some), egress=tuple(others)
            )
            for i, (some, others) in enumerate(parts)
        ]
    random.shuffle(policies)
    return replace(state, policies=tuple(policies))


def exact(changes: tuple[EdgeChange, ...]) -> list[tuple[object, ...]]:
    return [
        (src, dst, c.before, c.after, c.opened, c.closed) for src, dst, c in one_by_one(changes)
    ]


def swapped(changes: tuple[EdgeChange, ...]) -> list[tuple[object, ...]]:
    return [
        (src, dst, c.after, c.before, c.closed, c.opened) for src, dst, c in one_by_one(changes)
    ]


def doubtful(changes: tuple[MayChange, ...]) -> list[tuple[object, ...]]:
    """Where a question stands is left out: swapping moves it to the other tree."""
    return [
        (src, dst, c.ports, [(fact.kind, fact.subject, fact.question) for fact in c.facts])
        for src, dst, c in one_by_one(changes)
    ]


def unmarked(state: ClusterState) -> ClusterState:
    """Without hostNetwork: its mark on an end is the head's, so swapping would move it."""
    pods = (replace(workload, host_network=False) for workload in state.workloads)
    return replace(state, workloads=tuple(pods))


@settings(max_examples=60, deadline=None)
@given(STATES)
def test_a_state_against_itself_changes_nothing(state: ClusterState) -> None:
    assert compare(state, state).empty


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_swapping_the_states_swaps_what_opens_and_what_closes(
    pair: tuple[ClusterState, ClusterState],
) -> None:
    base, head = map(unmarked, pair)
    forth, back = compare(base, head), compare(head, base)
    assert exact(forth.added) == swapped(back.removed)
    assert exact(forth.removed) == swapped(back.added)
    assert exact(forth.changed) == swapped(back.changed)
    assert doubtful(forth.may_added) == doubtful(back.may_removed)
    assert len(forth.unjudged) == len(back.unjudged)


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_swapping_the_states_swaps_what_is_said_of_all_pods(
    pair: tuple[ClusterState, ClusterState],
) -> None:
    """Of namespaces that are not deleted: what is in those is gone, and nothing is said of it. The
    same connections may be cut into other statements."""
    base, head = map(unmarked, pair)
    assume({each.name for each in base.namespaces} == {each.name for each in head.namespaces})
    forth, back = compare(base, head).symbolic, compare(head, base).symbolic
    for one, other in ((forth.opened, back.closed), (forth.closed, back.opened)):
        assert all(said_by(other, point, pair) for point in witnesses(one, pair))
        assert all(said_by(one, point, pair) for point in witnesses(other, pair))


def witnesses(
    statements: Iterable[Statement], pair: tuple[ClusterState, ClusterState]
) -> Iterator[Point]:
    """A connection of each, where one is found."""
    random, words = Random(20261123), Vocabulary.of(*pair)
    found = (witness(random, each, words, *pair) for each in statements)
    return (point for point in found if point is not None)


def said_by(
    statements: Iterable[Statement], point: Point, pair: tuple[ClusterState, ClusterState]
) -> bool:
    return any(holds(each, point, *pair) for each in statements)


@settings(max_examples=60, deadline=None)
@given(STATES, SHUFFLES)
def test_names_order_and_splitting_of_policies_change_nothing(
    state: ClusterState, random: Random
) -> None:
    assert compare(state, rewritten(state, random)).empty


@settings(max_examples=60, deadline=None)
@given(PAIRS, SHUFFLES)
def test_a_rewritten_base_is_compared_as_the_base_itself(
    pair: tuple[ClusterState, ClusterState], random: Random
) -> None:
    base, head = pair
    plain, other = compare(base, head), compare(rewritten(base, random), head)
    assert exact(plain.added) == exact(other.added)
    assert exact(plain.removed) == exact(other.removed)
    assert exact(plain.changed) == exact(other.changed)
    assert doubtful(plain.may_added) == doubtful(other.may_added)
    assert [c.workload for c in plain.isolation] == [c.workload for c in other.isolation]


@settings(max_examples=40, deadline=None)
@given(STATES)
def test_an_edge_is_never_certain_and_may_on_one_port(state: ClusterState) -> None:
    found = connectivity(state)
    certain = {(src, dst): edge.ports for src, dst, edge in one_by_one(found.edges)}
    assert len(certain) == sum(len(list(edge.pairs())) for edge in found.edges)
    for src, dst, edge in one_by_one(found.may_edges):
        if (src, dst) in certain:
            assert not edge.ports & certain[src, dst]


@settings(max_examples=40, deadline=None)
@given(STATES)
def test_ranges_that_touch_differ_in_their_ports(state: ClusterState) -> None:
    outward = [
        (src, dst, edge)
        for src, dst, edge in one_by_one(connectivity(state).edges)
        if isinstance(dst, AddressEnd)
    ]
    for source, lower, left in outward:
        for other, upper, right in outward:
            if source == other and adjacent(lower, upper):
                assert left.ports != right.ports
