"""What differs between two states and what is named as its cause."""

from dataclasses import replace

import pytest

from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Direction,
    Effect,
    Namespace,
    NetworkPolicy,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet, Protocol
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Side
from edgewarden.reachability.report import EdgeChange, ReachabilityDiff
from tests.support.clusters import (
    BOTH,
    EGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
    unjudged,
    workload,
)
from tests.support.one_by_one import one_by_one

NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
WEB = workload("shop/web", "app=web")
DB = workload("shop/db", "app=db", ports="sql:5432")
BANK = workload("bank/web", "app=web")
TCP_80 = PortSet.of(Protocol.TCP, 80)
TCP_443 = PortSet.of(Protocol.TCP, 443)


def shop(*objects: Namespace | Workload | NetworkPolicy | UnjudgedPolicy) -> ClusterState:
    return state(*objects, profile=NEVER)


def only(changes: tuple[EdgeChange, ...], src: str, dst: str) -> EdgeChange:
    (found,) = (
        change
        for source, destination, change in one_by_one(changes)
        if isinstance(source, WorkloadEnd)
        and isinstance(destination, WorkloadEnd)
        and f"{source.namespace}/{source.name}" == src
        and f"{destination.namespace}/{destination.name}" == dst
    )
    return found


def told(causes: tuple[Cause, ...]) -> list[str]:
    return [f"{c.kind} {c.side} {c.subject} {'' if c.rule is None else c.rule}" for c in causes]


# --- rules and isolation --------------------------------------------------------------------


def test_a_new_rule_is_the_cause_of_what_it_allows() -> None:
    new = rule(pods("app=web"), ports="80", line=17)
    closed = policy("shop/db", "app=db", ingress=(rule(ports="443"),))
    opened = policy("shop/db", "app=db", ingress=(rule(ports="443"), new))
    diff = compare(shop(WEB, DB, closed), shop(WEB, DB, opened))
    (change,) = diff.changed
    assert (change.before, change.after) == (TCP_443, TCP_443 | TCP_80)
    assert (change.opened, change.closed) == (TCP_80, NO_PORTS)
    assert change.because is Because.POLICY_CHANGED
    (cause,) = change.causes
    assert (cause.kind, cause.side) == (CauseKind.RULE_ALLOWS, Side.HEAD)
    assert (cause.direction, cause.rule) == (Direction.INGRESS, 1)
    assert cause.location == Location("policies.yaml", 17)


def test_a_rule_that_is_gone_is_the_cause_of_what_it_allowed() -> None:
    opened = policy("shop/db", "app=db", ingress=(rule(ports="443"), rule(ports="80")))
    closed = policy("shop/db", "app=db", ingress=(rule(ports="443"),))
    change = only(
        compare(shop(WEB, DB, opened), shop(WEB, DB, closed)).changed, "shop/web", "shop/db"
    )
    assert change.closed == TCP_80
    assert told(change.causes) == ["rule_gone base shop/db 1"]


def test_a_policy_that_newly_isolates_is_the_cause_of_what_it_blocks() -> None:
    diff = compare(shop(WEB, DB), shop(WEB, DB, policy("shop/db", "app=db")))
    change = only(diff.removed, "shop/web", "shop/db")
    assert (change.before, change.closed) == (ALL_PORTS, ALL_PORTS)
    assert told(change.causes) == ["isolation_added head shop/db "]


def test_the_loss_of_the_last_policy_opens_and_is_the_cause() -> None:
    diff = compare(shop(WEB, DB, policy("shop/db", "app=db")), shop(WEB, DB))
    change = only(diff.added, "shop/web", "shop/db")
    assert change.opened == ALL_PORTS
    assert told(change.causes) == ["isolation_removed base shop/db "]


def test_both_ends_are_causes_where_both_had_to_change() -> None:
    closed = (policy("shop/db", "app=db"), policy("shop/web", "app=web", isolates=EGRESS))
    opened = (
        policy("shop/db", "app=db", ingress=(rule(ports="80"),)),
        policy("shop/web", "app=web", isolates=EGRESS, egress=(rule(ports="80"),)),
    )
    diff = compare(shop(WEB, DB, *closed), shop(WEB, DB, *opened))
    change = only(diff.added, "shop/web", "shop/db")
    assert {cause.direction for cause in change.causes} == set(Direction)


