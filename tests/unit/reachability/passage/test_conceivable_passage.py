"""Every connection that could exist passes, or is blocked, as the oracle says."""

from random import Random

import pytest

from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.passage import sets
from edgewarden.reachability.passage.conceivable import ConceivablePassage
from edgewarden.reachability.passage.connections import Answer, Connections
from edgewarden.reachability.passage.grounds import GroundKind
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import Spans
from edgewarden.reachability.symbolic.statements import PodSet
from edgewarden.reachability.symbolic.translation import pods_of
from tests.support.clusters import (
    BOTH,
    EGRESS,
    namespace,
    pods,
    policy,
    rule,
    selector,
    state,
    unjudged,
)
from tests.support.conceivable import Point, Vocabulary, allowed, in_end, in_ports, points
from tests.support.random_clusters import certain_pair

EVERYTHING = Box()


def ask(asked: ClusterState, box: Box) -> Answer:
    answer = ConceivablePassage(asked).ask(box)
    assert answer is not None
    return answer


def between(source: str, destination: str) -> Box:
    """Two pods by ``namespace/labels``, on every port."""
    ends = []
    for role, text in ((Role.SOURCE, source), (Role.DESTINATION, destination)):
        name, labels = text.split("/")
        namespaces = selector(f"kubernetes.io/metadata.name={name}")
        ends.append(pods_of(role, namespaces, selector(labels)))
    assert ends[0] is not None
    assert ends[1] is not None
    box = ends[0] & ends[1]
    assert box is not None
    return box


def _holds(each: Connections, point: Point, asked: ClusterState) -> bool:
    return (
        in_end(each.source, point.source, point, asked, asked)
        and in_end(each.destination, point.destination, point, asked, asked)
        and in_ports(each.ports, point)
    )


@pytest.mark.parametrize("seed", range(80))
def test_every_connection_is_in_a_set_of_those_that_fare_as_the_oracle_says(seed: int) -> None:
    asked = certain_pair(seed)[1]
    answer = ask(asked, EVERYTHING)
    for point in points(Random(seed), Vocabulary.of(asked, asked), 60):
        passing = sum(_holds(each, point, asked) for each in answer.passing)
        blocked = sum(_holds(each, point, asked) for each in answer.blocked)
        assert (passing > 0, blocked > 0) == (
            allowed(asked, point),
            not allowed(asked, point),
        ), point


OPEN = state(namespace("shop"), namespace("bank"))


def test_where_nothing_isolates_everything_passes_and_that_is_the_ground() -> None:
    answer = ask(OPEN, between("shop/", "bank/app=db"))
    (found,) = answer.passing
    assert not answer.blocked
    assert str(found) == "all pods in namespace shop → pods app=db in namespace bank: every port"
    assert list(map(str, found.grounds)) == [
        "no policy isolates such pods in namespace bank for ingress",
        "no policy isolates such pods in namespace shop for egress",
    ]


ISOLATED = state(
    namespace("shop"),
    namespace("bank"),
    policy("bank/db", "app=db", ingress=(rule(pods(namespaces="team=red"), line=7),)),
)


def test_a_label_that_the_manifest_of_a_namespace_does_not_name_counts_as_absent() -> None:
    answer = ask(ISOLATED, between("shop/", "bank/app=db"))
    (passing,), (blocked,) = answer.passing, answer.blocked
    assert (passing.shown, blocked.shown) == (False, True)
    assert passing.facts == blocked.facts == ()
    assert [fact.subject for fact in passing.supposing] == ["Namespace shop"]


def test_of_several_namespaces_each_is_told_by_what_its_own_manifest_shows() -> None:
    three = state(
        namespace("red", "team=red"),
        namespace("plain"),
        *(
            policy(f"{name}/all", isolates=EGRESS, egress=(rule(ports="80"),))
            for name in ("red", "plain", "unseen")
        ),
        policy(
            "bank/db", "app=db", ingress=(rule(pods(namespaces="team=red; zone absent"), line=7),)
        ),
    )
    box = pods_of(
        Role.DESTINATION, selector("kubernetes.io/metadata.name=bank"), selector("app=db")
    )
    assert box is not None
    told = {
        str(each.source): (each.shown, len(each.facts))
        for each in ask(three, box).passing
        if isinstance(each.source, PodSet) and not each.source.namespaces.inverted
    }
    assert told == {
        "all pods in namespace red if its labels satisfy zone does not exist": (True, 0),
        "all pods in namespace plain if its labels satisfy team=red, zone does not exist": (
            False,
            0,
        ),
        "all pods in namespace unseen if its labels satisfy team=red, zone does not exist": (
            True,
            1,
        ),
    }


def test_the_labels_of_a_namespace_without_a_manifest_are_facts_that_would_settle_it() -> None:
    answer = ask(state(*ISOLATED.policies), between("shop/", "bank/app=db"))
    (found,) = answer.passing
    (fact,) = found.facts
    assert (
        fact.question == "Do the labels of Namespace shop satisfy team=red? No manifest shows it."
    )
    assert fact.location.line == 7


def test_what_a_rule_admits_and_what_a_policy_isolates_are_the_grounds() -> None:
    labelled = state(
        namespace("shop", "team=red"), namespace("bank", "team=blue"), *ISOLATED.policies
    )
    (passing,) = ask(labelled, between("shop/", "bank/app=db")).passing
    assert [(g.kind, g.subject, g.rule) for g in passing.grounds] == [
        (GroundKind.ADMITS, "bank/db", 0)
    ]
    (blocked,) = ask(labelled, between("bank/", "bank/app=db")).blocked
    assert [(g.kind, g.subject, g.direction) for g in blocked.grounds] == [
        (GroundKind.ISOLATES, "bank/db", Direction.INGRESS)
    ]


def test_a_policy_of_a_kind_that_is_not_judged_could_do_either() -> None:
    answer = ask(state(*OPEN.namespaces, unjudged("bank/rogue")), between("shop/", "bank/"))
    assert answer.may_allow
    assert answer.may_deny


def test_without_a_budget_nothing_is_claimed() -> None:
    closed = state(namespace("shop"), policy("shop/all", isolates=BOTH))
    assert ConceivablePassage(closed, budget=0).ask(between("shop/", "shop/")) is None


def test_addresses_are_asked_about_as_sets() -> None:
    box = sets.outside(Role.SOURCE, Spans.of(((1, 9),))) & sets.on(ALL_PORTS)
    assert box is not None
    assert ask(OPEN, box).passing
