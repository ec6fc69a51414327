"""What a step from one state to the next must not overlook."""

from dataclasses import replace

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from tests.support.clusters import (
    BOTH,
    INGRESS,
    pods,
    policy,
    rule,
    state,
    workload,
)
from tests.support.rectangles import rectangles
from tests.unit.reachability.concrete.test_against_compare import check

CERTAIN = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)


def cluster(*objects: Namespace | Workload | NetworkPolicy | UnjudgedPolicy) -> ClusterState:
    return state(*objects, profile=CERTAIN)


def shifts(base: ClusterState, head: ClusterState) -> set[tuple[PortSet, PortSet]]:
    """What changes between workloads, as the first evaluator finds it too."""
    check(base, head)
    check(head, base)
    return {
        (each.shift.before, each.shift.after)
        for each in rectangles(base, head).rectangles
        if each.sources.workloads and each.destinations.workloads
    }


CLOSED = {(ALL_PORTS, NO_PORTS)}


def test_a_policy_that_isolates_another_direction_without_a_rule_is_a_change() -> None:
    pair = workload("a/web"), workload("a/db")
    ingress = rule(pods(""))
    base = cluster(*pair, policy("a/both", isolates=INGRESS, ingress=(ingress,)))
    head = cluster(*pair, policy("a/both", isolates=BOTH, ingress=(ingress,)))
    assert shifts(base, head) == CLOSED


def test_a_label_that_a_controller_sets_no_longer_is_a_change() -> None:
    base = cluster(
        workload("a/web", open_labels="pod-template-hash"),
        workload("a/db"),
        policy("a/some", "pod-template-hash exists"),
    )
    head = replace(
        base, workloads=(replace(base.workloads[0], open_labels=frozenset()), *base.workloads[1:])
    )
    check(base, head)
    (only,) = rectangles(base, head).rectangles
    assert only.shift.may_open


def test_a_policy_that_may_have_lingered_and_is_gone_holds_nobody_back() -> None:
    pair = workload("a/web"), workload("a/db")
    lingering = replace(cluster(*pair), lingering=(policy("a/deny"),))
    check(lingering, cluster(*pair))
    opened = rectangles(lingering, cluster(*pair)).rectangles
    assert all(each.shift.may_open for each in opened)
    assert rectangles(cluster(*pair), lingering).rectangles
    there = cluster(*pair, policy("a/deny"))
    gone = changes(transition(transition(Index.of(there), lingering).head, cluster(*pair)))
    assert gone.rectangles == changes(transition(Index.of(lingering), cluster(*pair))).rectangles
