"""The shapes that the field gives to policies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.governance.survey.shapes import Shape, shape_counts, shapes
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, Direction, NetworkPolicy
from tests.support.clusters import BOTH, EGRESS, block, pods, policy, rule
from tests.support.manifest_trees import policy_of
from tests.support.random_clusters import certain_pair

PROFILE = ClusterProfile()
ALL = BOTH


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        (policy("a/x"), {Shape.DENIES_INGRESS}),
        (policy("a/x", isolates=EGRESS), {Shape.DENIES_EGRESS}),
        (policy("a/x", isolates=ALL), {Shape.DENIES_INGRESS, Shape.DENIES_EGRESS}),
        (policy("a/x", "app=db"), {Shape.DENIES_SOME_INGRESS}),
        (policy("a/x", "app=db", isolates=EGRESS), {Shape.DENIES_SOME_EGRESS}),
        (policy("a/x", ingress=(rule(),)), {Shape.ALLOWS_ALL_INGRESS}),
        (policy("a/x", ingress=(rule(ports="80"),)), {Shape.FROM_EVERYONE}),
        (policy("a/x", ingress=(rule(pods()),)), {Shape.SAME_NAMESPACE}),
        (policy("a/x", ingress=(rule(pods("app=web")),)), {Shape.OWN_PODS}),
        (policy("a/x", ingress=(rule(pods(namespaces="")),)), {Shape.EVERY_NAMESPACE}),
        (
            policy("a/x", ingress=(rule(pods(namespaces="kubernetes.io/metadata.name=b")),)),
            {Shape.NAMESPACE_BY_NAME},
        ),
        (
            policy("a/x", ingress=(rule(pods("app=web", namespaces="team=b")),)),
            {Shape.NAMESPACE_BY_LABEL},
        ),
        (policy("a/x", ingress=(rule(block("10.0.0.0/8")),)), {Shape.IP_BLOCK}),
        (policy("a/x", ingress=(rule(block("0.0.0.0/0")),)), {Shape.FROM_INTERNET}),
        (
            policy("a/x", isolates=EGRESS, egress=(rule(block("0.0.0.0/0")),)),
            {Shape.TO_INTERNET},
        ),
        (policy("a/x", isolates=EGRESS, egress=(rule(),)), {Shape.ALLOWS_ALL_EGRESS}),
        (
            policy("a/x", isolates=EGRESS, egress=(rule(ports="53/UDP 53"),)),
            {Shape.DNS, Shape.TO_EVERYONE},
        ),
        (
            policy("a/x", isolates=EGRESS, egress=(rule(pods(namespaces=""), ports="dns/UDP"),)),
            {Shape.DNS, Shape.EVERY_NAMESPACE},
        ),
        (policy("a/x", ingress=(rule(pods(), ports="53/UDP"),)), {Shape.SAME_NAMESPACE}),
    ],
)
def test_a_policy_has_the_shapes_that_it_reads_as(
    written: NetworkPolicy, shape: set[Shape]
) -> None:
    assert shapes(written, PROFILE) == shape


def test_rules_of_a_direction_that_is_not_listed_are_dead() -> None:
    found = policy_of("podSelector: {}\npolicyTypes: [Egress]\ningress:\n- {}")
    assert shapes(found, PROFILE) == {Shape.DENIES_EGRESS, Shape.DEAD_RULES}


def test_an_empty_item_is_told_besides_what_it_allows() -> None:
    found = policy_of("podSelector: {}\ningress:\n-")
    assert shapes(found, PROFILE) == {Shape.ALLOWS_ALL_INGRESS, Shape.NULL_ITEM}


def test_shapes_are_counted_with_the_first_place_and_the_frequent_come_first() -> None:
    every = [policy("a/x", line=9), policy("a/y", line=3), policy("a/z", ingress=(rule(),))]
    counts = shape_counts([(each, PROFILE) for each in every])
    assert [(each.shape, each.count) for each in counts] == [
        (Shape.DENIES_INGRESS, 2),
        (Shape.ALLOWS_ALL_INGRESS, 1),
    ]
    assert counts[0].example == Location("policies.yaml", 3)


def test_a_shape_stands_where_what_makes_it_does() -> None:
    wide = rule(block("0.0.0.0/0", line=7), pods(namespaces="", line=8), line=6)
    counts = shape_counts([(policy("a/x", ingress=(wide, rule(line=9)), line=1), PROFILE)])
    assert {each.shape: each.example.line for each in counts} == {
        Shape.FROM_INTERNET: 7,
        Shape.EVERY_NAMESPACE: 8,
        Shape.ALLOWS_ALL_INGRESS: 9,
    }


@given(st.integers(0, 10_000))
def test_every_policy_has_a_shape(seed: int) -> None:
    for cluster in certain_pair(seed):
        for each in cluster.policies:
            assert shapes(each, PROFILE) or not each.isolates
            assert (Shape.DENIES_INGRESS in shapes(each, PROFILE)) == (
                Direction.INGRESS in each.isolates
                and not each.ingress
                and each.pods.selects_everything
            )
