"""The pods that answer DNS, and whether a rule allows traffic to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Network

from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import namespace_labels
from edgewarden.reachability.addresses import PRIVATE_NETWORKS
from edgewarden.reachability.labels import LabelSelector, Operator
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    IPBlock,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
    Workload,
)
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.whereabouts import could_cover, possible_networks

NODE_LOCAL_DNS = IPv4Network("169.254.20.10/32")
"""Where NodeLocal DNSCache listens on every node (Kubernetes documentation)."""

LINK_LOCAL = IPv4Network("169.254.0.0/16")
"""RFC 3927."""

DNS_PROTOCOLS = (Protocol.UDP, Protocol.TCP)
"""RFC 7766: a resolver falls back to TCP where an answer does not fit into a datagram."""

DNS_PORT_NAMES = frozenset({"dns", "dns-tcp"})
"""How CoreDNS and kube-dns name their container ports."""


_DNS = 53
"""Where DNS is asked unless told otherwise (RFC 1035), NodeLocal DNSCache among others."""


class Answer(IntEnum):
    """How sure it is that a connection is allowed."""

    NO = 0
    MAY = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class DnsPods:
    """The pods that answer DNS in one state.

    They need not be known: they are taken to carry the ``labels`` that the profile names, in a
    namespace with its manifest's labels, and the ``known`` ones are among them. Where none are
    known and those of the other state are still there with other labels, it is these: they are
    ``estranged``.
    """

    profile: ClusterProfile
    labels: Mapping[str, str]
    namespace_labels: Mapping[str, str]
    known: tuple[Workload, ...]
    estranged: tuple[Workload, ...]

    @classmethod
    def of(cls, state: ClusterState, answering: Collection[Workload]) -> "DnsPods":
        """``answering`` are the known ones of the other state."""
        profile = state.profile
        known = answering_dns(state)
        there = frozenset() if known else frozenset(each.identity for each in answering)
        return cls(
            profile,
            _example(profile.dns_pods),
            namespace_labels(state, profile.dns_namespace),
            known,
            tuple(each for each in state.workloads if each.identity in there),
        )

    def admitted(self, rule: Rule, namespace: str) -> Answer:
        """Whether a rule of a policy of ``namespace`` has the DNS pods among its peers."""
        if not rule.peers:
            return Answer.YES
        return max(self._peer(peer, namespace) for peer in rule.peers)

    def _peer(self, peer: Peer, namespace: str) -> Answer:
        if isinstance(peer, IPBlock):
            return self._block(peer)
        return min(self._namespace(peer, namespace), self._pods(peer))

    def _namespace(self, peer: PodPeer, namespace: str) -> Answer:
        selector = peer.namespaces
        if selector is None:
            return Answer.YES if namespace == self.profile.dns_namespace else Answer.NO
        if selector.admits(self.namespace_labels):
            return Answer.YES
        return Answer.MAY if _hints_at(selector, self.profile.dns_namespace) else Answer.NO

    def _pods(self, peer: PodPeer) -> Answer:
        selector = peer.pods
        if self.estranged:
            bound = (each.labels for each in self.estranged if not each.host_network)
            hit = any(selector is None or selector.admits(labels) for labels in bound)
            return Answer.YES if hit else Answer.NO
        if selector is None or selector.admits(self.labels):
            return Answer.YES
        if any(selector.admits(each.labels) for each in self.known):
            return Answer.YES
        return Answer.MAY if _hints_at(selector, "dns") else Answer.NO

    def _block(self, block: IPBlock) -> Answer:
        node_local = could_cover(block, (NODE_LOCAL_DNS,))
        cidr = block.cidr
        if node_local and isinstance(cidr, IPv4Network) and cidr.subnet_of(LINK_LOCAL):
            return Answer.YES
        if self.profile.ip_block_matches_pods is AddressMatch.NEVER:
            return Answer.MAY if node_local else Answer.NO
        ranges = (*PRIVATE_NETWORKS, *possible_networks(self.profile), NODE_LOCAL_DNS)
        return Answer.MAY if could_cover(block, ranges) else Answer.NO

    def listens(self, rule: Rule, protocol: Protocol) -> Answer:
        """Whether the rule's ports include one of DNS over that protocol."""
        if not rule.ports:
            return Answer.YES
        return max(self._port(item, protocol) for item in rule.ports)

    def _port(self, item: PolicyPort, protocol: Protocol) -> Answer:
        if item.protocol is not protocol:
            return Answer.NO
        match item.port:
            case None:
                return Answer.YES
            case int() as first:
                last = first if item.end_port is None else item.end_port
                hit = any(first <= port <= last for port in self.profile.dns_ports)
                return Answer.YES if hit else Answer.NO
            case str() as name:
                return self._named(name, protocol)

    def _named(self, name: str, protocol: Protocol) -> Answer:
        known = self.known or self.estranged
        numbers = {
            port.number
            for each in known
            for port in each.ports
            if port.name == name and port.protocol is protocol
        }
        if known:
            return Answer.NO if numbers.isdisjoint(self.profile.dns_ports) else Answer.YES
        return Answer.MAY if name in DNS_PORT_NAMES else Answer.NO


def answering_dns(state: ClusterState) -> tuple[Workload, ...]:
    """The known workloads that look like the DNS pods of the profile.

    Pods on the network of their node match no selector of a rule.
    """
    profile = state.profile
    return tuple(
        each
        for each in state.workloads
        if each.namespace == profile.dns_namespace
        and profile.dns_pods.admits(each.labels)
        and not each.host_network
    )


def names_dns_ports(rule: Rule, profile: ClusterProfile) -> bool:
    """Whether the ports of the rule are ports of DNS, each named, and no others."""
    numbers = {_DNS, *profile.dns_ports}
    return bool(rule.ports) and all(
        (item.port in numbers and item.end_port is None) or item.port in DNS_PORT_NAMES
        for item in rule.ports
    )


def _example(selector: LabelSelector) -> Mapping[str, str]:
    """Labels that the selector matches."""
    labels: dict[str, str] = {}
    for requirement in selector.requirements:
        if requirement.operator is Operator.IN:
            labels[requirement.key] = requirement.values[0]
        elif requirement.operator is Operator.EXISTS:
            labels.setdefault(requirement.key, "")
    return labels


def _hints_at(selector: LabelSelector, word: str) -> bool:
    """Whether a label that the selector asks for speaks of DNS, as in
    ``dns.operator.openshift.io/daemonset-dns``: those of the pods may differ from what the profile
    knows."""
    return any(
        requirement.operator in {Operator.IN, Operator.EXISTS}
        and any(word in text for text in (requirement.key, *requirement.values))
        for requirement in selector.requirements
    )


def dns_phrase(profile: ClusterProfile, estranged: Collection[Workload]) -> str:
    ports = ", ".join(map(str, profile.dns_ports))
    if estranged:
        return f"port {ports} of {listing(estranged)}"
    return f"port {ports} of pods {profile.dns_pods} in namespace {profile.dns_namespace}"


def protocols_phrase(protocols: frozenset[Protocol]) -> str:
    return " and ".join(each.value for each in DNS_PROTOCOLS if each in protocols)
