"""Where a namespace stands, for all pods that could exist there."""

from dataclasses import replace

import pytest

from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.posture.internet import WayOut
from edgewarden.governance.posture.posture import Posture, Postures, posture
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import ClusterProfile, ClusterState, PlatformPods
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.symbolic.statements import Extent
from tests.support.proposals import PROFILE, deployment, namespace, policy, proposal

DNS = (
    "egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]"
    ", ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]"
)


def state(*texts: str, profile: ClusterProfile = PROFILE) -> ClusterState:
    return proposal([], texts, profile).head


def shop(*texts: str, profile: ClusterProfile = PROFILE) -> Posture:
    return posture(state(*texts, profile=profile), "shop")


def test_a_namespace_without_policies_is_open_and_reaches_everything() -> None:
    found = shop(deployment("shop", "web"))
    assert (found.ingress.extent, found.egress.extent) == (Extent.NONE, Extent.NONE)
    assert [each.answer for each in found.dns] == [Answer.YES, Answer.YES]
    assert found.internet.way is WayOut.OPEN
    assert found.certain


def test_a_default_deny_isolates_pods_that_nobody_has_seen() -> None:
    found = shop(policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]"))
    assert found.ingress.extent is Extent.ALL
    assert [each.name for each in found.ingress.default_denies] == ["deny"]
    assert found.egress.extent is Extent.NONE


def test_a_policy_that_allows_something_is_no_default_deny() -> None:
    spec = "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]"
    found = shop(policy("shop", "own", spec))
    assert found.ingress.extent is Extent.ALL
    assert found.ingress.default_denies == ()


@pytest.mark.parametrize(
    ("second", "left"),
    [
        ("matchExpressions: [{key: app, operator: NotIn, values: [web]}]", ""),
        ("matchExpressions: [{key: app, operator: DoesNotExist}]", "pods app!=web and app exists"),
        ("matchLabels: {app: db}", "pods app not in (db, web)"),
    ],
)
def test_what_selectors_leave_together_is_told_exactly(second: str, left: str) -> None:
    found = shop(
        policy("shop", "web", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]"),
        policy("shop", "rest", f"podSelector: {{{second}}}, policyTypes: [Ingress]"),
    )
    assert found.ingress.extent is (Extent.PART if left else Extent.ALL)
    assert str(found.ingress.left) == (f"{left} in namespace shop" if left else "no pods")


def test_known_workloads_that_are_left_out_are_named() -> None:
    found = shop(
        deployment("shop", "web"),
        deployment("shop", "db"),
        policy("shop", "web", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]"),
    )
    assert [each.name for each in found.ingress.workloads] == ["db"]


def test_an_allow_all_undoes_isolation() -> None:
    found = shop(policy("shop", "all", "podSelector: {}, policyTypes: [Ingress], ingress: [{}]"))
    assert [each.policy.name for each in found.ingress.allow_all] == ["all"]


@pytest.mark.parametrize(
    ("ports", "answers"),
    [
        ("[{protocol: UDP, port: 53}]", {Protocol.UDP: Answer.YES, Protocol.TCP: Answer.NO}),
        ("[{port: 443}]", {Protocol.UDP: Answer.NO, Protocol.TCP: Answer.NO}),
        ("[{protocol: UDP, port: dns}]", {Protocol.UDP: Answer.MAY, Protocol.TCP: Answer.NO}),
    ],
)
def test_names_are_asked_by_each_protocol(ports: str, answers: dict[Protocol, Answer]) -> None:
    spec = f"podSelector: {{}}, policyTypes: [Egress], egress: [{{ports: {ports}}}]"
    found = shop(policy("shop", "out", spec))
    assert {each.protocol: each.answer for each in found.dns} == answers


def test_pods_that_a_rule_for_dns_forgets_are_named() -> None:
    found = shop(
        policy("shop", "deny", "podSelector: {}, policyTypes: [Egress]"),
        policy("shop", "dns", f"podSelector: {{matchLabels: {{app: web}}}}, {DNS}"),
    )
    assert [str(each.refused) for each in found.dns] == ["pods app!=web in namespace shop"] * 2


