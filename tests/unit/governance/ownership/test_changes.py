"""Changes of what teams own: types of policies and labels, and the labels that rules trust."""

from dataclasses import replace

import pytest

from edgewarden.governance.checklist.peers import namespace_labels
from edgewarden.governance.checklist.policies import documentation
from edgewarden.governance.findings import Outcome
from edgewarden.governance.ownership.code_owners import read_code_owners
from edgewarden.governance.ownership.label_changes import label_changes
from edgewarden.governance.ownership.owners import Owners
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.governance.ownership.trusted_labels import trusted_labels
from edgewarden.governance.ownership.type_changes import type_changes
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.request import NO_REQUEST, Request
from tests.support.ownership import claim
from tests.support.proposals import deployment, namespace, policy, proposal

ADA = Request("ada", frozenset({"shop"}), frozenset({"shop", "platform", "security"}))
BOB = Request("bob", frozenset({"platform"}), frozenset({"platform"}))
OWNED = Owners(
    (
        claim("platform", 3, policy_types=frozenset({PolicyType.DEFAULT_DENY})),
        claim("security", 4, policy_types=frozenset({PolicyType.EXTERNAL_EGRESS})),
        claim("net", 5, policy_types=frozenset({PolicyType.EXTERNAL_EGRESS})),
        claim("platform", 6, labels=("zone/", "tier")),
    )
)
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
WEB = policy("shop", "web", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]")
OUT = "{to: [{ipBlock: {cidr: 8.8.8.0/24}}]}"
EGRESS = policy("shop", "out", f"podSelector: {{}}, policyTypes: [Egress], egress: [{OUT}]")


def owned(base: str, head: str, request: Request = ADA) -> Proposal:
    return replace(proposal([base], [head]), request=request, owners=OWNED)


def types(base: str, head: str, request: Request = ADA) -> list[tuple[str, str]]:
    return [
        (each.policy_type.value, each.authorship.standing.value)
        for each in type_changes(owned(base, head, request))
    ]


@pytest.mark.parametrize(
    ("base", "head", "found"),
    [
        (DENY, DENY, []),
        (DENY, "", [("default-deny", "no")]),
        ("", DENY + WEB, [("default-deny", "no")]),
        (DENY, DENY.replace("name: deny", "name: other"), []),
        (DENY, DENY.replace("namespace: shop", "namespace: pay"), [("default-deny", "no")] * 2),
        (DENY, DENY.replace("[Ingress]", "[Ingress, Egress]"), [("default-deny", "no")]),
        ("", EGRESS, [("external-egress", "may")]),
        (EGRESS, EGRESS.replace("8.8.8.0", "8.8.4.0"), [("external-egress", "may")]),
        (EGRESS, EGRESS.replace(OUT, f"{OUT}, {{to: [{{podSelector: {{}}}}]}}"), []),
        ("", WEB, []),
    ],
)
def test_what_changes_is_what_policies_do_and_not_what_they_are_called(
    base: str, head: str, found: list[tuple[str, str]]
) -> None:
    assert types(base, head) == found


def test_a_change_and_its_reverse_touch_the_same_types() -> None:
    assert types(DENY + EGRESS, WEB) == types(WEB, DENY + EGRESS)


@pytest.mark.parametrize(
    ("request_", "standing", "text"),
    [
        (ADA, "no", "ada is not in that team"),
        (BOB, "yes", "bob is in that team"),
        (NO_REQUEST, "may", "who proposes the change is not known"),
        (Request("eve"), "may", "nothing is known of eve, who may be in that team"),
        (
            Request("eve", frozenset()),
            "may",
            "nobody is known to be in that team, so eve may be",
        ),
    ],
)
def test_only_who_is_known_to_be_in_another_team_is_not_in_this_one(
    request_: Request, standing: str, text: str
) -> None:
    (found,) = type_changes(owned("", DENY, request_))
    assert found.authorship.standing == standing
    assert found.authorship.text == text
    assert found.authorship.teams == ("platform (.edgewarden.yaml:3)",)
    place = "policy shop/deny (0.yaml:2)"
    assert found.text == f"The change adds the isolation for ingress by {place}"


