"""Ports by names that the pods of a rule do not have.

A name is resolved on the destination pod by name and protocol; a pod without it gets nothing, and
an address never has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, IPBlock, PodPeer, PolicyPort, Workload
from edgewarden.reachability.rule_ports import PortName, named_ports


@dataclass(frozen=True, slots=True)
class UnknownPortName:
    """A name that no pod has to which ``written`` applies.

    ``pods`` are the known ones, none where only addresses are allowed; there may be others
    unless ``proven``. ``others`` are the names that they do have, the same of another protocol
    included.
    """

    written: WrittenRule
    item: PolicyPort
    name: PortName
    pods: tuple[Workload, ...]
    others: tuple[PortName, ...]
    proven: bool

    @property
    def key(self) -> str:
        policy = self.written.policy
        return f"{policy.namespace} {self.written.direction} {self.name} {policy.pods}"

    @property
    def location(self) -> Location:
        return self.item.location

    def __str__(self) -> str:
        return f'{self.name.protocol} port "{self.name.name}"'


def unknown_port_names(written: WrittenRule, seen: Seen) -> Iterator[UnknownPortName]:
    """Pods of which nothing is known are given the benefit of the doubt."""
    names = _namespaces(written, seen)
    known = tuple(each for each in _destinations(written, seen) if not each.host_network)
    others = sorted({name for each in known for name in named_ports(each)})
    for item in written.rule.ports:
        if not isinstance(item.port, str):
            continue
        name = PortName(item.protocol, item.port)
        if _only_addresses(written):
            yield UnknownPortName(written, item, name, (), (), proven=True)
        elif known and name not in others and not any(each.open_ports for each in known):
            proven = all(map(seen.lists_pods, names))
            yield UnknownPortName(written, item, name, known, tuple(others), proven)


def _only_addresses(written: WrittenRule) -> bool:
    """Whether the destinations are addresses, and addresses only."""
    peers = written.rule.peers
    only = bool(peers) and all(isinstance(each, IPBlock) for each in peers)
    return written.direction is Direction.EGRESS and only


def _namespaces(written: WrittenRule, seen: Seen) -> frozenset[str]:
    """Of the destinations. To everyone is to every namespace."""
    own, peers = written.policy.namespace, written.rule.peers
    if written.direction is Direction.INGRESS:
        return frozenset({own})
    if not peers:
        return frozenset(seen.namespaces)
    pods = (seen.of_peer(each, own) for each in peers if isinstance(each, PodPeer))
    return frozenset[str]().union(*pods)


def _destinations(written: WrittenRule, seen: Seen) -> Iterator[Workload]:
    policy, peers = written.policy, written.rule.peers
    if written.direction is Direction.INGRESS:
        yield from seen.selected(policy.pods, policy.namespace)
    elif not peers:
        yield from (each for name in seen.namespaces for each in seen.workloads.get(name, ()))
    for peer in peers if written.direction is Direction.EGRESS else ():
        if isinstance(peer, PodPeer):
            for name in sorted(seen.of_peer(peer, policy.namespace)):
                yield from seen.selected(peer.pods or LabelSelector(), name)
