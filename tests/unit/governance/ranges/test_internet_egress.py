from dataclasses import replace

import pytest

from edgewarden.governance.ranges.internet_egress import InternetEgress, internet_egress
from edgewarden.reachability.model import ClusterProfile, PlatformPods
from tests.support.clusters import selector
from tests.support.proposals import PROFILE, policy, proposal

DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Egress]")
EGRESS = selector("kubernetes.io/metadata.name=egress")
GATEWAY = ClusterProfile(egress_gateway=PlatformPods(EGRESS, selector("app=gateway")))
PODS = "podSelector: {matchLabels: {app: web}}"


def egress(to: str, namespace: str = "shop", pods: str = PODS) -> str:
    return policy(namespace, "out", f"{pods}, egress: [{{to: [{to}], ports: [{{port: 443}}]}}]")


def found(
    head: str, *, base: str = DENY, profile: ClusterProfile = PROFILE
) -> list[InternetEgress]:
    return list(internet_egress(proposal([base], [base, head], profile)))


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "203.0.113.0/24", "::/0"])
def test_a_rule_lets_isolated_pods_out(cidr: str) -> None:
    told, *_ = found(egress(f"{{ipBlock: {{cidr: '{cidr}'}}}}"))
    assert told.location.path == "1.yaml"
    assert told.cause.subject.name == "out"
    assert not told.bypasses


def test_a_rule_to_everyone_lets_them_out() -> None:
    told, *_ = found(policy("shop", "out", f"{PODS}, egress: [{{ports: [{{port: 443}}]}}]"))
    assert told.cause.subject.name == "out"


@pytest.mark.parametrize(
    "to",
    ["{ipBlock: {cidr: 10.0.0.0/8}}", "{namespaceSelector: {}}", "{podSelector: {}}"],
)
def test_other_destinations_are_not_the_internet(to: str) -> None:
    assert found(egress(to)) == []


def test_pods_that_nothing_isolated_were_out_before() -> None:
    assert found(egress("{ipBlock: {cidr: 0.0.0.0/0}}"), base="") == []


def test_the_way_by_the_gateway_is_the_one_that_is_meant() -> None:
    (told,) = found(egress("{ipBlock: {cidr: 203.0.113.0/24}}"), profile=GATEWAY)
    assert told.bypasses
    deny = DENY.replace("shop", "egress")
    by_gateway = egress(
        "{ipBlock: {cidr: 203.0.113.0/24}}", "egress", "podSelector: {matchLabels: {app: gateway}}"
    )
    (told,) = found(by_gateway, base=deny, profile=GATEWAY)
    assert not told.bypasses
    others = egress("{ipBlock: {cidr: 203.0.113.0/24}}", "egress", "podSelector: {}")
    assert any(each.bypasses for each in found(others, base=deny, profile=GATEWAY))


def test_pods_of_another_namespace_are_not_the_gateway() -> None:
    labelled = "podSelector: {matchLabels: {app: gateway}}"
    head = egress("{ipBlock: {cidr: 203.0.113.0/24}}", pods=labelled)
    assert [each.bypasses for each in found(head, profile=GATEWAY)] == [True]


def test_every_pod_of_its_namespace_may_be_the_gateway() -> None:
    deny = DENY.replace("shop", "egress")
    whole = replace(GATEWAY, egress_gateway=PlatformPods(EGRESS))
    head = egress("{ipBlock: {cidr: 203.0.113.0/24}}", "egress", "podSelector: {}")
    assert [each.bypasses for each in found(head, base=deny, profile=whole)] == [False]
