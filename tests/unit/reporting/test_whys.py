"""Causes in words: many ends that have the same story are told together."""

import pytest

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reporting.rows import Why
from edgewarden.reporting.whys import (
    MOST_CAUSES,
    closing_whys,
    opening_whys,
    possible_whys,
    whys,
)
from tests.support.reviews import isolation_added, rule_allows, rule_gone

HERE = Location("k8s/policy.yaml", 7)


def of_workload(kind: CauseKind, number: int) -> Cause:
    ref = ObjectRef("apps", "Deployment", "shop", f"w{number}")
    return Cause(kind, Side.HEAD, ref, Location(f"k8s/w{number}.yaml", 1))


def texts(found: tuple[Why, ...]) -> list[str]:
    return [why.text for why in found]


def test_a_few_new_workloads_are_told_one_by_one() -> None:
    new = [of_workload(CauseKind.WORKLOAD_ADDED, number) for number in range(MOST_CAUSES)]
    assert texts(whys(new)) == [f"Deployment shop/w{number} is new" for number in range(3)]


def test_more_new_workloads_are_told_as_one_at_the_place_of_the_first() -> None:
    new = [of_workload(CauseKind.WORKLOAD_ADDED, number) for number in range(MOST_CAUSES + 1)]
    (why,) = whys(new)
    assert why.text == "Deployment shop/w0 and 3 more are new"
    assert (why.place.location, why.place.side) == (Location("k8s/w0.yaml", 1), Side.HEAD)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CauseKind.WORKLOAD_REMOVED, "Deployment shop/w0 and 9 more are gone"),
        (CauseKind.LABELS_CHANGED, "the labels of Deployment shop/w0 and 9 more changed"),
        (CauseKind.PORTS_CHANGED, "the named ports of Deployment shop/w0 and 9 more changed"),
        (CauseKind.HOST_NETWORK_CHANGED, "hostNetwork of Deployment shop/w0 and 9 more changed"),
    ],
)
def test_whatever_many_ends_have_in_common_is_told_once(kind: CauseKind, text: str) -> None:
    assert texts(whys(of_workload(kind, number) for number in range(10))) == [text]


def test_each_kind_of_story_is_counted_by_itself() -> None:
    new = [of_workload(CauseKind.WORKLOAD_ADDED, number) for number in range(5)]
    gone = [of_workload(CauseKind.WORKLOAD_REMOVED, number) for number in range(2)]
    assert texts(whys([*new, *gone])) == [
        "Deployment shop/w0 and 4 more are new",
        "Deployment shop/w0 is gone",
        "Deployment shop/w1 is gone",
    ]


def test_rules_are_never_counted_away() -> None:
    rules = [rule_allows("shop/db", HERE, number) for number in range(10)]
    assert texts(whys(rules)) == [
        f"ingress rule {number + 1} of NetworkPolicy shop/db allows it" for number in range(10)
    ]


def test_an_opening_is_told_without_what_closes_and_the_reverse() -> None:
    both = [
        rule_allows("shop/db", HERE),
        isolation_added("shop/deny", HERE, Direction.EGRESS),
    ]
    assert texts(opening_whys(both)) == ["ingress rule 1 of NetworkPolicy shop/db allows it"]
    assert texts(closing_whys(both)) == ["NetworkPolicy shop/deny now isolates egress"]


def test_no_change_is_told_without_a_reason() -> None:
    closing = [rule_gone("shop/db", HERE)]
    assert texts(opening_whys(closing)) == texts(closing_whys(closing))


def test_what_a_may_hangs_on_is_told_without_a_claim() -> None:
    causes = [rule_allows("shop/db", HERE), rule_gone("shop/old", HERE, 1, Direction.EGRESS)]
    assert texts(possible_whys(causes)) == [
        "it hangs on ingress rule 1 of NetworkPolicy shop/db",
        "it hung on egress rule 2 of NetworkPolicy shop/old",
    ]
