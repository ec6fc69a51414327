import pytest

from edgewarden.governance.findings import Finding, Severity
from edgewarden.reachability.reasons import Side
from tests.support.proposals import deployment, found, policy, proposal

DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
WEB = deployment("shop", "web")


def undone(head: str, base: str = DENY) -> list[Finding]:
    return found(proposal([WEB, base], [WEB, head]), "isolation-undone")


@pytest.mark.parametrize(
    "spec",
    [
        "podSelector: {}, ingress: [{}]",
        "podSelector: {}, ingress: [null]",
        "podSelector: {}, ingress: [{from: [], ports: []}]",
        "podSelector: {}, ingress: [{from: null}]",
        "podSelector: {}, policyTypes: [Egress], egress: [{}]",
        "podSelector: {}, egress: [{to: null}]",
        "podSelector: {}, ingress: [{ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]}]",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}, {ipBlock: {cidr: '::/0'}}]}]",
    ],
)
def test_a_rule_without_limits_is_found(spec: str) -> None:
    (finding,) = undone(DENY + policy("shop", "open", spec))
    assert finding.severity is Severity.HIGH
    assert finding.side is Side.HEAD
    assert "every port for every pod of namespace shop" in finding.message


@pytest.mark.parametrize(
    "spec",
    [
        "podSelector: {}, ingress: [{ports: [{port: 80}]}]",
        "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]",
        "podSelector: {}, ingress: [{ports: [{protocol: TCP}]}]",
        "podSelector: {}, ingress: []",
        "podSelector: {}, policyTypes: [Ingress], egress: [{}]",
    ],
)
def test_a_rule_with_a_limit_is_not(spec: str) -> None:
    assert undone(DENY + policy("shop", "open", spec)) == []


def test_the_finding_points_at_the_rule() -> None:
    text = DENY + policy("shop", "open", "podSelector: {}, ingress: [{}]")
    (finding,) = undone(text)
    line = text.splitlines().index("  {podSelector: {}, ingress: [{}]}") + 1
    assert (finding.location.path, finding.location.line) == ("1.yaml", line)


def test_a_null_item_is_told_since_it_hardly_looks_like_everything() -> None:
    (finding,) = undone(DENY + policy("shop", "open", "podSelector: {}, ingress: [null]"))
    assert "The list item is null" in finding.message


def test_what_the_base_holds_already_is_not_new_wherever_it_moves() -> None:
    open_rule = "podSelector: {}, ingress: [{}]"
    base = DENY + policy("shop", "open", open_rule)
    assert undone(base, base) == []
    moved = "# one\n# two\n" + policy("shop", "renamed", open_rule) + DENY
    assert undone(moved, base) == []


def test_the_fingerprint_survives_moved_lines() -> None:
    text = DENY + policy("shop", "open", "podSelector: {}, ingress: [{}]")
    (finding,) = undone(text)
    (later,) = undone("# comment\n" + text)
    assert later.location != finding.location
    assert later.fingerprint == finding.fingerprint


def test_pods_that_nothing_restricted_lose_nothing() -> None:
    assert undone(policy("shop", "open", "podSelector: {}, egress: [{}]"), base="") == []


def test_a_policy_for_other_pods_restricts_nothing_here() -> None:
    other = policy("shop", "db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Egress]")
    opened = policy("shop", "web", "podSelector: {matchLabels: {app: web}}, egress: [{}]")
    assert undone(other + opened, base=other) == []
