"""What policies say is the same however it is spread over objects, rules and list items."""

from dataclasses import replace

import pytest

from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, Peer, PodPeer
from edgewarden.reachability.permissions import (
    Isolated,
    Pairing,
    Statements,
    isolation,
    normal,
)
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, PortName, RulePorts
from tests.support.clusters import BOTH, EGRESS, block, pods, policy, rule, selector

WEB = pods("app=web")
HOLES = block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16")


def statements(*policies: NetworkPolicy) -> Statements:
    return Statements(lambda name: [each for each in policies if each.namespace == name])


def bound(namespace: str = "shop", pods: str = "app=db") -> Isolated:
    return Isolated(namespace, Direction.INGRESS, selector(pods))


def tcp(*numbers: int) -> RulePorts:
    return RulePorts(PortSet.union(PortSet.of(Protocol.TCP, number) for number in numbers))


@pytest.mark.parametrize(
    "policies",
    [
        (policy("shop/db", "app=db", ingress=(rule(WEB, ports="80 443"),)),),
        (policy("shop/db", "app=db", ingress=(rule(WEB, ports="443"), rule(WEB, ports="80"))),),
        (
            policy("shop/one", "app=db", ingress=(rule(WEB, ports="80"),)),
            policy("shop/two", "app=db", ingress=(rule(WEB, pods("app=api"), ports="443"),)),
        ),
    ],
    ids=["one rule", "two rules", "two policies"],
)
def test_a_grant_is_the_union_of_all_that_say_it(policies: tuple[NetworkPolicy, ...]) -> None:
    assert statements(*policies).grant(Pairing(bound(), WEB)) == tcp(80, 443)


def test_names_of_ports_are_granted_beside_numbers() -> None:
    said = statements(policy("shop/db", "app=db", ingress=(rule(WEB, ports="80 http"),)))
    names = frozenset((PortName(Protocol.TCP, "http"),))
    assert said.grant(Pairing(bound(), WEB)) == replace(tcp(80), names=names)


def test_a_rule_without_peers_grants_everyone_and_no_peer_in_particular() -> None:
    said = statements(policy("shop/db", "app=db", ingress=(rule(),)))
    assert said.grant(Pairing(bound(), None)) == EVERY_RULE_PORT
    assert not said.grant(Pairing(bound(), WEB))


@pytest.mark.parametrize(
    "other",
    [
        bound(namespace="bank"),
        bound(pods="app=api"),
        replace(bound(), direction=Direction.EGRESS),
    ],
    ids=["namespace", "pods", "direction"],
)
def test_what_is_said_of_other_pods_is_not_said(other: Isolated) -> None:
    said = statements(
        policy("shop/db", "app=db", ingress=(rule(WEB),)),
        policy("bank/api", "app=api", isolates=BOTH),
    )
    assert said.isolate(bound())
    assert not said.isolate(other)
    assert not said.grant(Pairing(other, WEB))


def test_rules_of_a_direction_that_is_not_isolated_grant_nothing() -> None:
    said = statements(policy("shop/db", "app=db", isolates=EGRESS, ingress=(rule(WEB),)))
    assert not said.isolate(bound())
    assert not said.grant(Pairing(bound(), WEB))


def test_a_policy_isolates_its_own_pods() -> None:
    assert isolation(policy("shop/db", "app=db"), Direction.INGRESS) == bound()


@pytest.mark.parametrize(
    ("written", "same"),
    [
        (pods("", namespaces="env=prod"), pods(namespaces="env=prod")),
        (PodPeer(None, None, WEB.location), pods("")),
        (block("10.0.0.0/8", "10.2.0.0/16", "10.1.0.0/16"), HOLES),
        (block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/16"), HOLES),
    ],
    ids=["all pods of namespaces", "all pods", "order of excepts", "an except twice"],
)
def test_two_spellings_of_a_peer_are_one(written: Peer, same: Peer) -> None:
    assert normal(written) == normal(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pods(namespaces=""), pods("")),
        (pods("app=web", namespaces=""), pods("app=web")),
        (block("10.0.0.0/8"), block("10.0.0.0/8", "10.1.0.0/16")),
        (pods(namespaces=""), None),
    ],
    ids=["everywhere and here", "web everywhere and here", "an except", "pods and everyone"],
)
def test_peers_that_mean_others_stay_apart(one: Peer, other: Peer | None) -> None:
    assert normal(one) != normal(other)


def test_excepts_of_both_families_have_an_order() -> None:
    mixed = IPBlock(block("::/0").cidr, (block("::/1").cidr, block("8000::/2").cidr), WEB.location)
    turned = replace(mixed, excepts=mixed.excepts[::-1])
    assert normal(mixed) == normal(turned)
