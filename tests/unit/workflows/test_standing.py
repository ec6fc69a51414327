"""What the rules object to in a cluster as it stands."""

from edgewarden.governance.ownership.owners import Owners
from edgewarden.workflows.standing import standing_findings
from tests.support.proposals import deployment, policy, proposal, shipped_pack

INGRESS = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")


def rules(*texts: str) -> list[str]:
    state = proposal([], texts).head
    found = standing_findings(state, shipped_pack(), Owners())
    beside = ("missing-", "no-enforcement-")
    return [each.rule for each in found if not each.rule.startswith(beside)]


def test_namespaces_are_objected_to_by_what_they_lack() -> None:
    assert rules(deployment("payments", "api")) == [
        "sensitive-namespace-without-default-deny",
        "namespace-without-any-policy",
    ]
    assert rules(INGRESS, deployment("shop", "web")) == ["ingress-isolated-egress-not"]


def test_policies_are_judged_by_what_they_do_to_workloads_that_are_there() -> None:
    denied = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
    assert rules(denied, deployment("shop", "web")) == ["egress-without-dns"]
