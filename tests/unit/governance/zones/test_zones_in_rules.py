"""What rules can say of zones beside the breaches of their terms."""

import pytest

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Enforcement, Severity
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.rules.evaluation import findings
from edgewarden.governance.rules.terms import RuleScope, RuleTerms
from edgewarden.workflows.rulebook.zones import read_zones
from tests.support.proposals import namespace, policy, proposal

ZONES = read_zones(b"version: 1\ntenants: {labels: [tenant]}\n", "zones.yaml")
BASE = (
    namespace("pay", tenant="pay")
    + namespace("shop", tenant="acme")
    + policy("pay", "deny", "podSelector: {}, policyTypes: [Ingress]")
)


def told(assertion: str, peer: str) -> list[str]:
    """What a rule on edges says of a change that admits a peer into namespace pay."""
    terms = RuleTerms(
        id="own",
        title="Own",
        severity=Severity.LOW,
        enforcement=Enforcement.AUDIT,
        scope=RuleScope.EDGE,
        assertion=assertion,
        message="{edge.source.tenants.join('+')} to {edge.destination.tenants.join('+')}",
        remedy="-",
    )
    spec = f"podSelector: {{}}, ingress: [{{from: [{peer}]}}]"
    case = Case(
        proposal([BASE], [BASE, policy("pay", "new", spec)]), PolicyPack((terms,), (), "", ZONES)
    )
    return [each.message for each in findings(case)]


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("{namespaceSelector: {matchLabels: {tenant: acme}}}", ["acme to pay"]),
        (
            "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}",
            ["acme to pay"],
        ),
        ("{namespaceSelector: {}}", ["any to pay"]),
        ("{podSelector: {}}", []),
        ("{ipBlock: {cidr: 192.0.2.0/24}}", []),
    ],
)
def test_the_ends_of_an_edge_tell_their_zones(peer: str, expected: list[str]) -> None:
    assert told("!crosses(edge.source.tenants, edge.destination.tenants)", peer) == expected


def test_peers_in_no_zone_are_called_so() -> None:
    assert told("false", "{ipBlock: {cidr: 192.0.2.0/24}}") == ["none to pay"]
