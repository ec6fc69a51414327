from dataclasses import replace

from edgewarden.governance.enforcement.node_network import newly_unbound
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from tests.support import clusters
from tests.support.clusters import workload

POLICY = clusters.policy("shop/p", "app=web")
WEB = workload("shop/web", "app=web")
ON_NODES = replace(WEB, host_network=True)
STATE = ClusterState("a", workloads=(WEB,), policies=(POLICY,))


def found(base: ClusterState, head: ClusterState) -> list[str]:
    return [str(each) for each in newly_unbound(Proposal(base, head, compare(base, head)))]


def test_a_workload_moves_to_the_network_of_its_node() -> None:
    assert found(STATE, replace(STATE, workloads=(ON_NODES,))) == ["shop/web[Deployment]"]


def test_a_new_workload_is_there_from_the_start() -> None:
    assert found(replace(STATE, workloads=()), replace(STATE, workloads=(ON_NODES,))) != []


def test_what_was_there_before_or_no_policy_selects_is_not_told() -> None:
    on_nodes = replace(STATE, workloads=(ON_NODES,))
    moved = replace(ON_NODES, labels={"app": "web", "tier": "front"})
    assert found(on_nodes, replace(STATE, workloads=(moved,))) == []
    other = replace(ON_NODES, labels={"app": "db"})
    assert found(STATE, replace(STATE, workloads=(other,))) == []
    elsewhere = replace(ON_NODES, namespace="pay")
    assert found(STATE, replace(STATE, workloads=(elsewhere,))) == []