def to(block: str) -> str:
    return f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {block}}}]}}]"


@pytest.mark.parametrize(
    ("spec", "way"),
    [
        ("podSelector: {}, policyTypes: [Egress]", WayOut.NONE),
        (to("{cidr: 10.0.0.0/8}"), WayOut.NONE),
        (to("{cidr: 203.0.113.0/24}"), WayOut.RANGES),
        (to("{cidr: 203.0.0.0/15}"), WayOut.OPEN),
        (to('{cidr: "2001:db8::/32"}'), WayOut.RANGES),
        (to('{cidr: "2001:db8::/31"}'), WayOut.OPEN),
        (to("{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}"), WayOut.OPEN),
        ("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 443}]}]", WayOut.OPEN),
        ("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]", WayOut.OPEN),
    ],
)
def test_the_way_to_the_internet_is_none_named_or_open(spec: str, way: WayOut) -> None:
    assert shop(policy("shop", "out", spec)).internet.way is way


SCRAPE = """podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress:
  [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}}]}]"""
WATCH = PlatformPods(LabelSelector.matching({"kubernetes.io/metadata.name": "watch"}))


def test_monitoring_is_known_by_the_profile_or_by_what_its_namespace_is_called() -> None:
    deny = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
    assert shop(deny).monitoring is None
    said = shop(deny, policy("shop", "scrape", SCRAPE), profile=ClusterProfile(monitoring=WATCH))
    assert said.monitoring is not None
    assert [each.policy.name for each in said.monitoring.rules] == ["scrape"]
    assert str(said.monitoring.missed) == "pods app!=web in namespace shop"
    called = shop(deny, deployment("kube-monitoring", "prometheus")).monitoring
    assert called is not None
    assert [str(each) for each in called.pods] == ["every pod in namespace kube-monitoring"]


def test_monitoring_pods_have_to_be_admitted_as_they_are_labelled() -> None:
    pods = replace(WATCH, pods=LabelSelector.matching({"app": "prometheus"}))
    other = SCRAPE.replace("watch}}}", "watch}}, podSelector: {matchLabels: {app: grafana}}}")
    found = shop(policy("shop", "scrape", other), profile=ClusterProfile(monitoring=pods))
    assert found.monitoring is not None
    assert found.monitoring.rules == ()


def test_labels_of_the_namespace_of_monitoring_count_as_its_manifest_says() -> None:
    by_label = SCRAPE.replace("kubernetes.io/metadata.name: watch", "team: sre")
    profile = ClusterProfile(monitoring=WATCH)
    labelled = shop(
        policy("shop", "scrape", by_label), namespace("watch", team="sre"), profile=profile
    )
    bare = shop(policy("shop", "scrape", by_label), namespace("watch"), profile=profile)
    assert [bool(each.monitoring and each.monitoring.rules) for each in (labelled, bare)] == [
        True,
        False,
    ]


def test_what_is_not_judged_leaves_it_uncertain() -> None:
    calico = """\
---
apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkPolicy
metadata: {name: all}
spec: {selector: all()}
"""
    found = shop(policy("shop", "deny", "podSelector: {}"), calico)
    assert [each.ref.name for each in found.unjudged] == ["all"]
    assert not found.certain


def test_host_network_is_bound_by_no_policy() -> None:
    node = deployment("shop", "agent").replace("spec: {c", "spec: {hostNetwork: true, c")
    found = shop(policy("shop", "deny", "podSelector: {}"), node)
    assert [each.name for each in found.nodes] == ["agent"]
    assert found.ingress.workloads == ()


def test_every_namespace_that_anything_is_in_is_named() -> None:
    known = state(
        namespace("empty"), deployment("shop", "web"), policy("data", "deny", "podSelector: {}")
    )
    assert Postures(known).names == ("data", "empty", "shop")
