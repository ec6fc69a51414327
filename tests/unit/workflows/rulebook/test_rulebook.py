"""Rules and checklist of a repository: the base's count, and of the head's there is a preview."""

import pytest

from edgewarden.governance.findings import Enforcement, Finding, Outcome
from edgewarden.governance.review import Review, Verdict
from tests.support.manifests import ingress_policy
from tests.unit.cli.test_rules import POLICY, RULE
from tests.unit.workflows.test_states import FILE, review

CONFIGURED = "version: 1\nrules: [network/rules]\n"
GOOD = ingress_policy("good", "db", "web", 5432)
ITEM = """\
checklist:
- id: data-owner
  title: The data owner agreed
  criterion: Whoever answers for the data knows.
  manual: {question: Who agreed?, signed_by: {teams: [data]}}
"""
ASKING = {FILE: "version: 1\nchecklist: items.yaml\n", "items.yaml": ITEM, "good.yaml": GOOD}
BASE = {FILE: CONFIGURED, "network/rules/own.yaml": RULE, "good.yaml": GOOD}


def own(found: Review) -> list[Finding]:
    return [
        each for cluster in found.clusters for each in cluster.findings if each.rule == "own-rule"
    ]


def told(found: Review) -> str:
    return "\n".join(f"{each.location} {each.message}" for each in found.problems)


def test_a_rule_of_the_base_judges_a_change() -> None:
    found = review(BASE, {**BASE, "bad.yaml": POLICY})
    assert len(own(found)) == 1
    assert found.verdict is Verdict.BLOCKED


def test_a_change_cannot_take_away_the_rule_that_it_is_judged_by() -> None:
    without = {FILE: "version: 1\n", "good.yaml": GOOD, "bad.yaml": POLICY}
    found = review(BASE, without)
    assert len(own(found)) == 1
    assert "Once merged, nothing is judged by own-rule any more." in told(found)


def test_a_rule_that_the_change_brings_does_not_judge_it_and_shows_what_it_would_do() -> None:
    base = {"bad.yaml": POLICY}
    found = review(base, {**base, **BASE})
    assert own(found) == []
    assert (
        "The change touches 1 file that changes are judged by. This review is made by the base's. "
        "Once merged, own-rule would object to 1 thing: bad.yaml:1."
    ) in told(found)
    assert not found.inconclusive


def test_a_file_that_another_path_brings_in_is_previewed_without_a_change_of_its_own() -> None:
    base = {**BASE, FILE: "version: 1\n"}
    found = review(base, {**base, FILE: CONFIGURED})
    assert "Once merged, own-rule would object to nothing that stands." in told(found)


def test_rules_that_cannot_be_used_leave_the_review_inconclusive_with_their_place() -> None:
    base = {**BASE, "network/rules/own.yaml": RULE.replace("scope: policy", "scope: pod")}
    found = review(base, {**base, "bad.yaml": POLICY})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "rules/own.yaml:5 No change is judged by what this repository adds" in told(found)


def test_rules_that_the_change_breaks_are_told_before_they_are_merged() -> None:
    broken = {**BASE, "network/rules/own.yaml": RULE.replace("scope: policy", "scope: pod")}
    found = review(BASE, {**broken, "bad.yaml": POLICY})
    assert len(own(found)) == 1
    assert "network/rules/own.yaml:5 Once merged: No change is judged by" in told(found)
    assert found.inconclusive


def test_a_repository_cannot_say_otherwise_what_a_rule_of_the_platform_means() -> None:
    base = {**BASE, "network/rules/own.yaml": RULE.replace("id: own-rule", "id: or-where-and")}
    found = review(base, base)
    assert "The platform has a rule that is called or-where-and." in told(found)
    assert found.verdict is Verdict.INCONCLUSIVE


def test_the_rules_that_a_review_was_made_by_are_named_by_their_digest() -> None:
    other = {**BASE, "network/rules/own.yaml": RULE.replace("severity: low", "severity: high")}
    packs = {review(base, base).provenance.policy_pack for base in (BASE, other, {"a.yaml": GOOD})}
    assert len(packs) == 3


def asked(found: Review) -> dict[str, str]:
    """Who is asked, by the ids of the items."""
    return {
        item.id: str(item.asked.signers)
        for cluster in found.clusters
        for item in cluster.checklist
        if item.asked is not None
    }


def test_an_item_of_the_base_asks_whom_it_names() -> None:
    found = review(ASKING, {**ASKING, "good.yaml": ingress_policy("good", "db", "web", 80)})
    assert asked(found)["data-owner"] == "the team data"


