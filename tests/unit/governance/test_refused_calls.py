"""Newly isolated pods behind webhooks, conversions and aggregated APIs."""

from ipaddress import ip_network

import pytest

from edgewarden.governance.observations.refused_calls import RefusedCall, refused_calls
from edgewarden.reachability.model import Applier, ClusterProfile
from edgewarden.reachability.reasons import Side
from tests.support.proposals import PROFILE, proposal

HOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: check.guard.example
  clientConfig: {service: {namespace: guard, name: guard}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: guard}
spec:
  selector: {app: guard}
  ports: [{port: 443, targetPort: https}]
"""
PODS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: guard, namespace: guard}
spec:
  selector: {matchLabels: {app: guard}}
  template:
    metadata: {labels: {app: guard}}
    spec:
      containers: [{name: guard, ports: [{name: https, containerPort: 8443}]}]
"""
GUARD = HOOK + "---" + SERVICE + "---" + PODS


def policy(ingress: str = "[]", pods: str = "{}", name: str = "deny") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: guard}}
spec:
  podSelector: {pods}
  policyTypes: [Ingress]
  ingress: {ingress}
"""


def refused(
    base: list[str], head: list[str], profile: ClusterProfile = PROFILE
) -> list[RefusedCall]:
    return list(refused_calls(proposal(base, head, profile)))


def refused_with(
    ingress: str, profile: ClusterProfile = PROFILE, guard: str = GUARD
) -> RefusedCall | None:
    """What comes of it that the pods are isolated with those rules."""
    found = refused([guard, ""], [guard, policy(ingress)], profile)
    assert len(found) < 2
    return found[0] if found else None


def profile(*ranges: str, cni: str = "", nodes: tuple[str, ...] = ()) -> ClusterProfile:
    return ClusterProfile(
        cni=cni,
        control_plane_ranges=tuple(map(ip_network, ranges)),
        node_ranges=tuple(map(ip_network, nodes)),
    )


# --- what becomes isolated ------------------------------------------------------------------------
def test_pods_behind_a_webhook_that_a_default_deny_isolates_refuse_the_api_server() -> None:
    (call,) = refused([GUARD, ""], [GUARD, policy()])
    assert (call.certain, call.required, call.questions) == (True, True, ())
    assert call.text == (
        "The API server calls guard/guard:443 for ValidatingWebhookConfiguration guard (0.yaml:2), "
        "and no ingress rule admits it to TCP 8443 of guard/guard[Deployment], which policy "
        "guard/deny (1.yaml:2) isolates. With failurePolicy Fail, every request that "
        "check.guard.example is asked about is refused."
    )
    assert (str(call.location), call.side, str(call.subject)) == (
        "1.yaml:2",
        Side.HEAD,
        "guard/deny",
    )
    assert call.remedy.startswith(
        "Admit TCP 8443 from the addresses that the API server calls from"
    )


def test_pods_that_nothing_shows_are_those_that_the_service_selects() -> None:
    (call,) = refused([HOOK, SERVICE], [HOOK, SERVICE, policy(pods="{matchLabels: {app: guard}}")])
    assert 'TCP port "https" of pods app=guard of namespace guard' in call.text
    assert call.certain


def test_a_policy_that_may_not_select_them_may_isolate_them() -> None:
    (call,) = refused([HOOK, SERVICE], [HOOK, SERVICE, policy(pods="{matchLabels: {tier: x}}")])
    assert not call.certain
    assert call.questions == ("Does policy guard/deny select pods app=guard of namespace guard?",)
    assert call.text.endswith(
        "If it is not, with failurePolicy Fail, every request that check.guard.example is asked "
        "about is refused."
    )


@pytest.mark.parametrize(
    "pods",
    ["{matchLabels: {app: web}}", "{matchExpressions: [{key: app, operator: DoesNotExist}]}"],
)
def test_other_pods_of_the_namespace_are_not_behind_it(pods: str) -> None:
    assert refused([GUARD], [GUARD, policy(pods=pods)]) == []
    assert refused([HOOK, SERVICE], [HOOK, SERVICE, policy(pods=pods)]) == []


def test_of_a_service_that_nothing_shows_any_pods_of_the_namespace_may_answer() -> None:
    (call,) = refused([HOOK, ""], [HOOK, policy()])
    assert not call.certain
    (question,) = call.questions
    assert question.startswith("Which pods does Service guard/guard stand for")
    assert refused([HOOK, ""], [HOOK, policy("[{}]")]) == []


def test_egress_isolation_lets_the_api_server_in() -> None:
    egress = policy().replace("policyTypes: [Ingress]", "policyTypes: [Egress]")
    assert refused([GUARD, ""], [GUARD, egress]) == []


def test_pods_on_the_network_of_their_node_are_isolated_by_nothing() -> None:
    guard = GUARD.replace(
        "    spec:\n      containers", "    spec:\n      hostNetwork: true\n      containers"
    )
    assert guard != GUARD
    assert refused([guard, ""], [guard, policy()]) == []


@pytest.mark.parametrize(
    "service",
    [
        SERVICE.replace("selector: {app: guard}", "type: ExternalName\n  externalName: x.example"),
        SERVICE.replace("  selector: {app: guard}\n", ""),
        SERVICE.replace("port: 443", "port: 8443"),
        SERVICE.replace("targetPort: https", "targetPort: other"),
    ],
    ids=["ExternalName", "no selector", "another port", "a port that no pod has"],
)
def test_a_service_that_leads_to_no_pod_is_refused_by_none(service: str) -> None:
    guard = "---".join([HOOK, service, PODS])
    assert refused([guard, ""], [guard, policy()]) == []


# --- what changed ---------------------------------------------------------------------------------
ALLOW = policy("[{ports: [{port: 8443}]}]", name="allow")


def test_what_was_isolated_before_and_is_as_it_was_is_no_news() -> None:
    assert refused([GUARD, policy()], [GUARD, policy()]) == []
    assert refused([GUARD, policy()], [GUARD, policy("[{from: [{podSelector: {}}]}]")]) == []


def test_an_allow_that_is_removed_is_what_to_point_at() -> None:
    (call,) = refused([GUARD, policy(), ALLOW], [GUARD, policy(), ""])
    assert (str(call.location), call.side) == ("2.yaml:8", Side.BASE)


def test_an_allow_that_is_removed_and_not_pruned_may_still_admit() -> None:
    kept = ClusterProfile(applier=Applier.KUBECTL, prunes=False)
    (call,) = refused([GUARD, policy(), ALLOW], [GUARD, policy(), ""], kept)
    assert (call.certain, call.questions) == (
        False,
        ("Is NetworkPolicy guard/allow in the cluster?",),
    )


def test_a_webhook_that_is_new_before_isolated_pods_is_what_to_point_at() -> None:
    (call,) = refused(["", SERVICE, PODS, policy()], [HOOK, SERVICE, PODS, policy()])
    assert (str(call.location), str(call.subject)) == ("0.yaml:2", "guard")


def test_a_service_that_selects_isolated_pods_anew_is_what_to_point_at() -> None:
    policies = policy(pods="{matchLabels: {app: guard}}")
    elsewhere = SERVICE.replace("selector: {app: guard}", "selector: {app: other}")
    moved = f"# a comment\n{HOOK}"
    (call,) = refused([HOOK, elsewhere, PODS, policies], [moved, SERVICE, PODS, policies])
    assert (str(call.location), str(call.subject)) == ("1.yaml:2", "guard/guard")


def test_pods_that_a_label_brings_under_a_policy_are_what_to_point_at() -> None:
    policies = policy(pods="{matchLabels: {locked: 'yes'}}")
    locked = PODS.replace(
        "labels: {app: guard}}\n    spec", "labels: {app: guard, locked: 'yes'}}\n    spec"
    )
    (call,) = refused([HOOK, SERVICE, PODS, policies], [HOOK, SERVICE, locked, policies])
    assert (str(call.location), str(call.subject)) == ("2.yaml:2", "guard/guard")


def test_a_manifest_of_pods_that_were_described_before_is_no_news() -> None:
    assert refused([HOOK, SERVICE, "", policy()], [HOOK, SERVICE, PODS, policy()]) == []
    assert refused([HOOK, SERVICE, PODS, policy()], [HOOK, SERVICE, "", policy()]) == []


def test_what_is_refused_already_is_news_where_it_fails_requests_from_now_on() -> None:
    ignoring = HOOK.replace("  clientConfig", "  failurePolicy: Ignore\n  clientConfig")
    others = [SERVICE, PODS, policy()]
    assert len(refused([ignoring, *others], [HOOK, *others])) == 1
    assert refused([HOOK, *others], [ignoring, *others]) == []


def test_several_objects_that_call_one_port_are_one_call_with_all_that_comes_of_it() -> None:
    others = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: defaults.guard.example
  failurePolicy: Ignore
  clientConfig: {service: {namespace: guard, name: guard}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: doors.guard.example}
spec:
  conversion:
    strategy: Webhook
    webhook: {clientConfig: {service: {namespace: guard, name: guard}}}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.guard.example}
spec: {service: {namespace: guard, name: guard}}
"""
    (call,) = refused([GUARD, others, ""], [GUARD, others, policy()])
    assert call.text.endswith(
        "every request that check.guard.example is asked about is refused; "
        "with failurePolicy Ignore, what defaults.guard.example is asked about passes unchanged; "
        "objects of doors.guard.example can be served in no version but the stored one; API "
        "v1.guard.example does not answer."
    )
    assert call.callers == (
        "APIService v1.guard.example",
        "CustomResourceDefinition doors.guard.example",
        "MutatingWebhookConfiguration guard",
        "ValidatingWebhookConfiguration guard",
    )


