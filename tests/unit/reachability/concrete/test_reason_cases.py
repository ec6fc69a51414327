"""Each pair of a rectangle has its own reasons, and no others."""

from dataclasses import replace

from edgewarden.reachability.concrete.divisions import MOST_BINDING
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Direction,
    Namespace,
    NetworkPolicy,
    Workload,
)
from tests.support.clusters import EGRESS, INGRESS, namespace, pods, policy, rule, state, workload
from tests.unit.reachability.concrete.test_against_compare import check_causes

CERTAIN = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
WEB = workload("shop/web", "app=web")
API = workload("shop/api", "app=api")


def cluster(*objects: Namespace | Workload | NetworkPolicy) -> ClusterState:
    return state(*objects, profile=CERTAIN)


def reasons(base: ClusterState, head: ClusterState) -> dict[tuple[str, str], set[str]]:
    """For each pair of workloads that changed the kinds and subjects of its causes."""
    check_causes(base, head)
    diff = compare(base, head)
    return {
        (_name(source), _name(destination)): {
            f"{cause.kind} {cause.subject}{'' if cause.rule is None else f' {cause.rule}'}"
            for cause in change.causes_of(source, destination)
        }
        for change in (*diff.added, *diff.removed, *diff.changed)
        for source, destination in change.pairs()
        if isinstance(source, WorkloadEnd) and isinstance(destination, WorkloadEnd)
    }


def _name(end: End) -> str:
    assert isinstance(end, WorkloadEnd)
    return f"{end.namespace}/{end.name}"


def test_every_new_workload_is_a_reason_of_its_own_edges() -> None:
    one, two = workload("shop/one"), workload("shop/two")
    found = reasons(cluster(WEB), cluster(WEB, one, two))
    assert found["shop/one", "shop/web"] == {"workload_added shop/one"}
    assert found["shop/two", "shop/web"] == {"workload_added shop/two"}
    assert found["shop/one", "shop/two"] == {"workload_added shop/one", "workload_added shop/two"}


def test_a_rule_by_the_name_of_a_port_is_no_reason_where_nobody_has_the_name() -> None:
    named, plain = workload("bank/named", ports="http:80"), workload("bank/plain")
    pair = policy("shop/out", "app=web", isolates=EGRESS)
    opened = replace(pair, egress=(rule(ports="80"), replace(rule(ports="http"), index=1)))
    found = reasons(cluster(WEB, named, plain, pair), cluster(WEB, named, plain, opened))
    assert found["shop/web", "bank/named"] == {"rule_allows shop/out 0", "rule_allows shop/out 1"}
    assert found["shop/web", "bank/plain"] == {"rule_allows shop/out 0"}


def test_rules_of_a_policy_that_comes_to_select_a_pod_are_the_reasons_of_their_own_peers() -> None:
    db = workload("shop/db", "app=db")
    rules = rule(pods("app=web"), ports="80"), rule(pods("app=api"), ports="80")
    narrow = policy("shop/some", "app=other", ingress=rules)
    wide = replace(narrow, pods=policy("shop/some", "app=db").pods)
    deny = policy("shop/deny", "app=db")
    found = reasons(cluster(WEB, API, db, deny, narrow), cluster(WEB, API, db, deny, wide))
    assert found["shop/web", "shop/db"] == {"rule_allows shop/some 0"}
    assert found["shop/api", "shop/db"] == {"rule_allows shop/some 1"}


def test_a_relabelled_namespace_is_a_reason_beside_a_rule() -> None:
    """The rule lets the source out, and the label lets it in: neither is enough."""
    inward = policy("shop/in", "app=web", ingress=(rule(pods(namespaces="env=prod")),))
    probe, outward = workload("lab/probe"), policy("lab/out", isolates=EGRESS)
    base = cluster(namespace("lab"), WEB, probe, inward, outward)
    head = cluster(
        namespace("lab", "env=prod"), WEB, probe, inward, replace(outward, egress=(rule(),))
    )
    assert reasons(base, head)["lab/probe", "shop/web"] == {
        "labels_changed lab",
        "rule_allows lab/out 0",
    }


def test_a_relabelled_pod_that_loses_its_isolation_is_a_reason_beside_a_rule() -> None:
    inward, outward = policy("shop/in", "app=web"), policy("lab/out", isolates=EGRESS)
    probe = workload("lab/probe")
    base = cluster(WEB, probe, inward, outward)
    freed = replace(WEB, labels={"app": "free"})
    head = cluster(freed, probe, inward, replace(outward, egress=(rule(),)))
    assert reasons(base, head)["lab/probe", "shop/web"] == {
        "labels_changed shop/web",
        "rule_allows lab/out 0",
    }


def test_of_a_wall_in_both_directions_each_end_has_the_side_that_blocks_it() -> None:
    """What a policy that did not change still lets out is blocked by the other end alone."""
    outward = policy("shop/old", "app=web", isolates=EGRESS, egress=(rule(),))
    wall = policy("shop/wall", isolates=frozenset(Direction))
    base, head = cluster(WEB, API, outward), cluster(WEB, API, outward, wall)
    check_causes(base, head)
    sides = {
        (source.name, destination.name): {
            cause.direction for cause in change.causes_of(source, destination)
        }
        for change in compare(base, head).removed
        for source, destination in change.pairs()
        if isinstance(source, WorkloadEnd) and isinstance(destination, WorkloadEnd)
    }
    assert sides["web", "api"] == {Direction.INGRESS}
    assert sides["api", "web"] == {Direction.INGRESS, Direction.EGRESS}


def test_among_very_many_policies_every_wall_is_a_reason() -> None:
    """It is not told which of two blocks, where to tell would take a look at every pair."""
    many = tuple(
        policy(f"shop/p{number}", "app=web", isolates=EGRESS, egress=(rule(),))
        for number in range(MOST_BINDING + 1)
    )
    out = policy("shop/out", "app in web,api", isolates=EGRESS)
    inward = policy("shop/in", isolates=INGRESS)
    diff = compare(cluster(WEB, API, *many), cluster(WEB, API, *many, out, inward))
    web, api = WorkloadEnd.of(WEB), WorkloadEnd.of(API)
    (removed,) = [each for each in diff.removed if (web, api) in each.pairs()]
    assert {cause.subject.name for cause in removed.causes_of(web, api)} == {"out", "in"}
