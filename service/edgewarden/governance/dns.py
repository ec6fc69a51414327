"""Whether pods can still ask for names: egress to the DNS pods of the cluster profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Network

from edgewarden.governance.proposal import namespace_labels
from edgewarden.governance.subjects import Subject
from edgewarden.reachability.addresses import PRIVATE_NETWORKS
from edgewarden.reachability.labels import LabelSelector, Operator
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
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


class Answer(IntEnum):
    """How sure it is that a connection is allowed."""

    NO = 0
    MAY = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class DnsReach:
    """Whether pods reach DNS by each protocol, and the rules that let them."""

    answers: Mapping[Protocol, Answer]
    rules: tuple[tuple[NetworkPolicy, Rule], ...] = ()
    isolated_by: tuple[NetworkPolicy, ...] = field(default=())

    def refused(self) -> frozenset[Protocol]:
        return frozenset(p for p, answer in self.answers.items() if answer is Answer.NO)


OPEN = DnsReach(dict.fromkeys(DNS_PROTOCOLS, Answer.YES))
"""What pods have that nothing isolates for egress."""


@dataclass(frozen=True, slots=True)
class Dns:
    """How the pods of one state reach DNS.

    ``isolating`` are the policies that isolate for egress, by namespace.
    """

    pods: "DnsPods"
    isolating: Mapping[str, tuple[NetworkPolicy, ...]]

    @classmethod
    def of(cls, state: ClusterState) -> "Dns":
        isolating: dict[str, tuple[NetworkPolicy, ...]] = {}
        for policy in state.policies:
            if Direction.EGRESS in policy.isolates:
                isolating[policy.namespace] = (*isolating.get(policy.namespace, ()), policy)
        return cls(DnsPods.of(state), isolating)

    def of_namespace(self, name: str) -> object:
        """Equal for namespaces in which equal pods reach DNS alike."""
        return self.pods, self.isolating.get(name)

    def reach(self, subject: Subject) -> DnsReach:
        """The answer for pods that look like the profile's DNS pods, and for known such pods.

        The DNS pods need not be known: they are taken to carry the labels that the profile
        names, in a namespace with its manifest's labels. Ingress policies of the DNS namespace
        are not consulted.
        """
        policies = tuple(
            policy
            for policy in self.isolating.get(subject.namespace, ())
            if subject.selected_by(policy)
        )
        if not policies:
            return OPEN
        answers = dict.fromkeys(DNS_PROTOCOLS, Answer.NO)
        rules: list[tuple[NetworkPolicy, Rule]] = []
        for policy in policies:
            for rule in policy.egress:
                listens = {each: self.pods.listens(rule, each) for each in DNS_PROTOCOLS}
                if not any(listens.values()):
                    continue
                peer = self.pods.admitted(rule, policy.namespace)
                for protocol, answer in listens.items():
                    answers[protocol] = max(answers[protocol], min(peer, answer))
                if peer:
                    rules.append((policy, rule))
        return DnsReach(answers, tuple(rules), policies)


@dataclass(frozen=True, slots=True)
class DnsPods:
    """The pods that answer DNS: those that the profile describes and those that are known."""

    profile: ClusterProfile
    labels: Mapping[str, str]
    namespace_labels: Mapping[str, str]
    known: tuple[Workload, ...]

    @classmethod
    def of(cls, state: ClusterState) -> "DnsPods":
        profile = state.profile
        return cls(
            profile,
            _example(profile.dns_pods),
            namespace_labels(state, profile.dns_namespace),
            tuple(
                each
                for each in state.workloads
                if each.namespace == profile.dns_namespace and profile.dns_pods.admits(each.labels)
            ),
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
        numbers = {
            port.number
            for each in self.known
            for port in each.ports
            if port.name == name and port.protocol is protocol
        }
        if self.known:
            return Answer.NO if numbers.isdisjoint(self.profile.dns_ports) else Answer.YES
        return Answer.MAY if name in DNS_PORT_NAMES else Answer.NO


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
    """Whether a value that the selector asks for speaks of DNS: its labels may differ from
    those that the profile knows."""
    return any(
        requirement.operator is Operator.IN and any(word in value for value in requirement.values)
        for requirement in selector.requirements
    )


def dns_phrase(profile: ClusterProfile) -> str:
    ports = ", ".join(map(str, profile.dns_ports))
    return f"port {ports} of pods {profile.dns_pods} in namespace {profile.dns_namespace}"


def protocols_phrase(protocols: frozenset[Protocol]) -> str:
    return " and ".join(each.value for each in DNS_PROTOCOLS if each in protocols)
