"""How far namespaces are open, and what is not known of their connections."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.exposure.exposure import Exposure, Openness, Reach, openness
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    Namespace,
    NetworkPolicy,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import ALL_PORTS, PortSet, Protocol
from edgewarden.reachability.reasons import FactKind
from tests.support.clusters import (
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
    unjudged,
    workload,
)
from tests.support.random_clusters import uncertain_pair

WEB = workload("shop/web", "app=web")
OTHER = workload("other/job", "app=job")


def of(*each: Namespace | Workload | NetworkPolicy | UnjudgedPolicy) -> Openness:
    return openness(state(*each, profile=ClusterProfile()))


def exposure_of(found: Openness, name: str) -> Exposure:
    (exposure,) = (each for each in found.exposures if each.namespace == name)
    return exposure


def shop(*rules: Rule) -> Exposure:
    return exposure_of(of(WEB, OTHER, policy("shop/web", ingress=rules)), "shop")


@pytest.mark.parametrize(
    ("rules", "reach"),
    [
        ((), Reach.NOBODY),
        ((rule(pods()),), Reach.OWN_NAMESPACE),
        ((rule(pods("app=web")),), Reach.OWN_NAMESPACE),
        ((rule(pods("app=nobody-has-it")),), Reach.OWN_NAMESPACE),
        ((rule(pods("app=job", namespaces="")),), Reach.OTHER_NAMESPACES),
        ((rule(pods(namespaces="team=nobody-has-it")),), Reach.OTHER_NAMESPACES),
        ((rule(pods(namespaces="")),), Reach.EVERY_POD),
        ((rule(block("203.0.113.0/24")),), Reach.INTERNET),
        ((rule(block("0.0.0.0/0"), pods(namespaces="")),), Reach.EVERYONE),
        ((rule(),), Reach.EVERYONE),
        ((rule(pods(namespaces="")), rule(block("203.0.113.0/24"))), Reach.EVERYONE),
    ],
)
def test_the_broadest_rule_decides_who_reaches_a_pod(rules: tuple[Rule, ...], reach: Reach) -> None:
    assert shop(*rules).reach is reach


def test_private_addresses_are_not_the_internet() -> None:
    assert shop(rule(block("10.0.0.0/8"))).reach is Reach.NOBODY


def test_whom_no_policy_isolates_everyone_reaches_on_every_port() -> None:
    found = exposure_of(of(WEB), "shop")
    assert (found.reach, found.ports, found.isolating) == (Reach.EVERYONE, ALL_PORTS, ())


def test_ports_are_those_open_to_everybody() -> None:
    found = shop(rule(ports="80"), rule(pods(namespaces="x=y"), ports="90"))
    assert found.ports == PortSet.of(Protocol.TCP, 80)


def test_the_most_exposed_pods_decide_and_are_named() -> None:
    database = workload("shop/db", "app=db")
    deny = policy("shop/deny", "app=db")
    found = exposure_of(of(WEB, database, deny), "shop")
    assert found.reach is Reach.EVERYONE
    assert [pod.name for pod in found.reached] == ["web"]
    assert [pod.name for pod in found.asked] == ["web", "db"]


def test_pods_that_no_manifest_shows_are_as_exposed_as_policies_leave_them() -> None:
    selecting = policy("shop/web", "app=web", ingress=(rule(pods()),))
    found = exposure_of(of(selecting), "shop")
    assert (found.reach, len(found.asked), len(found.reached)) == (Reach.EVERYONE, 2, 1)


def test_other_namespaces_are_counted_where_their_pods_come_in() -> None:
    far = workload("far/job", "app=job")
    admitted = policy("shop/web", ingress=(rule(pods("app=job", namespaces="")),))
    found = of(WEB, OTHER, far, namespace("empty"), admitted)
    assert exposure_of(found, "shop").others == 2


def test_the_most_exposed_namespace_comes_first_and_ties_go_by_name() -> None:
    closed, ported = policy("closed/deny"), policy("ported/web", ingress=(rule(ports="80"),))
    found = of(closed, ported, namespace("b"), namespace("a"))
    assert [each.namespace for each in found.exposures] == ["a", "b", "ported", "closed"]


def test_what_a_policy_does_that_is_not_judged_is_a_may() -> None:
    found = exposure_of(of(WEB, policy("shop/deny"), unjudged("shop/x")), "shop")
    assert (found.reach, found.may_reach) == (Reach.NOBODY, Reach.EVERYONE)


def test_pods_of_nodes_are_left_out() -> None:
    agent = workload("shop/agent", host_network=True)
    found = exposure_of(of(WEB, agent, policy("shop/deny")), "shop")
    assert [pod.name for pod in found.asked] == ["web"]


def test_connections_that_hang_on_addresses_of_pods_are_counted_with_their_fact() -> None:
    admitted = policy("shop/web", ingress=(rule(block("10.0.0.0/8")),))
    found = of(WEB, OTHER, admitted)
    kinds = {fact.kind for each in found.uncertain for fact in each.facts}
    # From the other workload, and from another pod of the same.
    assert (kinds, sum(each.connections for each in found.uncertain)) == ({FactKind.IP_BLOCK}, 2)


def test_nothing_is_uncertain_once_addresses_never_match_pods() -> None:
    admitted = policy("shop/web", ingress=(rule(block("10.0.0.0/8")),))
    never = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
    assert openness(state(WEB, OTHER, admitted, profile=never)).uncertain == ()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_what_is_certain_is_possible_and_without_policies_everyone_is_let_in(seed: int) -> None:
    cluster, _ = uncertain_pair(seed)
    for each in openness(cluster).exposures:
        assert each.reach <= each.may_reach
        assert set(each.reached) <= set(each.asked)
    free = replace(cluster, policies=(), lingering=(), unjudged=())
    assert {each.reach for each in openness(free).exposures} <= {Reach.EVERYONE}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_one_more_rule_closes_nothing(seed: int) -> None:
    cluster, _ = uncertain_pair(seed)
    more = tuple(
        replace(each, ingress=(*each.ingress, rule(pods(namespaces=""))))
        for each in cluster.policies
    )
    before = {each.namespace: each for each in openness(cluster).exposures}
    after = openness(replace(cluster, policies=more)).exposures
    for each in after:
        assert each.reach >= before[each.namespace].reach


def test_labels_of_namespaces_are_asked_about_for_each_pod_of_those_that_nothing_shows() -> None:
    admitted = policy("shop/web", ingress=(rule(pods(namespaces="team=far")),))
    found = of(namespace("shop"), WEB, admitted, OTHER, policy("far/a", "app=a"))
    kinds = {fact.kind for each in found.uncertain for fact in each.facts}
    # other/job, and of far a pod without labels and one with app=a.
    assert (kinds, sum(each.connections for each in found.uncertain)) == (
        {FactKind.NAMESPACE_LABELS},
        3,
    )


def test_labels_of_namespaces_that_manifests_show_are_no_question() -> None:
    admitted = policy("shop/web", ingress=(rule(pods(namespaces="team=far")),))
    found = of(namespace("shop"), namespace("other"), WEB, OTHER, admitted)
    assert found.uncertain == ()


def test_who_may_come_from_a_namespace_that_nothing_names_waits_for_its_labels() -> None:
    admitted = policy("shop/web", ingress=(rule(pods(namespaces="team=shop")),))
    found = of(namespace("shop", "team=shop"), WEB, admitted)
    exposure = exposure_of(found, "shop")
    assert (exposure.reach, exposure.may_reach) == (Reach.OWN_NAMESPACE, Reach.OTHER_NAMESPACES)
    ((connections, (fact,)),) = ((each.connections, each.facts) for each in found.uncertain)
    assert (connections, fact.kind) == (1, FactKind.NAMESPACE_LABELS)


def test_asking_costs_what_there_is_and_not_each_with_each() -> None:
    """Each of many namespaces without a manifest admits pods by another label of theirs."""
    many = [
        policy(f"n{n}/p", "app=a", ingress=(rule(pods(namespaces=f"k{n}=v")),)) for n in range(80)
    ]
    found = of(*many)
    assert len(found.uncertain) <= 2 * len(many)
    assert {each.connections for each in found.uncertain} == {2 * len(many)}


def test_a_rule_for_a_label_of_namespaces_is_perhaps_for_some_and_never_for_all() -> None:
    assert shop(rule(pods(namespaces="team=x"))).may_reach is Reach.OTHER_NAMESPACES
