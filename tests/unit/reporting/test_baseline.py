"""The baseline that is written, held against the engine."""

import pytest
import yaml

from edgewarden.adapters.resources import baseline_templates, shipped_profiles
from edgewarden.governance.case import Case
from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.findings import Enforcement
from edgewarden.governance.posture.adoption import Phase, Watch, adoption
from edgewarden.governance.posture.posture import posture
from edgewarden.governance.rules.evaluation import findings
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState, PlatformPods
from edgewarden.reachability.symbolic.statements import Extent
from edgewarden.reporting.baseline import Baseline, baseline, baseline_text
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.platforms import read_platform
from tests.support.proposals import namespace, proposal, shipped_pack

CLAIMS = {
    "kubernetes": ProfileClaims(ip_block_matches_pods=AddressMatch.NEVER),
    "openshift": ProfileClaims(),
}


def profile_of(platform: str) -> ClusterProfile:
    return CLAIMS[platform].over(read_platform(shipped_profiles()[platform])).profile()


def written(profile: ClusterProfile, name: str = "payments", owner: str = "platform") -> Baseline:
    return baseline(name, profile, baseline_templates(), owner)


def pod(where: str, name: str, labels: str, ports: str = "") -> str:
    return f"""\
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {where}, labels: {{{labels}}}}}
spec: {{containers: [{{name: main, image: example, ports: [{ports}]}}]}}
"""


SERVING = """{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090},
  {name: admin, containerPort: 9999}"""
PODS = (
    pod("payments", "api", 'app: api, edgewarden.io/exposed: "true"', SERVING),
    pod("payments", "worker", "app: worker", SERVING),
    pod("shop", "web", "app: web", SERVING),
)
PLATFORMS = {
    "kubernetes": (
        pod("kube-system", "coredns", "k8s-app: kube-dns"),
        pod("kube-system", "other", "app: other"),
        pod("monitoring", "prometheus", "app.kubernetes.io/name: prometheus"),
        pod("monitoring", "grafana", "app.kubernetes.io/name: grafana"),
        pod("ingress-nginx", "controller", "app.kubernetes.io/name: ingress-nginx"),
    ),
    "openshift": (
        namespace("openshift-monitoring", **{"network.openshift.io/policy-group": "monitoring"}),
        namespace("openshift-ingress", **{"policy-group.network.openshift.io/ingress": '""'}),
        pod("openshift-dns", "dns", "dns.operator.openshift.io/daemonset-dns: default"),
        pod("openshift-dns", "other", "app: other"),
        pod("openshift-monitoring", "prometheus", "app.kubernetes.io/name: prometheus"),
        pod("openshift-ingress", "router", "app: router"),
    ),
}
EXPECTED = {
    "kubernetes": {
        ("payments/api", "kube-system/coredns", "TCP 53; UDP 53"),
        ("payments/worker", "kube-system/coredns", "TCP 53; UDP 53"),
        ("payments/api", "169.254.20.10", "TCP 53; UDP 53"),
        ("payments/worker", "169.254.20.10", "TCP 53; UDP 53"),
        ("monitoring/prometheus", "payments/api", "TCP 9090"),
        ("monitoring/prometheus", "payments/worker", "TCP 9090"),
        ("ingress-nginx/controller", "payments/api", "TCP 8080"),
    },
    "openshift": {
        ("payments/api", "openshift-dns/dns", "TCP 5353; UDP 5353"),
        ("payments/worker", "openshift-dns/dns", "TCP 5353; UDP 5353"),
        ("openshift-monitoring/prometheus", "payments/api", "TCP 9090"),
        ("openshift-monitoring/prometheus", "payments/worker", "TCP 9090"),
        ("openshift-ingress/router", "payments/api", "TCP 8080"),
    },
}


def state_of(platform: str) -> ClusterState:
    policies = baseline_text(written(profile_of(platform)).files)
    everything = [*PODS, *PLATFORMS[platform], policies]
    return proposal([], everything, profile_of(platform)).head


def edges(state: ClusterState) -> set[tuple[str, str, str]]:
    """What is allowed from and to pods of namespace payments."""
    known = connectivity(state)
    assert not known.may_edges
    every = (
        (str(source), str(destination), str(each.ports))
        for each in known.edges
        for source in each.sources
        for destination in each.destinations
    )
    plain = ((_plain(source), _plain(destination), ports) for source, destination, ports in every)
    return {each for each in plain if any(end.startswith("payments/") for end in each)}


def _plain(end: str) -> str:
    return end.removesuffix("[Pod]").removesuffix("-169.254.20.10")


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_dns_monitoring_and_the_gateway_get_through_and_nothing_else(platform: str) -> None:
    assert edges(state_of(platform)) == EXPECTED[platform]


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_pod_that_could_exist_is_isolated_and_asks_for_names(platform: str) -> None:
    found = posture(state_of(platform), "payments")
    assert (found.ingress.extent, found.egress.extent) == (Extent.ALL, Extent.ALL)
    assert [each.answer for each in found.dns] == [Answer.YES, Answer.YES]
    assert found.monitoring is not None
    assert not found.monitoring.missed
    assert adoption(found, Watch()).phase is Phase.EGRESS_GOVERNED


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_no_rule_that_asks_for_attention_objects_to_it_nor_one_to_its_selectors(
    platform: str,
) -> None:
    profile, pods = profile_of(platform), [*PODS, *PLATFORMS[platform]]
    policies = baseline_text(written(profile).files)
    proposed = proposal([*pods, ""], [*pods, policies], profile)
    found = findings(Case(proposed, shipped_pack()))
    assert [each.rule for each in found if each.enforcement is not Enforcement.AUDIT] == []
    assert "allow-for-every-pod" not in {each.rule for each in found}


def test_there_are_profiles_for_each_platform_that_is_tested() -> None:
    assert sorted(shipped_profiles()) == sorted(PLATFORMS)


def test_what_the_profile_does_not_say_is_left_out_and_told() -> None:
    found = written(ClusterProfile(node_local_dns=False))
    assert found.missing == ("monitoring", "gateway")
    assert [each.name for each in found.files] == [
        "allow-dns-egress.yaml",
        "default-deny-egress.yaml",
        "default-deny-ingress.yaml",
    ]


def test_every_policy_is_where_it_should_be_and_says_who_answers_for_it_and_why() -> None:
    found = written(profile_of("kubernetes"), "data", 'security "on call"')
    assert found.missing == ()
    for each in found.files:
        (document,) = yaml.safe_load_all(each.text)
        metadata = document["metadata"]
        assert (f"{metadata['name']}.yaml", metadata["namespace"]) == (each.name, "data")
        assert metadata["annotations"]["edgewarden.io/owner"] == 'security "on call"'
        assert metadata["annotations"]["edgewarden.io/reason"]
        assert each.text.startswith("# ")
        assert max(map(len, each.text.splitlines())) <= 100


@pytest.mark.parametrize("text", ["true", "123", "no", "a: b", "1e3", "~", ""])
def test_texts_stay_texts(text: str) -> None:
    pods = PlatformPods(LabelSelector.matching({"zone": text}))
    profile = ClusterProfile(gateway=pods)
    (gateway,) = [f for f in written(profile, owner=text).files if "gateway" in f.name]
    document = yaml.safe_load(gateway.text)
    (peer,) = document["spec"]["ingress"][0]["from"]
    assert peer == {"namespaceSelector": {"matchLabels": {"zone": text}}}
    assert document["metadata"]["annotations"]["edgewarden.io/owner"] == text