def test_isolation_is_told_of_each_workload_and_direction() -> None:
    diff = compare(shop(WEB, DB), shop(WEB, DB, policy("shop/deny", isolates=BOTH)))
    assert [(c.workload.name, c.direction, c.isolated, c.certain) for c in diff.isolation] == [
        ("db", Direction.EGRESS, True, True),
        ("db", Direction.INGRESS, True, True),
        ("web", Direction.EGRESS, True, True),
        ("web", Direction.INGRESS, True, True),
    ]
    assert {cause.kind for c in diff.isolation for cause in c.causes} == {CauseKind.ISOLATION_ADDED}


# --- what changes nothing -------------------------------------------------------------------

SPLIT = [
    (
        "a renamed policy",
        [policy("shop/a", "app=db", ingress=(rule(ports="80"),))],
        [policy("shop/b", "app=db", ingress=(rule(ports="80"),))],
    ),
    (
        "a policy split in two",
        [policy("shop/a", "app=db", ingress=(rule(ports="80"), rule(pods("app=x"))))],
        [
            policy("shop/a", "app=db", ingress=(rule(ports="80"),)),
            policy("shop/b", "app=db", ingress=(rule(pods("app=x")),)),
        ],
    ),
    (
        "a range of ports split in two",
        [policy("shop/a", "app=db", ingress=(rule(ports="80-90"),))],
        [policy("shop/a", "app=db", ingress=(rule(ports="85-90"), rule(ports="80-84")))],
    ),
    (
        "peers split over rules",
        [policy("shop/a", "app=none", ingress=(rule(pods("a=b"), pods("c=d")),))],
        [policy("shop/a", "app=none", ingress=(rule(pods("c=d")), rule(pods("a=b"))))],
    ),
    (
        "a rule that another one includes",
        [policy("shop/a", "app=none", ingress=(rule(pods("", namespaces="")),))],
        [
            policy(
                "shop/a",
                "app=none",
                ingress=(rule(pods("a=b"), ports="80"), rule(pods(namespaces=""))),
            )
        ],
    ),
]


@pytest.mark.parametrize(("_", "base", "head"), SPLIT, ids=[case[0] for case in SPLIT])
def test_changes_nothing(_: str, base: list[NetworkPolicy], head: list[NetworkPolicy]) -> None:
    assert compare(shop(WEB, DB, *base), shop(WEB, DB, *head)).empty
    assert compare(shop(WEB, DB, *head), shop(WEB, DB, *base)).empty


def test_a_moved_policy_is_not_a_cause_beside_the_one_that_changed() -> None:
    base = [policy("shop/a", "app=db", ingress=(rule(pods("app=web"), ports="443"),))]
    head = [
        policy("shop/moved", "app=db", ingress=(rule(pods("app=web"), ports="443"),)),
        policy("shop/new", "app=db", ingress=(rule(pods("app=web"), ports="80 443"),)),
    ]
    (change,) = compare(shop(WEB, DB, *base), shop(WEB, DB, *head)).changed
    assert told(change.causes) == ["rule_allows head shop/new 0"]


# --- endpoints ------------------------------------------------------------------------------

BY_NAMESPACE = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="trusted=yes")),))


def test_a_relabelled_namespace_is_the_cause_where_policies_did_not_change() -> None:
    diff = compare(
        shop(BANK, DB, BY_NAMESPACE, namespace("bank")),
        shop(BANK, DB, BY_NAMESPACE, namespace("bank", "trusted=yes")),
    )
    (change,) = diff.added
    assert change.because is Because.LABELS_CHANGED
    assert told(change.causes) == ["labels_changed head bank "]


