"""The shapes that policies have, by the names that the field gives to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from edgewarden.governance.breadth import is_every_pod, reaches_internet
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    ClusterProfile,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
)
from edgewarden.reachability.ports import Protocol

_DNS_PORT = 53
_DNS_NAMES = frozenset({"dns", "dns-tcp"})
"""What the ports of CoreDNS and kube-dns pods are called in the manifests of most distributions."""


class Shape(Enum):
    """How a policy reads. A policy has one of these at least, and often several."""

    DENIES_INGRESS = "default deny of ingress"
    DENIES_EGRESS = "default deny of egress"
    DENIES_SOME_INGRESS = "deny of all ingress, for some pods"
    DENIES_SOME_EGRESS = "deny of all egress, for some pods"
    ALLOWS_ALL_INGRESS = "allow-all ingress, from everyone on every port"
    ALLOWS_ALL_EGRESS = "allow-all egress, to everyone on every port"
    FROM_EVERYONE = "ingress from everyone on some ports"
    TO_EVERYONE = "egress to everyone on some ports"
    SAME_NAMESPACE = "every pod of the same namespace"
    OWN_PODS = "pods of the same namespace by labels"
    NAMESPACE_BY_NAME = "namespaces by name"
    NAMESPACE_BY_LABEL = "namespaces by labels"
    EVERY_NAMESPACE = "pods of every namespace"
    FROM_INTERNET = "ingress from addresses of the internet"
    TO_INTERNET = "egress to addresses of the internet"
    IP_BLOCK = "ipBlock of private addresses only"
    DNS = "egress to DNS"
    NULL_ITEM = "an empty list item, which allows everything"
    DEAD_RULES = "dead rules, of a direction that policyTypes does not list"


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """How many policies have a shape, and the first place where one is written that makes it."""

    shape: Shape
    count: int
    example: Location


def shape_counts(policies: Iterable[tuple[NetworkPolicy, ClusterProfile]]) -> list[ShapeCount]:
    """The shapes that occur, the most frequent first; a profile says what is not the internet."""
    places: dict[Shape, list[Location]] = {}
    for policy, profile in policies:
        for shape, at in dict(reversed([*_placed(policy, profile)])).items():
            places.setdefault(shape, []).append(at)
    order = list(Shape)
    found = [ShapeCount(shape, len(at), min(at)) for shape, at in places.items()]
    return sorted(found, key=lambda each: (-each.count, order.index(each.shape)))


def shapes(policy: NetworkPolicy, profile: ClusterProfile) -> frozenset[Shape]:
    """All shapes of a policy, at least one."""
    return frozenset(shape for shape, _ in _placed(policy, profile))


def _placed(policy: NetworkPolicy, profile: ClusterProfile) -> Iterator[tuple[Shape, Location]]:
    """The shapes, each with what makes it: the policy, a rule or a peer."""
    yield from ((shape, policy.location) for shape in _denials(policy))
    yield from _remarks(policy)
    yield from _allowances(policy, profile)


def _denials(policy: NetworkPolicy) -> Iterator[Shape]:
    whole = policy.pods.selects_everything
    if Direction.INGRESS in policy.isolates and not policy.ingress:
        yield Shape.DENIES_INGRESS if whole else Shape.DENIES_SOME_INGRESS
    if Direction.EGRESS in policy.isolates and not policy.egress:
        yield Shape.DENIES_EGRESS if whole else Shape.DENIES_SOME_EGRESS


def _remarks(policy: NetworkPolicy) -> Iterator[tuple[Shape, Location]]:
    yield from ((Shape.DEAD_RULES, rule.location) for rule in policy.dead_rules)
    for rule in (*policy.ingress, *policy.egress):
        if rule.written_null:
            yield Shape.NULL_ITEM, rule.location


def _allowances(policy: NetworkPolicy, profile: ClusterProfile) -> Iterator[tuple[Shape, Location]]:
    for written in rules_of((policy,)):
        if _for_dns(written):
            yield Shape.DNS, written.location
        if not written.rule.peers:
            yield _everyone(written), written.location
        for peer in written.rule.peers:
            yield _peer(peer, written.direction, profile), peer.location


def _everyone(written: WrittenRule) -> Shape:
    ingress = written.direction is Direction.INGRESS
    if written.rule.ports:
        return Shape.FROM_EVERYONE if ingress else Shape.TO_EVERYONE
    return Shape.ALLOWS_ALL_INGRESS if ingress else Shape.ALLOWS_ALL_EGRESS


def _peer(peer: Peer, direction: Direction, profile: ClusterProfile) -> Shape:
    match peer:
        case IPBlock():
            if not reaches_internet(peer, profile):
                return Shape.IP_BLOCK
            ingress = direction is Direction.INGRESS
            return Shape.FROM_INTERNET if ingress else Shape.TO_INTERNET
        case PodPeer(namespaces=None):
            every = peer.pods is None or peer.pods.selects_everything
            return Shape.SAME_NAMESPACE if every else Shape.OWN_PODS
        case PodPeer(namespaces=namespaces):
            if namespaces is None or namespaces.selects_everything or is_every_pod(peer):
                return Shape.EVERY_NAMESPACE
            keys = {each.key for each in namespaces.requirements}
            by_name = keys == {NAMESPACE_NAME_LABEL}
            return Shape.NAMESPACE_BY_NAME if by_name else Shape.NAMESPACE_BY_LABEL


def _for_dns(written: WrittenRule) -> bool:
    return written.direction is Direction.EGRESS and _on_dns_ports(written.rule)


def _on_dns_ports(rule: Rule) -> bool:
    """Whether it names a port on which DNS is asked, over UDP as resolvers do first."""
    return any(
        item.protocol is Protocol.UDP and (item.port == _DNS_PORT or item.port in _DNS_NAMES)
        for item in rule.ports
    )
