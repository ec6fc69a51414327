"""What holds of differences taken together, of rules added and removed, and of settled facts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import End
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterState,
    Direction,
    NetworkPolicy,
    Workload,
)
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.report import Connectivity, ReachabilityDiff
from tests.support import oracle
from tests.support.agreement import Key, is_end, pairs
from tests.support.one_by_one import one_by_one
from tests.support.random_clusters import certain_pair, uncertain_pair

Item = TypeVar("Item")
SEEDS = st.integers(0, 1_000_000)
RANDOMS = SEEDS.map(Random)
UNCERTAIN = SEEDS.map(uncertain_pair)
ANY = st.one_of(SEEDS.map(certain_pair), UNCERTAIN)


@dataclass(frozen=True)
class Said:
    """Ports by pairs of ends."""

    entries: tuple[tuple[End, End, PortSet], ...]

    def __getitem__(self, key: Key) -> PortSet:
        found = NO_PORTS
        for src, dst, ports in self.entries:
            if is_end(src, key[0]) and is_end(dst, key[1]):
                found |= ports
        return found


@dataclass(frozen=True)
class Answer:
    """A difference or a connectivity, by what is certain and what may be."""

    opened: Said
    closed: Said
    may_open: Said
    may_close: Said


def difference(base: ClusterState, head: ClusterState) -> Answer:
    diff = compare(base, head)
    exact = (*diff.added, *diff.removed, *diff.changed)
    return Answer(
        Said(tuple((src, dst, c.opened) for src, dst, c in one_by_one(exact))),
        Said(tuple((src, dst, c.closed) for src, dst, c in one_by_one(exact))),
        Said(tuple((src, dst, c.ports) for src, dst, c in one_by_one(diff.may_added))),
        Said(tuple((src, dst, c.ports) for src, dst, c in one_by_one(diff.may_removed))),
    )


def edges(found: Connectivity) -> Said:
    return Said(tuple((src, dst, e.ports) for src, dst, e in one_by_one(found.edges)))


def may_edges(found: Connectivity) -> Said:
    return Said(tuple((src, dst, e.ports) for src, dst, e in one_by_one(found.may_edges)))


def keys(*states: ClusterState) -> Iterator[Key]:
    return (key for key, _ in pairs(states, oracle.outside_addresses(states)))


def bound(state: ClusterState) -> ClusterState:
    """Without hostNetwork, the one thing that a certain pair leaves open."""
    pods = (replace(workload, host_network=False) for workload in state.workloads)
    return replace(state, workloads=tuple(pods))


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_difference_applied_to_the_edges_of_the_base_makes_those_of_the_head(seed: int) -> None:
    base, head = map(bound, certain_pair(seed))
    before, after = edges(connectivity(base)), edges(connectivity(head))
    diff = difference(base, head)
    for key in keys(base, head):
        assert (before[key] - diff.closed[key]) | diff.opened[key] == after[key], key
        assert diff.closed[key] - before[key] == NO_PORTS
        assert diff.opened[key] & before[key] == NO_PORTS


@settings(max_examples=30, deadline=None)
@given(SEEDS, SEEDS)
def test_two_differences_in_a_row_are_the_difference_of_first_and_last(
    seed: int, other: int
) -> None:
    first, second = map(bound, certain_pair(seed))
    third = bound(certain_pair(other)[1])
    whole, start, rest = (
        difference(first, third),
        difference(first, second),
        difference(second, third),
    )
    for key in keys(first, second, third):
        opened = (start.opened[key] - rest.closed[key]) | (rest.opened[key] - start.closed[key])
        closed = (start.closed[key] - rest.opened[key]) | (rest.closed[key] - start.opened[key])
        assert whole.opened[key] == opened, key
        assert whole.closed[key] == closed, key


@settings(max_examples=60, deadline=None)
@given(ANY, RANDOMS)
def test_a_policy_over_pods_that_are_isolated_already_never_blocks(
    pair: tuple[ClusterState, ClusterState], random: Random
) -> None:
    state, other = pair
    for policy in random.sample(other.policies, min(2, len(other.policies))):
        deny = replace(policy, name="deny", ingress=(), egress=())
        base = replace(state, policies=(*state.policies, deny))
        head = replace(base, policies=(*base.policies, replace(policy, name="new")))
        diff = compare(base, head)
        assert not closing(diff)


@settings(max_examples=60, deadline=None)
@given(ANY, RANDOMS)
def test_where_policy_types_are_written_out_a_rule_less_never_allows_and_a_rule_more_never_blocks(
    pair: tuple[ClusterState, ClusterState], random: Random
) -> None:
    state = pair[1]
    shorter = list(fewer_rules(state.policies))
    for policies in random.sample(shorter, min(3, len(shorter))):
        fewer = replace(state, policies=policies)
        assert not opening(compare(state, fewer))
        assert not closing(compare(fewer, state))


def fewer_rules(policies: tuple[NetworkPolicy, ...]) -> Iterator[tuple[NetworkPolicy, ...]]:
    """The policies with one rule left out, for each rule."""
    for place, policy in enumerate(policies):
        for direction in Direction:
            rules = policy.rules(direction)
            for out in range(len(rules)):
                kept = (*rules[:out], *rules[out + 1 :])
                changed = (
                    replace(policy, ingress=kept)
                    if direction is Direction.INGRESS
                    else replace(policy, egress=kept)
                )
                yield (*policies[:place], changed, *policies[place + 1 :])


def opening(diff: ReachabilityDiff) -> bool:
    return any(c.opened for c in (*diff.added, *diff.changed)) or bool(diff.may_added)


def closing(diff: ReachabilityDiff) -> bool:
    return any(c.closed for c in (*diff.removed, *diff.changed)) or bool(diff.may_removed)


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_what_certainly_changes_is_not_said_to_change_perhaps(
    pair: tuple[ClusterState, ClusterState],
) -> None:
    diff = difference(*pair)
    for key in keys(*pair):
        assert not diff.opened[key] & diff.may_open[key], key
        assert not diff.closed[key] & diff.may_close[key], key
        assert not diff.opened[key] & diff.closed[key], key


def knowing_the_plugin(state: ClusterState, random: Random) -> ClusterState:
    """With an answer to whether blocks match pods, where there is none."""
    if state.profile.ip_block_matches_pods is not AddressMatch.UNKNOWN:
        return state
    answer = random.choice((AddressMatch.NEVER, AddressMatch.MATCHES))
    return replace(state, profile=replace(state.profile, ip_block_matches_pods=answer))


def knowing_labels(state: ClusterState, random: Random) -> ClusterState:
    """With one value for every open label, or none."""
    value = random.choice((None, "x", "y", "something else"))

    def known(pod: Workload) -> Workload:
        added = {} if value is None else dict.fromkeys(pod.open_labels, value)
        return replace(pod, labels={**pod.labels, **added}, open_labels=frozenset())

    return replace(state, workloads=tuple(map(known, state.workloads)))


@settings(max_examples=60, deadline=None)
@given(UNCERTAIN, SEEDS, st.sampled_from((knowing_the_plugin, knowing_labels)))
def test_settling_a_fact_moves_a_may_to_yes_or_no_and_nothing_else(
    pair: tuple[ClusterState, ClusterState],
    seed: int,
    know: Callable[[ClusterState, Random], ClusterState],
) -> None:
    check_settled(pair, (know(pair[0], Random(seed)), know(pair[1], Random(seed))))


@settings(max_examples=40, deadline=None)
@given(UNCERTAIN)
def test_a_policy_that_turns_out_to_decide_nothing_moves_a_may_and_nothing_else(
    pair: tuple[ClusterState, ClusterState],
) -> None:
    settled = [replace(state, unjudged=()) for state in pair]
    check_settled(pair, (settled[0], settled[1]))


def check_settled(
    pair: tuple[ClusterState, ClusterState], settled: tuple[ClusterState, ClusterState]
) -> None:
    before, after = connectivity(pair[1]), connectivity(settled[1])
    open_diff, known_diff = difference(*pair), difference(*settled)
    certain, perhaps = edges(before), may_edges(before)
    certain_now, perhaps_now = edges(after), may_edges(after)
    for key in keys(*pair):
        narrows(certain[key], perhaps[key], certain_now[key], perhaps_now[key])
        narrows(
            open_diff.opened[key],
            open_diff.may_open[key],
            known_diff.opened[key],
            known_diff.may_open[key],
        )
        narrows(
            open_diff.closed[key],
            open_diff.may_close[key],
            known_diff.closed[key],
            known_diff.may_close[key],
        )


def narrows(yes: PortSet, may: PortSet, yes_now: PortSet, may_now: PortSet) -> None:
    """What was yes stays yes, what was no stays no, and no new *may* comes up."""
    assert not yes - yes_now
    assert not (yes_now | may_now) - (yes | may)
    assert not may_now - may


@settings(max_examples=40, deadline=None)
@given(ANY, RANDOMS)
def test_the_order_in_which_objects_are_given_decides_nothing(
    pair: tuple[ClusterState, ClusterState], random: Random
) -> None:
    assert compare(*pair) == compare(*(shuffled(state, random) for state in pair))


def shuffled(state: ClusterState, random: Random) -> ClusterState:
    return replace(
        state,
        namespaces=_shuffled(state.namespaces, random),
        workloads=_shuffled(state.workloads, random),
        policies=_shuffled(state.policies, random),
        unjudged=_shuffled(state.unjudged, random),
    )


def _shuffled(items: Iterable[Item], random: Random) -> tuple[Item, ...]:
    listed = list(items)
    random.shuffle(listed)
    return tuple(listed)
