from dataclasses import replace

from edgewarden.governance.proposal import Proposal
from edgewarden.governance.vacuity.vacuity import Vacuity, introduced_vacuity
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from tests.support import clusters
from tests.support.clusters import pods, rule, workload

SHOP = replace(clusters.namespace("shop"), complete=True)
WEB = workload("shop/web", "app=web", ports="http:80")
POLICY = clusters.policy("shop/p", "app=web", ingress=(rule(pods("app=web"), ports="http"),))
STATE = ClusterState("prod", namespaces=(SHOP,), workloads=(WEB,), policies=(POLICY,), shown=True)
MISSING = clusters.policy("shop/q", "app=wbe")


def introduced(base: ClusterState, head: ClusterState) -> Vacuity:
    return introduced_vacuity(Proposal(base, head, compare(base, head)))


def test_a_policy_loses_its_pods_by_other_labels() -> None:
    relabelled = replace(WEB, labels={"app": "www"})
    told = introduced(STATE, replace(STATE, workloads=(relabelled,)))
    assert [str(each) for each in told.selectors] == ["pods app=web of namespace shop"] * 2
    assert len({each.key for each in told.selectors}) == 2


def test_a_policy_loses_a_port_by_another_name() -> None:
    renamed = workload("shop/web", "app=web", ports="web:80")
    told = introduced(STATE, replace(STATE, workloads=(renamed,)))
    assert [str(each) for each in told.port_names] == ['TCP port "http"']
    assert told.selectors == ()


def test_what_was_empty_before_is_not_introduced() -> None:
    base = replace(STATE, policies=(POLICY, MISSING))
    moved = replace(MISSING, name="renamed")
    assert introduced(base, replace(base, policies=(POLICY, moved))).selectors == ()
    (told,) = introduced(STATE, base).selectors
    assert told.policy == MISSING
