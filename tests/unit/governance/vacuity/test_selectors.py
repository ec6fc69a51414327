from dataclasses import replace

import pytest

from edgewarden.governance.vacuity.seen import Seen
from edgewarden.governance.vacuity.selectors import SelectsNothing, Why, selecting_nothing
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ClusterState, NetworkPolicy, Peer, Rule
from tests.support import clusters
from tests.support.clusters import block, pods, rule, workload

SHOP = replace(clusters.namespace("shop", "team=a"), complete=True)
PAY = replace(clusters.namespace("pay", "team=b"), complete=True)
LISTED = ClusterState(
    "prod",
    namespaces=(PAY, SHOP),
    workloads=(
        workload("shop/web", "app=web tier=front"),
        workload("shop/agent", "app=agent", host_network=True),
        workload("shop/set", "app=set", open_labels="pod-template-hash"),
    ),
    shown=True,
)
UNREAD = Problem(ProblemKind.UNPARSABLE, Location("x.yaml", 1), "It does not parse.", "Mend it.")


def found(policy: NetworkPolicy, state: ClusterState = LISTED) -> list[SelectsNothing]:
    return list(selecting_nothing(policy, Seen(state)))


def of_pods(selector: str, state: ClusterState = LISTED) -> list[Why]:
    return [each.why for each in found(clusters.policy("shop/p", selector), state)]


def of_peers(written: Rule, state: ClusterState = LISTED) -> list[SelectsNothing]:
    return found(clusters.policy("shop/p", ingress=(written,)), state)


def test_a_cluster_that_listed_its_pods_has_no_others() -> None:
    (told,) = found(clusters.policy("shop/p", "app=wbe; tier=front"))
    assert told.why is Why.NO_POD
    assert str(told) == "pods app=wbe, tier=front of namespace shop"
    assert told.nearest == "shop/web[Deployment]"


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        ("app=web", []),
        ("", []),
        ("app=agent", [Why.NODE_NETWORK]),
        ("app=a; app=b", [Why.CONTRADICTION]),
        ("app=set; pod-template-hash=1", []),
        ("app=web; pod-template-hash=1", [Why.NO_POD]),
    ],
)
def test_pods_of_a_policy(selector: str, why: list[Why]) -> None:
    assert of_pods(selector) == why


@pytest.mark.parametrize(
    "state",
    [
        replace(LISTED, shown=False),
        replace(LISTED, namespaces=(PAY, replace(SHOP, complete=False))),
        replace(LISTED, namespaces=(PAY,)),
        replace(LISTED, problems=(UNREAD,)),
        replace(LISTED, problems=(replace(UNREAD, namespaces=frozenset({"shop"})),)),
    ],
)
def test_what_is_not_seen_may_be_there(state: ClusterState) -> None:
    assert of_pods("app=nobody", state) == []
    assert of_pods("app=a; app=b", state) == [Why.CONTRADICTION]


def test_what_is_not_read_of_another_namespace_leaves_this_one_known() -> None:
    elsewhere = replace(UNREAD, namespaces=frozenset({"pay"}))
    assert of_pods("app=nobody", replace(LISTED, problems=(elsewhere,))) == [Why.NO_POD]
    told = replace(UNREAD, decisive=False)
    assert of_pods("app=nobody", replace(LISTED, problems=(told,))) == [Why.NO_POD]


def test_a_peer_of_a_namespace_that_is_not_there() -> None:
    (told,) = of_peers(rule(pods(namespaces="kubernetes.io/metadata.name=shopp")))
    assert (told.why, told.nearest) == (Why.NO_NAMESPACE, "namespace shop")
    assert str(told) == "every pod in namespaces kubernetes.io/metadata.name=shopp"
    assert told.location == told.peer.location if told.peer else False


@pytest.mark.parametrize(
    ("peer", "why"),
    [
        (pods("app=nobody"), [Why.NO_POD]),
        (pods("app=web"), []),
        (pods("app=nobody", namespaces="team=a"), [Why.NO_POD]),
        (pods("app=nobody", namespaces=""), [Why.NO_POD]),
        (pods("app=agent", namespaces=""), [Why.NODE_NETWORK]),
        (pods("app=web", namespaces="team=b"), [Why.NO_POD]),
        (pods(namespaces="team=b"), []),
        (pods(namespaces="team=c"), [Why.NO_NAMESPACE]),
        (pods(namespaces="team=c; team=d"), [Why.CONTRADICTION]),
        (pods("a exists; a absent", namespaces="team=a"), [Why.CONTRADICTION]),
        (block("10.0.0.0/8"), []),
    ],
)
def test_peers_of_a_rule(peer: Peer, why: list[Why]) -> None:
    assert [each.why for each in of_peers(rule(peer))] == why


def test_a_namespace_of_which_not_all_labels_are_known_may_match() -> None:
    state = replace(LISTED, namespaces=(replace(PAY, complete=False), SHOP))
    assert of_peers(rule(pods(namespaces="zone=c")), state) == []
    (told,) = of_peers(rule(pods(namespaces="team=c")), state)
    assert told.why is Why.NO_NAMESPACE
