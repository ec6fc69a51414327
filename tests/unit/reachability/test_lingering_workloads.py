"""A workload whose manifest is deleted and that nothing prunes may still be there."""

from dataclasses import replace

from edgewarden.reachability.diff import compare
from edgewarden.reachability.reasons import Because, FactKind
from tests.support import clusters

WEB, DB = clusters.workload("shop/web", "app=web"), clusters.workload("shop/db", "app=db")
BASE = clusters.state(WEB, DB)
HEAD = replace(BASE, workloads=(DB, replace(WEB, lingering=True)))
CLOSED = clusters.policy("shop/closed", "app=web")


def test_its_connections_may_be_lost_and_the_question_says_on_what_that_hangs() -> None:
    diff = compare(BASE, HEAD)
    assert replace(diff, may_removed=()).empty
    assert {each.because for each in diff.may_removed} == {Because.WORKLOAD_REMOVED}
    (fact,) = {fact for each in diff.may_removed for fact in each.facts}
    assert (fact.kind, fact.subject) == (FactKind.LINGERING_WORKLOAD, "shop/web[Deployment]")


def test_what_a_policy_that_goes_with_it_opens_may_be_open() -> None:
    diff = compare(replace(BASE, policies=(CLOSED,)), HEAD)
    (opened,) = (each for each in diff.may_added if str(each.example[0]) == "shop/db[Deployment]")
    assert str(opened.example[1]) == "shop/web[Deployment]"
    assert opened.because is Because.POLICY_CHANGED
    assert not diff.added