def test_a_namespace_manifest_that_is_gone_is_a_cause_in_the_base() -> None:
    diff = compare(
        shop(BANK, DB, BY_NAMESPACE, namespace("bank", "trusted=yes")), shop(BANK, DB, BY_NAMESPACE)
    )
    (change,) = diff.removed
    assert told(change.causes) == ["labels_changed base bank "]


def test_a_relabelled_workload_is_the_cause_where_a_peer_newly_matches_it() -> None:
    allow = policy("shop/db", "app=db", ingress=(rule(pods("role=client")),))
    labelled = replace(WEB, labels={"app": "web", "role": "client"})
    diff = compare(shop(WEB, DB, allow), shop(labelled, DB, allow))
    (change,) = diff.added
    assert told(change.causes) == ["labels_changed head shop/web "]


def test_a_relabelled_workload_that_leaves_its_policy_is_isolated_no_longer() -> None:
    deny = policy("shop/deny", "app=db")
    diff = compare(shop(WEB, DB, deny), shop(WEB, replace(DB, labels={"app": "sql"}), deny))
    change = only(diff.added, "shop/web", "shop/db")
    assert told(change.causes) == ["labels_changed head shop/db "]
    (isolation,) = diff.isolation
    assert (isolation.isolated, isolation.certain) == (False, True)


def test_a_renamed_port_is_the_cause_where_a_rule_names_it() -> None:
    allow = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="sql"),))
    moved = replace(DB, ports=workload("a/b", ports="sql:80").ports)
    diff = compare(shop(WEB, DB, allow), shop(WEB, moved, allow))
    (change,) = diff.changed
    assert (change.opened, change.closed) == (TCP_80, PortSet.of(Protocol.TCP, 5432))
    assert change.because is Because.WORKLOAD_CHANGED
    assert told(change.causes) == ["ports_changed head shop/db "]


def test_joining_the_host_network_leaves_all_isolation() -> None:
    deny = policy("shop/deny", "app=db")
    diff = compare(shop(WEB, DB, deny), shop(WEB, replace(DB, host_network=True), deny))
    change = only(diff.added, "shop/web", "shop/db")
    assert told(change.causes) == ["host_network_changed head shop/db "]
    (destination,) = change.destinations
    assert isinstance(destination, WorkloadEnd)
    assert destination.host_network


def test_a_client_that_joins_the_host_network_matches_no_pod_peer_any_more() -> None:
    allow = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="80"),))
    diff = compare(shop(WEB, DB, allow), shop(replace(WEB, host_network=True), DB, allow))
    (change,) = diff.may_removed
    assert change.ports == TCP_80
    assert told(change.causes) == ["host_network_changed head shop/web "]


def test_edges_of_an_added_workload_are_added_because_of_it() -> None:
    diff = compare(shop(DB), shop(DB, WEB))
    assert {change.because for change in diff.added} == {Because.WORKLOAD_ADDED}
    assert told(only(diff.added, "shop/web", "shop/db").causes) == ["workload_added head shop/web "]
    assert not diff.removed


def test_edges_of_a_removed_workload_are_removed_because_of_it() -> None:
    diff = compare(shop(DB, WEB), shop(DB))
    assert {change.because for change in diff.removed} == {Because.WORKLOAD_REMOVED}
    assert only(diff.removed, "shop/web", "shop/db").before == ALL_PORTS
    assert not diff.added


def test_an_added_workload_is_told_with_the_new_rule_that_bears_its_edge() -> None:
    allow = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="80"),))
    diff = compare(shop(DB, policy("shop/db", "app=db")), shop(DB, WEB, allow))
    assert told(only(diff.added, "shop/web", "shop/db").causes) == [
        "rule_allows head shop/db 0",
        "workload_added head shop/web ",
    ]


# --- may ------------------------------------------------------------------------------------


