"""What the rules object to in a cluster as it stands."""

from edgewarden.governance.ownership.owners import Claim, Owners
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.manifests.globs import Globs
from edgewarden.reachability.location import Location
from edgewarden.workflows.standing import standing_findings
from tests.support.proposals import deployment, policy, proposal, shipped_pack

INGRESS = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")

NO_OWNERS = Owners()


def rules(*texts: str, owners: Owners = NO_OWNERS) -> list[str]:
    state = proposal([], texts).head
    found = standing_findings(state, shipped_pack(), owners)
    beside = ("missing-", "no-enforcement-")
    return [each.rule for each in found if not each.rule.startswith(beside)]


def test_namespaces_are_objected_to_by_what_they_lack() -> None:
    assert rules(deployment("payments", "api")) == [
        "sensitive-namespace-without-default-deny",
        "namespace-without-any-policy",
    ]
    assert rules(INGRESS, deployment("shop", "web")) == ["ingress-isolated-egress-not"]


def test_nobody_is_said_to_change_what_stands() -> None:
    types = frozenset({PolicyType.DEFAULT_DENY})
    claim = Claim("platform", frozenset(), Globs(()), types, (), Location(".edgewarden.yaml", 3))
    found = rules(INGRESS, deployment("shop", "web"), owners=Owners((claim,)))
    assert found == ["ingress-isolated-egress-not"]


def test_policies_are_judged_by_what_they_do_to_workloads_that_are_there() -> None:
    denied = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
    assert rules(denied, deployment("shop", "web")) == ["egress-without-dns"]
