"""What a survey says of clusters: the most exposed, and what would settle most."""

from dataclasses import replace

import pytest

from edgewarden.governance.survey.gaps import Assumed, Gap, gaps
from edgewarden.governance.survey.shapes import Shape
from edgewarden.governance.survey.survey import MOST_EXPOSED, Survey, survey
from edgewarden.reachability.exposure.exposure import Reach, openness
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
    Workload,
)
from tests.support.clusters import block, namespace, pods, policy, rule, state, unjudged, workload

WEB, JOB = workload("shop/web", "app=web"), workload("far/job", "app=job")
PRIVATE = policy("shop/private", ingress=(rule(block("10.0.0.0/8")),))
UNREAD = Problem(
    ProblemKind.UNPARSABLE,
    Location("broken.yaml", 4),
    "The document cannot be parsed.",
    "Repair it.",
    namespaces=frozenset({"shop"}),
)


def gaps_of(cluster: ClusterState, assumed: Assumed | None = None) -> tuple[Gap, ...]:
    return gaps(cluster, openness(cluster), assumed)


def of(*each: Namespace | Workload | NetworkPolicy | UnjudgedPolicy) -> Survey:
    return survey([state(*each)], [None])


def test_nothing_is_asked_where_everything_is_known() -> None:
    assert gaps_of(state(WEB, JOB, policy("shop/deny"))) == ()


def test_addresses_of_pods_are_a_question_for_the_profile() -> None:
    (gap,) = gaps_of(state(WEB, JOB, PRIVATE))
    assert (gap.alone, gap.connections, gap.location) == (2, 2, Location("policies.yaml", 1))
    assert "`ip_block_matches_pods`" in gap.remedy


def test_the_answer_never_settles_as_many_connections_as_the_gap_says() -> None:
    cluster = state(WEB, JOB, PRIVATE)
    (gap,) = gaps_of(cluster)
    before = sum(each.connections for each in openness(cluster).uncertain)
    settled = replace(cluster, profile=ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER))
    after = sum(each.connections for each in openness(settled).uncertain)
    assert before - after == gap.alone


def test_where_blocks_match_pods_it_is_their_ranges_that_are_asked_for() -> None:
    matches = ClusterProfile(ip_block_matches_pods=AddressMatch.MATCHES)
    (gap,) = gaps_of(state(WEB, JOB, PRIVATE, profile=matches))
    assert gap.remedy == "Set `pod_ranges` in `profile`."


def test_connections_that_hang_on_two_things_wait_for_neither_alone() -> None:
    found = gaps_of(state(WEB, JOB, PRIVATE, unjudged("shop/x")))
    # A Calico policy may allow everything there, whatever ipBlock matches.
    assert {(gap.alone, gap.connections) for gap in found if "ipBlock" in gap.about} == {(0, 2)}
    (other,) = (gap for gap in found if "ipBlock" not in gap.about)
    assert other.connections > other.alone > 0
    assert (
        other.about == "what the only object of the kind NetworkPolicy (crd.projectcalico.org)"
        " allows"
    )


def test_labels_of_a_namespace_without_a_manifest_are_a_question() -> None:
    admitted = policy("shop/web", ingress=(rule(pods(namespaces="team=far")),))
    found = gaps_of(state(WEB, namespace("shop"), policy("far/deny"), admitted))
    assert [gap.about for gap in found] == ["which labels namespaces without a manifest have"]


def test_what_was_not_read_leaves_open_all_connections_of_its_namespaces() -> None:
    cluster = replace(state(WEB, JOB), problems=(UNREAD,))
    (gap,) = gaps_of(cluster)
    # Of two pods one is in the namespace: to itself, to the other, from the other.
    assert (gap.about, gap.alone, gap.remedy) == ("The document cannot be parsed", 3, "Repair it.")


def test_problems_with_one_remedy_are_one_gap() -> None:
    other = replace(UNREAD, location=Location("also.yaml", 1), namespaces=frozenset({"far"}))
    (gap,) = gaps_of(replace(state(WEB, JOB), problems=(UNREAD, other)))
    assert (gap.alone, gap.location) == (4, other.location)
    assert gap.about.endswith(", and 1 more like it")


@pytest.mark.parametrize("cluster", [state(), state(WEB, JOB)])
def test_of_what_could_be_anywhere_everything_is_open(cluster: ClusterState) -> None:
    anywhere = replace(UNREAD, namespaces=frozenset())
    (gap,) = gaps_of(replace(cluster, problems=(anywhere,)))
    assert gap.alone == len(cluster.workloads) ** 2