def test_a_change_that_only_a_block_over_pods_would_make_is_may() -> None:
    base = state(WEB, DB, policy("shop/db", "app=db"))
    allow = policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/8"), ports="80"),))
    diff = compare(base, state(WEB, DB, allow))
    assert {(str(src), str(dst)) for src, dst, c in one_by_one(diff.may_added)} == {
        ("shop/web[Deployment]", "shop/db[Deployment]"),
        ("shop/db[Deployment]", "shop/db[Deployment]"),
    }
    assert [str(src) for src, _, _ in one_by_one(diff.added)] == ["10.0.0.0-10.255.255.255"]
    (cause,) = diff.may_added[0].causes
    assert cause.kind is CauseKind.RULE_ALLOWS
    assert "10.0.0.0/8" in diff.may_added[0].facts[0].question


def test_what_may_be_in_both_states_by_the_same_facts_is_no_change() -> None:
    before = policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/8"), ports="80"),))
    after = replace(before, name="renamed")
    assert compare(state(WEB, DB, before), state(WEB, DB, after)).empty


def test_a_narrower_block_may_only_block() -> None:
    before = policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/8"), ports="80"),))
    after = policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/16"), ports="80"),))
    diff = compare(state(WEB, DB, before), state(WEB, DB, after))
    assert not diff.may_added
    assert {change.ports for change in diff.may_removed} == {TCP_80}


def test_what_was_may_and_is_now_certain_may_newly_be_allowed() -> None:
    before = policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/8"), ports="80"),))
    after = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="80"),))
    diff = compare(state(WEB, DB, before), state(WEB, DB, after))
    assert [(str(src), c.ports) for src, _, c in one_by_one(diff.may_added)] == [
        ("shop/web[Deployment]", TCP_80)
    ]
    assert all(not isinstance(src, WorkloadEnd) for src, _, _ in one_by_one(diff.removed))


def test_an_unjudged_policy_that_stands_is_no_change() -> None:
    calico = unjudged("shop/calico")
    assert compare(shop(WEB, DB, calico), shop(WEB, DB, calico)).empty


def test_an_unjudged_policy_makes_edges_of_its_namespace_may() -> None:
    diff = compare(shop(WEB, DB, BANK), shop(WEB, DB, BANK, unjudged("shop/calico")))
    assert not diff.added
    assert not diff.removed
    blocked = {(str(src), str(dst)) for src, dst, c in one_by_one(diff.may_removed)}
    assert ("bank/web[Deployment]", "shop/db[Deployment]") in blocked
    assert ("bank/web[Deployment]", "bank/web[Deployment]") not in blocked
    assert {k.kind for c in diff.may_removed for k in c.causes} == {CauseKind.UNJUDGED_CHANGED}


def test_an_unjudged_policy_that_changes_may_open_and_block() -> None:
    deny = policy("shop/db", "app=db", ingress=(rule(ports="80"),))
    diff = compare(
        shop(WEB, DB, deny, unjudged("shop/calico", "1")),
        shop(WEB, DB, deny, unjudged("shop/calico", "2")),
    )
    assert any(str(dst) == "shop/db[Deployment]" for _, dst, _ in one_by_one(diff.may_added))
    assert any(str(dst) == "shop/db[Deployment]" for _, dst, _ in one_by_one(diff.may_removed))


def test_an_unjudged_policy_that_can_only_deny_opens_nothing() -> None:
    effects = frozenset({Effect.DENY})
    diff = compare(shop(WEB, DB), shop(WEB, DB, unjudged("shop/cilium", effects=effects)))
    assert diff.may_removed
    assert not diff.may_added


def test_an_unjudged_policy_may_overrule_one_that_stands() -> None:
    standing = unjudged("shop/deny", effects=frozenset({Effect.DENY}))
    new = unjudged("shop/allow", effects=frozenset({Effect.ALLOW}))
    assert compare(shop(WEB, standing), shop(WEB, standing, new)).may_added


def test_a_cluster_wide_unjudged_policy_reaches_every_namespace() -> None:
    diff = compare(shop(BANK), shop(BANK, unjudged("/calico")))
    assert diff.may_removed


def test_states_of_different_profiles_are_refused() -> None:
    with pytest.raises(ValueError, match="profile"):
        compare(state(WEB), shop(WEB))


# --- unseen pods ----------------------------------------------------------------------------


