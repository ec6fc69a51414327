"""The work of a comparison is that of the change: counted, not timed, on clusters of two sizes."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address
from random import Random

import pytest

from benchmarks.changes import CHANGES, ONE_POLICY, RELABELLED
from benchmarks.clusters import APPS, SHARED, block, cluster, rule
from edgewarden.reachability.concrete.divisions import Divisions
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.rectangles import Work, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    NetworkPolicy,
    Rule,
    Workload,
)

SIZES = (1_000, 10_000)
PLACES = range(3)


@cache
def base(pods: int) -> Index:
    return Index.of(cluster(pods, 1, ClusterProfile()))


def work(index: Index, head: ClusterState) -> Work:
    return changes(transition(index, head)).work


def most(pods: int, kind: str) -> tuple[int, int]:
    """The most lines and judged pairs that such a change took at some places of a cluster."""
    index = base(pods)
    taken = [work(index, CHANGES[kind](index.state, Random(place))) for place in PLACES]
    return max(each.lines for each in taken), max(each.judged for each in taken)


@pytest.mark.parametrize("pods", SIZES)
@pytest.mark.parametrize("kind", ONE_POLICY)
def test_a_policy_costs_no_more_lines_than_its_namespace_has_workloads(
    kind: str, pods: int
) -> None:
    lines, judged = most(pods, kind)
    assert lines <= len(APPS)
    assert judged <= 3 * len(APPS)


@pytest.mark.parametrize("pods", SIZES)
def test_one_more_port_of_a_rule_costs_one_line(pods: int) -> None:
    assert most(pods, ONE_POLICY[0]) == (1, 0)


@pytest.mark.parametrize("pods", SIZES)
@pytest.mark.parametrize("kind", [*RELABELLED, "workload label changed"])
def test_labels_cost_two_lines_for_each_workload_that_carries_them(kind: str, pods: int) -> None:
    lines, judged = most(pods, kind)
    assert lines <= 2 * len(APPS)
    assert judged <= 3 * len(APPS)


def read_again(workload: Workload) -> Workload:
    return replace(workload, labels=dict(workload.labels))


def reordered(policy: NetworkPolicy) -> NetworkPolicy:
    """The same policy with its rules, peers and ports in another order, read from a file."""

    def turned(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(
            replace(each, index=place, location=replace(each.location, line=100 + place))
            for place, each in enumerate(rules[::-1])
        )

    return replace(policy, ingress=turned(policy.ingress), egress=turned(policy.egress))


def rewritten(
    state: ClusterState, change: Callable[[NetworkPolicy], NetworkPolicy]
) -> ClusterState:
    return replace(state, policies=tuple(map(change, state.policies)))


@pytest.mark.parametrize("pods", SIZES)
def test_policies_in_another_format_cost_no_line(pods: int) -> None:
    index = base(pods)
    assert work(index, rewritten(index.state, reordered)) == Work(0, 0)


@pytest.mark.parametrize("pods", SIZES)
def test_objects_read_again_in_another_order_cost_no_line(pods: int) -> None:
    index = base(pods)
    state = index.state
    head = replace(
        state,
        namespaces=tuple(map(replace, state.namespaces[::-1])),
        workloads=tuple(map(read_again, state.workloads[::-1])),
        policies=tuple(map(replace, state.policies[::-1])),
    )
    assert work(index, head) == Work(0, 0)


@pytest.mark.parametrize("pods", SIZES)
def test_ports_that_a_rule_names_twice_cost_lines_without_a_difference(pods: int) -> None:
    """What a rule says otherwise is looked at; that it says the same shows before any port."""

    def twice(old: Rule) -> Rule:
        return replace(old, ports=(*old.ports, *old.ports[:1]))

    def changed(policy: NetworkPolicy) -> NetworkPolicy:
        if policy.name != "web-to-api":
            return policy
        return replace(policy, ingress=tuple(map(twice, policy.ingress)))

    index = base(pods)
    assert work(index, rewritten(index.state, changed)) == Work(0, 0)


@pytest.mark.parametrize("pods", SIZES)
def test_a_thousand_workloads_at_once_cost_two_lines_for_each_look(pods: int) -> None:
    """New workloads that nothing tells apart have one row and one column between them."""
    index = base(pods)
    team = index.state.namespaces[len(SHARED)].name
    like = next(each for each in index.state.workloads if each.namespace == team)
    new = tuple(replace(like, name=f"new-{number}") for number in range(1_000))
    found = work(index, replace(index.state, workloads=(*index.state.workloads, *new)))
    assert found.lines == 2


def test_a_rule_costs_one_line_however_many_rules_its_policy_has() -> None:
    index = base(SIZES[0])
    team = index.state.namespaces[-1].name

    def several(policy: NetworkPolicy, last: int) -> NetworkPolicy:
        if (policy.namespace, policy.name) != (team, "web-to-api"):
            return policy
        (old,) = policy.ingress
        ports = (*range(20_000, 20_999), last)
        return replace(
            policy,
            ingress=tuple(
                replace(old, index=place, ports=(replace(old.ports[0], port=port),))
                for place, port in enumerate(ports)
            ),
        )

    before = Index.of(rewritten(index.state, lambda policy: several(policy, 30_000)))
    assert work(before, rewritten(index.state, lambda policy: several(policy, 30_001))).lines == 1


@pytest.mark.parametrize("pods", SIZES)
def test_addresses_are_cut_by_the_blocks_of_changed_rules_only(pods: int) -> None:
    """Each office of the cluster has a block of its own; one of them moves."""

    def moved(policy: NetworkPolicy) -> NetworkPolicy:
        if (policy.namespace, policy.name) != (team, "office"):
            return policy
        return replace(policy, ingress=(rule((block("172.16.0.0/12", "172.20.0.0/16"),), 443),))

    index = base(pods)
    team = index.state.namespaces[-1].name
    step = transition(index, rewritten(index.state, moved))
    everywhere = Ends(0, (AddressEnd(IPv4Address(0), IPv4Address(2**32 - 1)),))
    everyone = Ends(step.head.inventory.present)
    parts = list(Divisions(step).parts(everywhere, Role.SOURCE, everyone))
    old, new, neither = sorted(
        parts, key=lambda part: (len(part.addresses), part.addresses[0].first)
    )
    assert [str(each) for each in new.addresses] == [
        "172.16.0.0-172.19.255.255",
        "172.21.0.0-172.31.255.255",
    ]
    assert len(old.addresses) == 1
    assert len(neither.addresses) == 4