def test_problems_that_do_not_touch_a_verdict_are_no_gap() -> None:
    assert gaps_of(replace(state(WEB), problems=(replace(UNREAD, decisive=False),))) == ()


def test_an_assumed_namespace_is_a_gap() -> None:
    (gap,) = gaps_of(state(WEB, JOB), Assumed("shop", 7))
    assert (gap.alone, gap.about[:40]) == (3, "the namespace of 7 objects that name non")


def test_ten_namespaces_are_named_and_the_rest_counted() -> None:
    found = of(*(namespace(f"n{number:02}") for number in range(13)), policy("shut/deny"))
    assert [each.exposure.namespace for each in found.exposed] == [
        f"n{number:02}" for number in range(MOST_EXPOSED)
    ]
    assert (found.namespaces, found.as_exposed, found.perhaps) == (14, 3, ())


def test_of_those_not_shown_the_perhaps_open_ones_are_named() -> None:
    shut = policy("shut/deny")
    found = of(*(namespace(f"n{n:02}") for n in range(10)), shut, unjudged("shut/calico"))
    assert found.as_exposed == 0
    assert [each.exposure.namespace for each in found.perhaps] == ["shut"]


def test_the_namespaces_are_counted_in_which_a_direction_is_isolated() -> None:
    (count,) = of(policy("shop/deny"), policy("shop/more"), namespace("open")).clusters
    assert (count.namespaces, count.ingress, count.egress) == (2, 1, 0)


def test_a_namespace_that_is_alike_in_several_clusters_is_told_once() -> None:
    one = state(WEB, policy("shop/deny"))
    two, three = replace(one, name="two"), replace(one, name="three")
    open_one = replace(one, policies=(), name="open")
    found = survey([one, two, three, open_one], [None] * 4)
    assert [each.clusters for each in found.exposed] == [("open",), ("test", "two", "three")]


def test_shapes_count_the_policies_of_every_cluster_wherever_they_are_written() -> None:
    one = state(policy("shop/web"))
    patched = state(policy("shop/web", ingress=(rule(pods()),)))
    found = survey([one, replace(patched, name="two"), replace(one, name="three")], [None] * 3)
    assert [(each.shape, each.count) for each in found.shapes] == [
        (Shape.DENIES_INGRESS, 2),
        (Shape.SAME_NAMESPACE, 1),
    ]


def test_the_reason_is_the_broadest_rule() -> None:
    rules = (rule(pods(), line=3), rule(block("0.0.0.0/0"), ports="443", line=7), rule(pods()))
    (exposed,) = of(WEB, policy("shop/web", ingress=rules)).exposed
    assert exposed.exposure.reach is Reach.INTERNET
    assert exposed.reason.location == Location("policies.yaml", 7)
    assert exposed.reason.text == (
        "ingress rule 2 of NetworkPolicy shop/web admits 0.0.0.0/0 on TCP 443"
    )


def test_the_reason_for_everyone_is_that_nothing_isolates() -> None:
    (exposed,) = of(WEB).exposed
    assert (exposed.reason.text, exposed.reason.location) == (
        "no policy isolates their ingress",
        None,
    )


def test_facts_that_nobody_says_are_named() -> None:
    told = ClusterProfile(cni="Calico", enforces_policies=False, prunes=False)
    (count,) = survey([state(WEB, profile=told)], [None]).clusters
    assert count.unknown == (
        "ip_block_matches_pods",
        "pod_ranges",
        "service_ranges",
        "node_ranges",
        "control_plane_ranges",
        "node_local_dns",
        "monitoring",
        "gateway",
        "egress_gateway",
        "applier",
    )


def test_of_pods_that_a_policy_may_isolate_it_is_told_that_nobody_knows() -> None:
    made = replace(policy("shop/made"), maker=ObjectRef("kyverno.io", "ClusterPolicy", "", "deny"))
    cluster = replace(state(WEB), lingering=(made,))
    (exposed,) = survey([cluster], [None]).exposed
    assert (exposed.exposure.reach, exposed.exposure.may_reach) == (Reach.NOBODY, Reach.EVERYONE)
    assert exposed.reason.text == "it is not known whether a policy isolates their ingress"
    (gap,) = gaps_of(cluster)
    assert gap.about == "which policies the objects that make some have made"
