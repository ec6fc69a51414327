from dataclasses import replace

import pytest

from edgewarden.governance.proposal import rules_of
from edgewarden.governance.vacuity.port_names import UnknownPortName, unknown_port_names
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.reachability.model import ClusterState, NetworkPolicy, Peer, Workload
from tests.support import clusters
from tests.support.clusters import EGRESS, block, pods, rule, workload

API = workload("shop/api", "app=api", ports="http:8080 dns:53/UDP")
SHOP = replace(clusters.namespace("shop"), complete=True)


def found(policy: NetworkPolicy, *workloads: Workload, shown: bool = True) -> list[UnknownPortName]:
    state = ClusterState("prod", namespaces=(SHOP,), workloads=workloads, shown=shown)
    seen = Seen(state)
    return [each for written in rules_of((policy,)) for each in unknown_port_names(written, seen)]


def ingress(ports: str) -> NetworkPolicy:
    return clusters.policy("shop/p", "app=api", ingress=(rule(ports=ports),))


def egress(*peers: Peer, ports: str = "web") -> NetworkPolicy:
    return clusters.policy("shop/p", isolates=EGRESS, egress=(rule(*peers, ports=ports),))


def test_a_name_that_no_selected_pod_has() -> None:
    (told,) = found(ingress("web 80"), API)
    assert str(told) == 'TCP port "web"'
    assert told.pods == (API,)
    assert list(map(str, told.others)) == ["TCP http", "UDP dns"]
    assert told.proven


def test_a_name_of_another_protocol_is_another_name() -> None:
    (told,) = found(ingress("dns"), API)
    assert "UDP dns" in map(str, told.others)
    assert found(ingress("dns/UDP http"), API) == []


def test_known_pods_without_the_name_prove_nothing_of_others() -> None:
    (told,) = found(ingress("web"), API, shown=False)
    assert not told.proven


@pytest.mark.parametrize(
    "pods_there",
    [
        (),
        (API, workload("shop/other", "app=api", ports="web:80")),
        (replace(API, open_ports=True),),
        (replace(API, host_network=True),),
        (workload("shop/db", "app=db"),),
    ],
)
def test_other_pods_may_have_it(pods_there: tuple[Workload, ...]) -> None:
    assert found(ingress("web"), *pods_there) == []


def test_the_destination_of_egress_is_the_peer() -> None:
    client = workload("shop/client", "app=client", ports="web:80")
    assert [each.pods for each in found(egress(pods("app=api")), API, client)] == [(API,)]
    assert found(egress(pods("app=client")), API, client) == []
    assert found(egress(), API, client) == []


def test_an_address_has_no_port_by_name() -> None:
    (told,) = found(egress(block("203.0.113.0/24")), shown=False)
    assert (told.pods, told.proven) == ((), True)
    assert found(egress(block("203.0.113.0/24"), pods("app=x")), shown=False) == []