def statements(base: ClusterState, head: ClusterState) -> list[str]:
    """What is said of all pods, of which none is certain to be known: no known edge changes."""
    diff = compare(base, head)
    assert diff == ReachabilityDiff(symbolic=diff.symbolic)
    every = (*diff.symbolic.opened, *diff.symbolic.closed)
    assert all(each.certain and not each.known_pairs for each in every)
    return [
        *(f"+ {each}" for each in diff.symbolic.opened),
        *(f"- {each}" for each in diff.symbolic.closed),
    ]


def test_a_policy_for_pods_that_nobody_sees_is_told() -> None:
    assert statements(shop(WEB), shop(WEB, policy("shop/x", "app=ghost"))) == [
        "- anything → pods app=ghost in namespace shop: every port"
    ]


def test_a_deleted_policy_for_pods_that_nobody_sees_is_told() -> None:
    assert statements(shop(WEB, policy("shop/x", "app=ghost")), shop(WEB)) == [
        "+ anything → pods app=ghost in namespace shop: every port"
    ]


def test_a_peer_that_nobody_sees_is_told_with_its_rule() -> None:
    base = shop(WEB, DB, policy("shop/db", "app=db"))
    peer = pods("app=ghost", namespaces="team=x")
    head = shop(WEB, DB, policy("shop/db", "app=db", ingress=(rule(peer, line=9),)))
    assert statements(base, head) == [
        "+ pods app=ghost in namespaces team=x → pods app=db in namespace shop: every port"
    ]
    (statement,) = compare(base, head).symbolic.opened
    assert [cause.location.line for cause in statement.causes] == [9]


def test_a_peer_that_a_known_pod_matches_is_told_as_an_edge_and_counted() -> None:
    base = shop(WEB, DB, policy("shop/db", "app=db"))
    head = shop(WEB, DB, policy("shop/db", "app=db", ingress=(rule(pods("app=web")),)))
    diff = compare(base, head)
    assert diff.added
    (statement,) = diff.symbolic.opened
    assert statement.known_pairs == 1
    assert statement.witnessed


def test_a_deleted_default_deny_is_told_where_every_known_pod_stays_isolated() -> None:
    kept = (policy("shop/web", "app=web"), policy("shop/db", "app=db"))
    assert statements(shop(WEB, DB, policy("shop/deny"), *kept), shop(WEB, DB, *kept)) == [
        "+ anything → pods app not in (db, web) in namespace shop: every port"
    ]


def test_a_wider_peer_is_told_where_every_known_pod_was_admitted_already() -> None:
    narrow = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), pods("app=db")),))
    wide = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="")),))
    assert statements(shop(WEB, DB, narrow), shop(WEB, DB, wide)) == [
        "+ all pods in every namespace except shop → pods app=db in namespace shop: every port",
        "+ pods app not in (db, web) in namespace shop → pods app=db in namespace shop: every port",
    ]


def test_an_allow_that_only_the_other_end_holds_back_is_witnessed() -> None:
    silent = policy("shop/web", "app=web", isolates=EGRESS)
    base = shop(WEB, DB, silent, policy("shop/db", "app=db"))
    head = shop(WEB, DB, silent, policy("shop/db", "app=db", ingress=(rule(pods("app=web")),)))
    assert compare(base, head).empty


def test_a_rule_for_pods_that_nothing_isolated_opens_nothing() -> None:
    head = policy("shop/quiet", isolates=EGRESS, egress=(rule(pods("")),))
    diff = compare(shop(WEB, DB), shop(WEB, DB, head))
    assert diff.isolation
    assert not diff.symbolic.opened