def test_a_change_cannot_take_away_the_item_that_asks_about_it() -> None:
    without = {FILE: "version: 1\n", "good.yaml": ingress_policy("good", "db", "web", 80)}
    found = review(ASKING, without)
    assert "data-owner" in asked(found)
    assert "Once merged, the checklist lacks data-owner." in told(found)


def test_an_item_that_a_change_brings_or_rewords_is_told_and_asks_nobody_yet() -> None:
    wordy = f"{ITEM}- {{id: tests, title: Tried in staging}}\n"
    found = review({"good.yaml": GOOD}, {**ASKING, "items.yaml": wordy})
    assert "data-owner" not in asked(found)
    assert "Once merged, the checklist has data-owner." in told(found)
    assert "Once merged, the checklist says otherwise of tests." in told(found)


def test_a_rule_may_name_an_item_of_its_repository_and_no_other() -> None:
    rules = {
        "network/rules/own.yaml": RULE.replace("severity:", "checklist: data-owner\nseverity:")
    }
    both = f"{CONFIGURED}checklist: items.yaml\n"
    base = {**ASKING, **rules, FILE: both}
    (found,) = [
        item
        for cluster in review(base, {**base, "bad.yaml": POLICY}).clusters
        for item in cluster.checklist
        if item.id == "data-owner"
    ]
    assert found.outcome is Outcome.ATTENTION
    assert found.evidence.startswith("See the finding")
    alone = {**base, FILE: CONFIGURED}
    assert "'data-owner' is no item of the checklist." in told(review(alone, alone))


def test_what_rules_of_an_item_only_record_is_told_with_it() -> None:
    recording = RULE.replace("deny", "audit").replace("severity:", "checklist: naming\nseverity:")
    base = {
        FILE: f"{CONFIGURED}checklist: items.yaml\n",
        "items.yaml": "checklist: [{id: naming, title: Names, criterion: They say what is done.}]",
        "network/rules/own.yaml": recording,
        "good.yaml": GOOD,
    }
    (found,) = [
        item
        for cluster in review(base, {**base, "bad.yaml": POLICY}).clusters
        for item in cluster.checklist
        if item.id == "naming"
    ]
    assert found.outcome is Outcome.PASS
    assert found.evidence == "Only recorded: Policy shop/bad is called bad. (bad.yaml:1)"


def test_a_checklist_that_cannot_be_used_leaves_the_review_inconclusive_with_its_place() -> None:
    base = {**ASKING, "items.yaml": ITEM.replace("title:", "titel:")}
    found = review(base, {**base, "good.yaml": ingress_policy("good", "db", "web", 80)})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "items.yaml:3 No change is judged by what this repository adds" in told(found)


DISABLED = BASE | {FILE: f"{CONFIGURED}enforcement: {{own-rule: disabled}}\n"}


def test_a_rule_that_is_disabled_is_not_asked() -> None:
    found = review(DISABLED, {**DISABLED, "bad.yaml": POLICY})
    assert own(found) == []


ENFORCED = f"{CONFIGURED}enforcement: {{own-rule: audit, or-where-and: deny}}\n"


def test_what_comes_of_a_rule_is_said_by_the_configuration_of_the_base() -> None:
    found = review({**BASE, FILE: ENFORCED}, {**BASE, FILE: ENFORCED, "bad.yaml": POLICY})
    assert [each.enforcement for each in own(found)] == [Enforcement.AUDIT]
    assert found.verdict is not Verdict.BLOCKED


def test_a_platform_rule_of_which_less_comes_here_is_told() -> None:
    weaker = {FILE: "version: 1\nenforcement: {or-where-and: audit}\n", "good.yaml": GOOD}
    found = review(weaker, {**weaker, "bad.yaml": POLICY})
    told_of = "By .edgewarden.yaml less comes of or-where-and here than the platform says."
    assert told_of in found.assumptions


def test_a_change_of_what_comes_of_a_rule_is_previewed() -> None:
    found = review(BASE, {**BASE, FILE: ENFORCED, "bad.yaml": POLICY})
    assert [each.enforcement for each in own(found)] == [Enforcement.DENY]
    assert "Once merged, own-rule is audit, and no longer deny." in told(found)
    assert "Once merged, or-where-and is deny, and no longer warn." in told(found)


@pytest.mark.parametrize(
    ("enforcement", "fault"),
    [
        ("{no-such-rule: deny}", ".edgewarden.yaml:2 No change is judged by what this repository"),
        ("{parse-problem: audit}", "Nothing less may come of parse-problem than warn."),
    ],
)
def test_what_cannot_come_of_a_rule_is_refused(enforcement: str, fault: str) -> None:
    base = {FILE: f"version: 1\nenforcement: {enforcement}\n", "good.yaml": GOOD}
    found = review(base, base)
    assert fault in told(found)
    assert found.verdict is Verdict.INCONCLUSIVE