def test_a_webhook_that_ignores_failure_is_not_required() -> None:
    ignoring = GUARD.replace("  clientConfig", "  failurePolicy: Ignore\n  clientConfig", 1)
    call = refused_with("[]", guard=ignoring)
    assert call is not None
    assert not call.required
    assert "passes unchecked" in call.text


# --- what admits the API server -------------------------------------------------------------------
HOST_NETWORK = (
    "[{from: [{namespaceSelector: {matchLabels: "
    "{policy-group.network.openshift.io/host-network: ''}}}]}]"
)


def system_pods(label: str) -> str:
    """A rule for such pods of kube-system."""
    namespace = "{matchLabels: {kubernetes.io/metadata.name: kube-system}}"
    pods = f"{{matchLabels: {{{label}}}}}"
    return f"[{{from: [{{namespaceSelector: {namespace}, podSelector: {pods}}}]}}]"


@pytest.mark.parametrize(
    "ingress",
    [
        "[{}]",
        "[{ports: [{port: 8443}]}]",
        "[{ports: [{port: https}]}]",
        "[{ports: [{port: 8000, endPort: 9000}]}]",
        "[{ports: [{protocol: TCP}]}]",
        "[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
        "[{from: [{podSelector: {}}]}, {ports: [{port: 8443}]}]",
    ],
)
def test_a_rule_for_everyone_on_the_port_of_the_pods_admits_it(ingress: str) -> None:
    assert refused_with(ingress) is None


