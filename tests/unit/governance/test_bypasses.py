"""Pods on the network of their node, and policies that seem to bind them."""

from edgewarden.governance.observations.bypasses import Bypass, bypasses
from tests.support.proposals import proposal

DENY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
OTHER = DENY.replace("deny", "other").replace(
    "{podSelector: {}", "{podSelector: {matchLabels: {a: b}}"
)


def agent(host_network: bool = True) -> str:
    return f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: agent}}}}
  template:
    metadata: {{labels: {{app: agent}}}}
    spec: {{hostNetwork: {str(host_network).lower()}, containers: []}}
"""


def found(base: list[str], head: list[str]) -> list[Bypass]:
    return list(bypasses(proposal(base, head)))


def test_pods_that_move_to_the_network_of_their_node_leave_their_policies_behind() -> None:
    (bypass,) = found([agent(host_network=False), DENY], [agent(), DENY])
    assert bypass.anew
    assert bypass.text == (
        "shop/agent[DaemonSet] now runs on the network of its node (`hostNetwork: true`): policy "
        "shop/deny (1.yaml:2) selects its labels and does not bind it. Whoever reaches the node "
        "reaches it, and it reaches whatever the node does."
    )
    assert (str(bypass.location), str(bypass.subject)) == ("0.yaml:2", "shop/agent")
    assert bypass.key == ("shop", "agent", "DaemonSet")


def test_new_pods_on_the_network_of_their_node_bypass_policies_that_are_there() -> None:
    assert [each.anew for each in found(["", DENY], [agent(), DENY])] == [True]


def test_a_policy_that_comes_to_select_them_in_vain_is_what_to_point_at() -> None:
    (bypass,) = found([agent(), ""], [agent(), DENY])
    assert (bypass.anew, str(bypass.subject), str(bypass.location)) == (
        False,
        "shop/deny",
        "1.yaml:2",
    )


def test_what_policies_selected_in_vain_before_is_no_news() -> None:
    assert found([agent(), DENY], [agent(), DENY]) == []
    assert found([agent(), DENY, ""], [agent(), DENY, DENY.replace("deny", "more")]) == []


def test_policies_that_select_other_pods_or_bind_others_concern_nobody() -> None:
    assert found(["", OTHER], [agent(), OTHER]) == []
    assert found(["", DENY], [agent(host_network=False), DENY]) == []
    assert found(["", DENY.replace("shop", "bank")], [agent(), DENY.replace("shop", "bank")]) == []
