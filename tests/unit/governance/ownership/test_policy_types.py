"""What kind of thing a policy does, by what it says."""

import pytest

from edgewarden.governance.ownership.policy_types import policy_types
from edgewarden.reachability.model import ClusterProfile
from tests.support.proposals import policy, proposal

DNS = "to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: dns-tcp}]"
OUT = "podSelector: {}, policyTypes: [Egress]"
BLOCK = "{ipBlock: {cidr: 8.8.8.0/24}}"
BOTH = "cross-namespace, default-deny"
"""Without ``policyTypes``, egress rules isolate for ingress as well."""
NAMED = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}"


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        ("podSelector: {}, policyTypes: [Ingress, Egress]", "default-deny"),
        ("podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]", "application"),
        ("podSelector: {}, policyTypes: [Ingress], ingress: [{}]", "external-ingress"),
        (f"podSelector: {{}}, policyTypes: [Egress], egress: [{{{DNS}}}]", "dns"),
        (f"{OUT}, egress: [{{ports: [{{port: 53, endPort: 99}}]}}]", "external-egress"),
        ("podSelector: {}, ingress: [{ports: [{port: 53}]}]", "external-ingress"),
        ("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", "application"),
        (f"podSelector: {{}}, ingress: [{{from: [{{{NAMED % 'shop'}}}]}}]", "application"),
        (f"podSelector: {{}}, ingress: [{{from: [{{{NAMED % 'web'}}}]}}]", "cross-namespace"),
        (f"podSelector: {{}}, ingress: [{{from: [{{{NAMED % 'monitoring'}}}]}}]", "monitoring"),
        (f"podSelector: {{}}, egress: [{{to: [{{{NAMED % 'logging'}}}]}}]", BOTH),
        ("podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "external-ingress"),
        (
            f"podSelector: {{}}, egress: [{{{DNS}}}, {{to: [{BLOCK}, {{podSelector: {{}}}}]}}]",
            "application, default-deny, dns, external-egress",
        ),
    ],
)
def test_a_policy_is_of_all_types_of_what_it_does(spec: str, types: str) -> None:
    (found,) = proposal([""], [policy("shop", "any-name", spec)]).head.policies
    assert ", ".join(sorted(policy_types(found, ClusterProfile()))) == types


def test_the_ports_of_dns_are_those_of_the_cluster() -> None:
    spec = "podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 5353}]}]"
    (found,) = proposal([""], [policy("shop", "web", spec)]).head.policies
    assert policy_types(found, ClusterProfile(dns_ports=(53, 5353))) == {"dns"}
    assert policy_types(found, ClusterProfile()) == {"external-egress"}