@pytest.mark.parametrize(
    "ingress",
    [
        "[{ports: [{port: 443}]}]",
        "[{ports: [{port: 8443, protocol: UDP}]}]",
        "[{ports: [{port: metrics}]}]",
        "[{from: [{podSelector: {}}]}]",
        "[{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]",
        system_pods("component: kube-apiserver"),
        "[{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]",
    ],
    ids=str,
)
def test_rules_for_other_ports_or_for_pods_do_not_admit_it(ingress: str) -> None:
    call = refused_with(ingress)
    assert call is not None
    assert call.certain


@pytest.mark.parametrize(
    ("ingress", "question"),
    [
        ("[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", "Does ipBlock 10.0.0.0/8 cover"),
        ("[{from: [{ipBlock: {cidr: '::/0'}}]}]", "Does ipBlock ::/0 cover"),
        (
            "[{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]",
            "Does ipBlock 0.0.0.0/0 without 10.0.0.0/8 cover",
        ),
        ("[{from: [{namespaceSelector: {}}]}]", "as OVN-Kubernetes does"),
        (
            HOST_NETWORK,
            "as OVN-Kubernetes does",
        ),
        (
            system_pods("k8s-app: konnectivity-agent"),
            "through agents (Konnectivity)",
        ),
    ],
)
def test_what_may_stand_for_it_leaves_a_question(ingress: str, question: str) -> None:
    call = refused_with(ingress)
    assert call is not None
    assert not call.certain
    assert [question in each for each in call.questions] == [True]
    assert question in call.text


def test_an_ip_block_admits_it_where_it_covers_the_addresses_of_the_profile() -> None:
    block = "[{from: [{ipBlock: {cidr: 172.16.0.0/28}}]}]"
    assert refused_with(block, profile("172.16.0.2/32")) is None
    other = refused_with(block, profile("10.0.0.2/32"))
    assert other is not None
    assert other.certain
    partly = refused_with(block, profile("172.16.0.2/32", "10.0.0.2/32"))
    assert partly is not None
    assert not partly.certain


def test_several_blocks_of_a_rule_cover_the_addresses_together() -> None:
    blocks = "[{from: [{ipBlock: {cidr: 172.16.0.0/28}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]"
    assert refused_with(blocks, profile("172.16.0.2/32", "10.0.0.2/32")) is None


def test_under_cilium_an_ip_block_admits_it_where_it_is_known_to_be_no_node() -> None:
    everyone = "[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"
    call = refused_with(everyone, profile(cni="Cilium"))
    assert call is not None
    assert not call.certain
    assert "Cilium lets ipBlock 0.0.0.0/0 match no node" in call.text
    assert "fromEntities: [kube-apiserver]" in call.remedy
    apart = profile("172.16.0.2/32", cni="Cilium", nodes=("10.0.0.0/16",))
    assert refused_with(everyone, apart) is None
    among = profile("10.0.0.2/32", cni="Cilium", nodes=("10.0.0.0/16",))
    assert refused_with(everyone, among) is not None


def test_under_ovn_kubernetes_the_namespace_of_the_host_network_stands_for_it() -> None:
    assert refused_with(HOST_NETWORK, profile(cni="OVN-Kubernetes")) is None


def test_policies_that_are_not_judged_may_let_it_in() -> None:
    cilium = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: guard, namespace: guard}
spec: {}
"""
    (call,) = refused([GUARD, cilium, ""], [GUARD, cilium, policy()])
    assert call.questions == ("Does CiliumNetworkPolicy guard/guard (1.yaml:2) let it in?",)
