"""What rules object to: only what a change introduces or worsens, and nothing by accident."""

from dataclasses import replace

import pytest

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Enforcement, Finding, Severity, Standing
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.rules.evaluation import findings
from edgewarden.governance.rules.terms import Items, RuleScope, RuleTerms
from tests.support.proposals import deployment, namespace, policy, proposal

TERMS = RuleTerms(
    id="own",
    title="Own",
    severity=Severity.LOW,
    enforcement=Enforcement.WARN,
    scope=RuleScope.POLICY,
    assertion="size(rule.peers) < 2",
    message="{rule.text} has {size(rule.peers)} peers.",
    remedy="Write fewer.",
    items=Items("rule", "policy.rules"),
    key="policy.name",
    measure="size(rule.peers)",
)
A, B, C = ("{podSelector: {matchLabels: {app: " + name + "}}}" for name in "abc")


def found(base: str, head: str, terms: RuleTerms = TERMS) -> list[Finding]:
    case = Case(proposal([base], [head]), PolicyPack((terms,), (), ""))
    return list(findings(case))


def written(*peers: str, name: str = "web", annotations: str = "{}") -> str:
    spec = f"podSelector: {{}}, ingress: [{{from: [{', '.join(peers)}]}}]"
    return policy("shop", name, spec, annotations)


def test_what_the_change_introduces_is_found_where_it_stands() -> None:
    (finding,) = found(written(A), written(A, B))
    assert finding.message == "ingress rule 1 of policy shop/web (0.yaml:9) has 2 peers."
    assert (finding.location.path, finding.location.line) == ("0.yaml", 9)
    assert finding.standing is Standing.INTRODUCED


def test_what_was_there_is_not() -> None:
    assert found(written(A, B), written(B, C)) == []


def test_what_was_there_in_one_namespace_is_new_in_another_one() -> None:
    there, spec = written(A, B), f"podSelector: {{}}, ingress: [{{from: [{A}, {B}]}}]"
    elsewhere = policy("till", "web", spec)
    (finding,) = found(there, written(A, B, annotations="{x: y}") + elsewhere)
    assert "till/web" in finding.message
    assert len(found("", there + elsewhere)) == 2


def test_what_gets_worse_is_found_again() -> None:
    (finding,) = found(written(A, B), written(A, B, C))
    assert finding.standing is Standing.WORSENED


def test_what_gets_better_is_not() -> None:
    assert found(written(A, B, C), written(A, B)) == []


def test_a_policy_that_the_change_leaves_as_it_is_gives_none() -> None:
    both = written(A, B)
    assert found(both, both + written(A, name="other")) == []


def test_a_text_that_only_people_read_counts_as_touched() -> None:
    owned = replace(
        TERMS, items=None, assertion="'owner' in policy.annotations", measure="0", message="m"
    )
    assert len(found(written(A, annotations="{owner: me}"), written(A), owned)) == 1


@pytest.mark.parametrize(
    "assertion",
    [
        "policy.labels['team'] == 'a'",
        "[1, 2][policy.rules.size() + 5] == 1",
        "cidrContains('no range', '10.0.0.0/8')",
        "1 / (size(policy.rules) - 1) == 1",
    ],
)
def test_a_rule_that_cannot_be_evaluated_blocks(assertion: str) -> None:
    (finding,) = found("", written(A), replace(TERMS, assertion=assertion))
    assert finding.enforcement is Enforcement.DENY
    assert finding.severity is Severity.CRITICAL
    assert finding.standing is Standing.ERROR
    assert finding.message.startswith("The rule could not be evaluated on shop/web: ")


def test_a_rule_that_asks_for_too_much_work_blocks() -> None:
    numbers = "[0,1,2,3,4,5,6,7,8,9]"
    endless = "true"
    for name in "abcdefg":
        endless = f"{numbers}.all({name}, {endless})"
    (finding,) = found("", written(A), replace(TERMS, assertion=endless))
    assert finding.standing is Standing.ERROR


def test_the_same_finding_has_one_fingerprint_wherever_it_moves() -> None:
    (finding,) = found("", written(A, B))
    (moved,) = found("", "# one\n# two\n" + written(A, B))
    assert moved.location != finding.location
    assert moved.fingerprint == finding.fingerprint


def test_every_list_of_a_change_that_a_rule_names_is_there() -> None:
    terms = replace(
        TERMS,
        scope=RuleScope.CHANGE,
        items=Items("one", "[change].map(c, c.openings)[0]"),
        assertion="false",
        message="{one.text}",
        key="",
        measure="0",
    )
    deny = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
    assert (
        len(found(deny, deny + policy("shop", "a", "podSelector: {}, ingress: [{}]"), terms)) == 1
    )


def test_an_edge_is_judged_with_both_its_ends() -> None:
    terms = replace(
        TERMS,
        scope=RuleScope.EDGE,
        items=None,
        assertion='!(edge.opened && "shop" in edge.destination.namespaces)',
        message="{edge.text}",
        key="",
        measure="0",
    )
    deny = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
    (finding,) = found(deny, deny + written(A), terms)
    assert "app=a" in finding.message
    assert found(deny + written(A), deny, terms) == []


BOUND = replace(
    TERMS,
    scope=RuleScope.NAMESPACE,
    items=None,
    key="",
    assertion='posture.ingress.extent == "all"',
    measure='posture.ingress.extent == "some" ? 1 : 2',
    message="Namespace {posture.name} isolates {posture.ingress.extent}.",
)
SOME = policy("shop", "web", "podSelector: {matchLabels: {app: web}}")


def test_a_namespace_is_asked_about_where_the_change_touches_it() -> None:
    (finding,) = found("", SOME, BOUND)
    assert finding.message == "Namespace shop isolates some."
    assert str(finding.subject) == "shop"
    assert found("", policy("shop", "deny", "podSelector: {}"), BOUND) == []


def test_a_namespace_that_another_one_changes_beside_is_not() -> None:
    other = policy("data", "deny", "podSelector: {}")
    assert found(SOME, SOME + other, BOUND) == []


def test_a_namespace_that_was_so_before_is_not_told_again() -> None:
    assert found(SOME, SOME.replace("name: web", "name: site"), BOUND) == []


def test_a_namespace_that_gets_worse_is() -> None:
    (finding,) = found(SOME, deployment("shop", "web"), BOUND)
    assert finding.standing is Standing.WORSENED


def test_a_namespace_that_goes_is_not_asked_about() -> None:
    assert found(namespace("shop") + SOME, "", BOUND) == []


def test_a_key_tells_of_one_namespace_where_a_rule_is_asked_about_namespaces() -> None:
    terms = replace(
        TERMS,
        scope=RuleScope.NAMESPACE,
        items=None,
        assertion="posture.policies > 5",
        message="{posture.text}",
        key="'few'",
        measure="0",
    )
    both = written(A) + policy("till", "web", "podSelector: {}")
    assert len(found("", both, terms)) == 2
