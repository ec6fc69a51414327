from ipaddress import ip_network

import pytest

from edgewarden.governance.proposal import rules_of
from edgewarden.governance.ranges.host_identities import HostIdentity, host_identities
from edgewarden.governance.ranges.own_addresses import Own, OwnAddresses, own_addresses
from edgewarden.reachability.model import ClusterProfile, IPBlock
from tests.support import clusters
from tests.support.clusters import block, pods, rule

KNOWN = ClusterProfile(
    pod_ranges=(ip_network("10.244.0.0/16"), ip_network("fd00:10::/56")),
    service_ranges=(ip_network("10.96.0.0/12"),),
    node_ranges=(ip_network("192.168.10.0/24"),),
)
UNKNOWN = ClusterProfile()


def own(written: IPBlock, profile: ClusterProfile = KNOWN) -> list[OwnAddresses]:
    policy = clusters.policy("shop/p", ingress=(rule(pods("app=web"), written),))
    return [each for r in rules_of((policy,)) for each in own_addresses(r, profile)]


def hosts(written: IPBlock, profile: ClusterProfile = KNOWN) -> list[HostIdentity]:
    policy = clusters.policy("shop/p", ingress=(rule(pods("app=web"), written),))
    return [each for r in rules_of((policy,)) for each in host_identities(r, profile)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (block("10.244.0.0/24"), "pods (10.244.0.0/16)"),
        (block("10.0.0.0/8"), "pods and services (10.244.0.0/16, 10.96.0.0/12)"),
        (block("192.168.0.0/16"), "nodes (192.168.10.0/24)"),
        (block("fd00::/8"), "pods (fd00:10::/56)"),
        (block("10.0.0.0/8", "10.244.0.0/16"), "services (10.96.0.0/12)"),
        (block("10.0.0.0/8", "10.244.0.0/17"), "pods and services (10.244.0.0/16, 10.96.0.0/12)"),
    ],
)
def test_a_block_over_known_ranges(written: IPBlock, text: str) -> None:
    (told,) = own(written)
    assert str(told) == text
    assert told.certain


@pytest.mark.parametrize(
    "written",
    [
        block("203.0.113.0/24"),
        block("172.16.0.0/12"),
        block("10.0.0.0/8", "10.244.0.0/16", "10.96.0.0/12"),
        block("10.244.1.7/32"),
    ],
)
def test_a_block_beside_them(written: IPBlock) -> None:
    assert own(written) == []


def test_of_unknown_ranges_only_wide_private_blocks_are_suspected() -> None:
    (told,) = own(block("10.0.0.0/8"), UNKNOWN)
    assert (told.whose, told.certain) == ((Own.PODS, Own.SERVICES, Own.NODES), False)
    for narrow in ("10.1.2.0/24", "203.0.0.0/8", "0.0.0.0/0", "172.0.0.0/11"):
        assert own(block(narrow), UNKNOWN) == []


@pytest.mark.parametrize(
    ("written", "whose"),
    [
        (block("10.244.3.7/32"), Own.PODS),
        (block("10.244.3.0/28"), Own.PODS),
        (block("10.96.0.10/32"), Own.SERVICES),
        (block("fd00:10::7/128"), Own.PODS),
    ],
)
def test_a_host_of_the_cluster(written: IPBlock, whose: Own) -> None:
    (told,) = hosts(written)
    assert (told.whose, told.certain) == (whose, True)


@pytest.mark.parametrize(
    "written",
    [
        block("10.244.3.0/24"),
        block("192.168.10.5/32"),
        block("10.1.2.3/32"),
        block("203.0.113.7/32"),
        block("169.254.20.10/32"),
    ],
)
def test_no_host_of_the_cluster(written: IPBlock) -> None:
    assert hosts(written) == []


def test_a_private_host_may_be_a_pod_where_ranges_are_not_known() -> None:
    (told,) = hosts(block("10.1.2.3/32"), UNKNOWN)
    assert not told.certain
    for other in ("10.1.2.0/28", "203.0.113.7/32", "169.254.169.254/32", "2001:db8::1/128"):
        assert hosts(block(other), UNKNOWN) == []
