from dataclasses import replace

from edgewarden.governance.introduced import Finder, Found
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.vacuity.vacuity import emptied, no_such_ports, nothing_selected
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from tests.support import clusters
from tests.support.clusters import pods, rule, workload

SHOP = replace(clusters.namespace("shop"), complete=True)
WEB = workload("shop/web", "app=web", ports="http:80")
POLICY = clusters.policy("shop/p", "app=web", ingress=(rule(pods("app=web"), ports="http"),))
STATE = ClusterState("prod", namespaces=(SHOP,), workloads=(WEB,), policies=(POLICY,), shown=True)
MISSING = clusters.policy("shop/q", "app=wbe")


def introduced(base: ClusterState, head: ClusterState, find: Finder[Found]) -> list[Found]:
    return list(emptied(Proposal(base, head, compare(base, head)), find))


def test_a_policy_loses_its_pods_by_other_labels() -> None:
    relabelled = replace(WEB, labels={"app": "www"})
    told = introduced(STATE, replace(STATE, workloads=(relabelled,)), nothing_selected)
    assert [str(each) for each in told] == ["pods app=web of namespace shop"] * 2
    assert len({each.key for each in told}) == 2


def test_a_policy_loses_a_port_by_another_name() -> None:
    head = replace(STATE, workloads=(workload("shop/web", "app=web", ports="web:80"),))
    assert [str(each) for each in introduced(STATE, head, no_such_ports)] == ['TCP port "http"']
    assert introduced(STATE, head, nothing_selected) == []


def test_what_was_empty_before_is_not_introduced() -> None:
    base = replace(STATE, policies=(POLICY, MISSING))
    moved = replace(base, policies=(POLICY, replace(MISSING, name="renamed")))
    assert introduced(base, moved, nothing_selected) == []
    (told,) = introduced(STATE, base, nothing_selected)
    assert told.policy == MISSING
