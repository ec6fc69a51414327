from dataclasses import replace

import pytest

from edgewarden.governance.proposal import rules_of
from edgewarden.governance.vacuity.dns_rules import StrayDnsRule, stray_dns_rules
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.reachability.model import ClusterState, Rule
from tests.support import clusters
from tests.support.clusters import EGRESS, block, pods, rule, workload

COREDNS = workload("kube-system/coredns", "k8s-app=kube-dns", ports="dns:53/UDP dns-tcp:53")
NODE_LOCAL = workload(
    "kube-system/node-local-dns", "k8s-app=node-local-dns", kind="DaemonSet", host_network=True
)
STATE = ClusterState("prod", workloads=(COREDNS, NODE_LOCAL))
SYSTEM = "kubernetes.io/metadata.name=kube-system"
DNS = "53 53/UDP"


def found(written: Rule, state: ClusterState = STATE) -> list[StrayDnsRule]:
    policy = clusters.policy("shop/p", isolates=EGRESS, egress=(written,))
    return [e for each in rules_of((policy,)) for e in stray_dns_rules(each, Seen(state), state)]


def test_labels_that_no_pod_of_the_dns_namespace_has() -> None:
    (told,) = found(rule(pods("k8s-app=coredns", namespaces=SYSTEM), ports=DNS))
    assert told.answering == (COREDNS,)
    assert told.on_nodes == ()
    assert str(told) == f"pods k8s-app=coredns in namespaces {SYSTEM}"


def test_node_local_dns_is_on_the_network_of_its_node() -> None:
    (told,) = found(rule(pods("k8s-app=node-local-dns", namespaces=SYSTEM), ports=DNS))
    assert told.on_nodes == (NODE_LOCAL,)


@pytest.mark.parametrize(
    "written",
    [
        rule(pods("k8s-app=kube-dns", namespaces=SYSTEM), ports=DNS),
        rule(pods("k8s-app=kube-dns", namespaces=""), ports=DNS),
        rule(pods("k8s-app=coredns", namespaces=SYSTEM), ports="443"),
        rule(pods("k8s-app=coredns", namespaces=SYSTEM), ports="53 443"),
        rule(pods("k8s-app=coredns", namespaces=SYSTEM)),
        rule(pods(namespaces=SYSTEM), ports=DNS),
        rule(pods("app=unbound", namespaces="kubernetes.io/metadata.name=dns"), ports=DNS),
        rule(pods("app=unbound"), ports=DNS),
        rule(block("169.254.20.10/32"), ports=DNS),
        rule(pods("k8s-app=coredns", namespaces=SYSTEM), block("10.96.0.10/32"), ports=DNS),
        rule(ports=DNS),
    ],
)
def test_other_rules_reach_dns_or_are_not_for_it(written: Rule) -> None:
    assert found(written) == []


def test_nothing_is_said_where_no_dns_pod_is_known() -> None:
    written = rule(pods("k8s-app=coredns", namespaces=SYSTEM), ports=DNS)
    assert found(written, replace(STATE, workloads=(NODE_LOCAL,))) == []
    assert found(written, ClusterState("prod")) == []