def test_whoever_is_in_one_of_several_teams_owns_it() -> None:
    both = frozenset({"security", "net", "shop"})
    for team, standing in (("security", "yes"), ("net", "yes"), ("shop", "no")):
        author = Request("ada", frozenset({team}), both)
        (found,) = type_changes(owned("", EGRESS, author))
        assert found.authorship.standing == standing
    assert found.authorship.text == "ada is in none of these teams"


def labels(base: str, head: str) -> list[str]:
    return [each.text for each in label_changes(owned(base, head))]


def test_labels_that_a_team_owns_are_told_when_they_change() -> None:
    before, after = namespace("shop", tier="one", app="a"), namespace("shop", tier="two", app="b")
    assert labels(before, before) == []
    assert labels(before, after) == [
        "The change turns the label tier=one into tier=two on namespace shop (0.yaml:2)"
    ]
    assert labels(before, namespace("shop", app="a")) == [
        "The change takes the label tier=one off namespace shop (0.yaml:2)"
    ]
    assert labels("", before) == ["The change sets the label tier=one on namespace shop (0.yaml:2)"]
    assert labels(before, "") == []
    assert labels("", namespace("shop", app="a")) == []


def test_labels_of_pods_are_protected_as_well() -> None:
    web = deployment("shop", "web")
    zoned = web.replace(
        "metadata: {labels: {app: web}}", "metadata: {labels: {app: web, zone/x: a}}"
    )
    assert labels(web, zoned) == [
        "The change sets the label zone/x=a on the pods of shop/web[Deployment] (0.yaml:2)"
    ]


TRUSTING = policy(
    "shop",
    "web",
    "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {tier: a, team: b}}}, "
    "{namespaceSelector: {matchLabels: {tier: a}}, podSelector: {matchLabels: {role: c}}}, "
    "{namespaceSelector: {}, podSelector: {matchLabels: {role: d}}}]}]",
)


def test_each_label_that_a_new_rule_trusts_is_told_with_its_owners() -> None:
    found = {
        (each.label, each.of_namespaces): each.owners
        for each in trusted_labels(owned("", TRUSTING))
    }
    assert found == {
        ("tier", True): ("platform (.edgewarden.yaml:6)",),
        ("team", True): (),
        ("role", False): (),
    }
    assert not list(trusted_labels(owned(TRUSTING, TRUSTING + WEB)))


def test_the_checklist_asks_a_person_about_labels_that_nobody_owns_alone() -> None:
    unowned = namespace_labels(owned("", TRUSTING))
    assert unowned.outcome is Outcome.MANUAL
    assert "the namespace labels team." in unowned.evidence
    protected = namespace_labels(owned("", TRUSTING.replace(", team: b", "")))
    assert protected.outcome is Outcome.PASS
    assert "tier is owned by platform (.edgewarden.yaml:6)" in protected.evidence


def test_the_checklist_lets_the_owner_of_a_label_set_it() -> None:
    base, head = (TRUSTING + namespace("pay", tier=each) for each in ("b", "a"))
    assert namespace_labels(owned(base, head)).outcome is Outcome.ATTENTION
    assert namespace_labels(owned(base, head, BOB)).outcome is Outcome.NOT_APPLICABLE


REASONED = WEB.replace("annotations: {}", "annotations: {example.com/reason: because}")


def test_the_checklist_finds_the_owner_where_people_keep_it() -> None:
    code = read_code_owners("CODEOWNERS", b"*.yaml @acme/shop")
    change = replace(owned("", REASONED), owners=Owners(code_owners=code))
    found = documentation(change)
    assert found.outcome is Outcome.PASS
    assert "shop/web is owned by @acme/shop (CODEOWNERS:1)" in found.evidence
    assert documentation(replace(change, owners=Owners())).evidence.startswith(
        "shop/web lacks owner."
    )


def test_the_checklist_asks_a_person_where_a_file_that_may_name_the_owner_is_not_known() -> None:
    code = read_code_owners("CODEOWNERS", b"#" * 3_000_001)
    found = documentation(replace(owned("", REASONED), owners=Owners(code_owners=code)))
    assert found.outcome is Outcome.MANUAL
    assert found.evidence.endswith("is not known: CODEOWNERS is larger than 3 MB.")
