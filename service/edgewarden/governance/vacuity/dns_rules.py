"""Egress rules that are for DNS and reach none of the pods that answer it."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.dns_pods import DNS_PROTOCOLS, answering_dns
from edgewarden.governance.phrases import peers_phrase
from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Direction, PodPeer, Rule, Workload

_DNS_PORT = 53
_OPENSHIFT_DNS_PORT = 5353
"""On which the pods of OpenShift's DNS operator listen."""


@dataclass(frozen=True, slots=True)
class StrayDnsRule:
    """A rule for the ports of DNS whose labels match none of the pods in the DNS namespace.

    ``answering`` are the pods that answer DNS there. ``on_nodes`` are what the labels do match and
    no selector of a rule ever does, since it runs with ``hostNetwork`` as NodeLocal DNSCache does.
    """

    written: WrittenRule
    answering: tuple[Workload, ...]
    on_nodes: tuple[Workload, ...]

    @property
    def key(self) -> str:
        policy = self.written.policy
        return f"{policy.namespace} {policy.pods} {self}"

    @property
    def location(self) -> Location:
        return self.written.location

    def __str__(self) -> str:
        """Who is meant to answer."""
        return peers_phrase(self.written.rule, self.written.policy.namespace)


def stray_dns_rules(
    written: WrittenRule, seen: Seen, state: ClusterState
) -> Iterator[StrayDnsRule]:
    """Nothing is said of rules that name addresses too, nor where no pod that answers DNS is known:
    the labels may be those of pods that no manifest shows."""
    rule, answering = written.rule, answering_dns(state)
    if written.direction is not Direction.EGRESS or not answering or not _for_dns(rule, state):
        return
    peers = [each for each in rule.peers if isinstance(each, PodPeer)]
    if not peers or len(peers) != len(rule.peers) or any(not _by_labels(each) for each in peers):
        return
    names = [seen.of_peer(each, written.policy.namespace) for each in peers]
    if any(state.profile.dns_namespace not in each for each in names):
        return
    selected = [
        workload
        for peer, some in zip(peers, names, strict=True)
        for name in sorted(some)
        for workload in seen.selected(peer.pods or LabelSelector(), name)
    ]
    if all(each.host_network for each in selected):
        yield StrayDnsRule(written, answering, tuple(dict.fromkeys(selected)))


def _by_labels(peer: PodPeer) -> bool:
    return peer.pods is not None and not peer.pods.selects_everything


def _for_dns(rule: Rule, state: ClusterState) -> bool:
    """Whether it names ports of DNS, and no others."""
    ports = {_DNS_PORT, _OPENSHIFT_DNS_PORT, *state.profile.dns_ports}
    return bool(rule.ports) and all(
        each.protocol in DNS_PROTOCOLS and each.port in ports and each.end_port is None
        for each in rule.ports
    )