def test_the_own_namespace_by_its_name_or_a_label_it_has_is_the_same_peer() -> None:
    home = namespace("shop", "team=x")
    own = policy("shop/db", "app=db", ingress=(rule(pods("app=ghost")),))
    name = "kubernetes.io/metadata.name=shop"
    named = policy("shop/db", "app=db", ingress=(rule(pods("app=ghost", namespaces=name)),))
    wide = rule(pods("app=ghost", namespaces="team=x"))
    both = policy("shop/db", "app=db", ingress=(wide, rule(pods("app=ghost"))))
    assert compare(shop(DB, own), shop(DB, named)).empty
    assert compare(shop(DB, named), shop(DB, own)).empty
    assert compare(
        shop(DB, home, policy("shop/db", "app=db", ingress=(wide,))), shop(DB, home, both)
    ).empty
    assert statements(shop(DB, own), shop(DB, both)) == [
        (
            "+ pods app=ghost in namespaces team=x except shop → pods app=db in namespace shop: "
            "every port"
        )
    ]


def test_a_relabelled_namespace_is_told_where_its_known_pods_are_not_those_asked_for() -> None:
    peer = pods("app=grafana", namespaces="team=x")
    asking = policy("shop/db", "app=db", ingress=(rule(peer),))
    prometheus = workload("mon/prometheus", "app=prometheus")
    base = shop(DB, asking, prometheus, namespace("mon", "team=y"))
    head = shop(DB, asking, prometheus, namespace("mon", "team=x"))
    assert statements(base, head) == [
        "+ pods app=grafana in namespace mon → pods app=db in namespace shop: every port"
    ]


def test_a_label_that_a_manifest_begins_to_name_may_have_been_there_before() -> None:
    asking = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="team=x")),))
    base, head = shop(DB, asking), shop(DB, asking, namespace("mon", "team=x"))
    (said,) = statements(base, head)
    assert said == (
        "+ all pods in namespace mon if its labels satisfy team!=x → "
        "pods app=db in namespace shop: every port"
    )


def test_host_network_pods_are_none_that_policies_bind() -> None:
    agent = workload("shop/agent", "app=agent", host_network=True)
    assert statements(shop(agent), shop(agent, policy("shop/x", "app=agent"))) == [
        "- anything → pods app=agent in namespace shop: every port"
    ]


def test_a_new_namespace_whose_policies_select_nothing_known_is_told() -> None:
    assert statements(shop(WEB), shop(WEB, namespace("new"), policy("new/deny"))) == [
        "- anything → all pods in namespace new: every port"
    ]


def test_a_namespace_label_that_no_selector_asks_for_is_silent() -> None:
    assert compare(
        shop(DB, BY_NAMESPACE, namespace("bank")),
        shop(DB, BY_NAMESPACE, namespace("bank", "owner=me")),
    ).empty


def test_a_namespace_that_comes_without_a_flipping_label_is_silent() -> None:
    assert compare(shop(DB, BY_NAMESPACE), shop(DB, BY_NAMESPACE, namespace("new"))).empty


def test_an_unjudged_policy_where_no_pod_is_known_is_told() -> None:
    (problem,) = compare(shop(WEB), shop(WEB, unjudged("bank/calico"))).unjudged
    assert (problem.kind, problem.decisive) == (ProblemKind.UNSEEN_PODS, True)
    assert problem.namespaces == {"bank"}


def test_a_block_of_another_family_may_be_the_one_that_pods_have_addresses_in() -> None:
    six = policy("shop/db", "app=db", ingress=(rule(block("::/0")),))
    both = policy("shop/db", "app=db", ingress=(rule(block("::/0"), block("10.0.0.0/8")),))
    diff = compare(state(WEB, DB, six), state(WEB, DB, both))
    assert [
        str(src) for src, dst, _ in one_by_one(diff.may_added) if str(dst) == "shop/db[Deployment]"
    ] == [
        "shop/db[Deployment]",
        "shop/web[Deployment]",
    ]


def test_a_node_may_have_a_public_address() -> None:
    agent = workload("shop/agent", "app=agent", host_network=True)
    head = policy("shop/db", "app=db", ingress=(rule(block("203.0.113.0/24")),))
    diff = compare(shop(agent, DB, policy("shop/db", "app=db")), shop(agent, DB, head))
    assert "shop/agent[Deployment]" in [str(src) for src, _, _ in one_by_one(diff.may_added)]
