"""Findings from one review of a change to the next."""

from dataclasses import replace

from edgewarden.governance.findings import Finding
from edgewarden.governance.review import Review
from edgewarden.governance.tracking import findings_of, tracked
from tests.support.proposals import policy, reviewed, shipped_pack

SPLIT = "{namespaceSelector: {matchLabels: {env: prod}}}, {podSelector: {matchLabels: {app: web}}}"
OR = policy("shop", "or", f"podSelector: {{}}, ingress: [{{from: [{SPLIT}]}}]")
DEAD = policy("shop", "dead", "podSelector: {}, policyTypes: [Ingress], egress: [{ports: []}]")


def review(*head: str, commit: str = "one") -> Review:
    made = reviewed([], head)
    return replace(made, provenance=replace(made.provenance, head=commit))


def found(told: Review, rule: str) -> list[Finding]:
    return [each for each in findings_of(told) if each.rule == rule]


def test_what_was_found_before_keeps_the_commit_at_which_it_was_found_first() -> None:
    first, second, third = (review(OR, commit=name) for name in ("one", "two", "three"))
    assert [each.since for each in found(tracked(second, first), "or-where-and")] == ["one"]
    again = tracked(third, tracked(second, first))
    assert [each.since for each in found(again, "or-where-and")] == ["one"]


def test_what_is_new_has_no_such_commit() -> None:
    told = tracked(review(OR, DEAD, commit="two"), review(OR))
    assert [each.since for each in found(told, "rule-without-effect")] == [""]


def test_what_is_found_no_longer_is_fixed() -> None:
    told = tracked(review(DEAD, commit="two"), review(OR, DEAD))
    assert "or-where-and" in {each.rule for each in told.fixed}
    assert "rule-without-effect" not in {each.rule for each in told.fixed}


def test_what_something_unread_may_hide_is_not_fixed() -> None:
    told = tracked(review(OR + "  x: [\n", commit="two"), review(OR))
    assert told.inconclusive
    assert told.fixed == ()


def test_what_other_rules_find_no_longer_is_not_fixed() -> None:
    shown = replace(shipped_pack(), rules=(), digest="other")
    told = tracked(reviewed([], [OR], pack=shown), review(OR))
    assert not told.inconclusive
    assert told.fixed == ()
