"""Policies with the meaning of their peers worked out, for one profile of a cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.concrete.bits import Span, exactly
from edgewarden.reachability.concrete.inventory import Inventory
from edgewarden.reachability.concrete.peers import Meanings, Pods
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
)
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.whereabouts import could_cover, possible_networks


class Blocks(StrEnum):
    """Address blocks taken together."""

    ALL = "all"
    COVERING_PODS = "covering pods"
    """Those that the network plugin might let match pod addresses."""


Target: TypeAlias = Pods | IPBlock | Blocks | None
"""Whom a rule admits; without one everybody."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One peer of one rule. ``pods`` is what ``peer`` means where it selects pods.

    Without ``ports`` it admits nothing: an egress rule leads to no address by a port's name.
    """

    rule: Rule
    peer: Peer | None
    pods: Pods | None
    ports: RulePorts
    covers_pods: bool

    def targets(self) -> Iterator[Target]:
        """Everything under which this entry is found."""
        if isinstance(self.peer, IPBlock):
            yield self.peer
            yield Blocks.ALL
            if self.covers_pods:
                yield Blocks.COVERING_PODS
        else:
            yield self.pods


@dataclass(frozen=True, eq=False)
class CompiledPolicy:
    """A policy with the meaning of its peers; its entries are those of isolated directions.

    Of one that is ``lingering`` it is not certain that it is there.
    """

    policy: NetworkPolicy
    entries: Mapping[Direction, tuple[Entry, ...]]
    lingering: bool = False

    def bound(self, inventory: Inventory) -> Span:
        """The workloads that it binds."""
        chosen = selected(inventory, self.policy)
        return Span(0, chosen.possible) if self.lingering else chosen


def selected(inventory: Inventory, policy: NetworkPolicy) -> Span:
    """The workloads that ``policy`` selects; nothing selects nodes."""
    area = inventory.of_namespace(policy.namespace) & ~inventory.nodes
    if policy.pods.selects_everything or not area:
        return exactly(area)
    return inventory.selected(policy.pods) & area


class Compiler:
    """Reads policies for one profile of a cluster; peers of one meaning become one object."""

    def __init__(self, profile: ClusterProfile, meanings: Meanings) -> None:
        self.meanings = meanings
        self._never = profile.ip_block_matches_pods is AddressMatch.NEVER
        self._networks = possible_networks(profile)
        self._covering: dict[IPBlock, bool] = {}
        self._ports: dict[tuple[PolicyPort, ...], RulePorts] = {}

    def compiled(self, policy: NetworkPolicy, *, lingering: bool) -> CompiledPolicy:
        return CompiledPolicy(
            policy,
            {direction: tuple(self._entries(policy, direction)) for direction in policy.isolates},
            lingering,
        )

    def could_cover_pods(self, block: IPBlock) -> bool:
        """Whether the network plugin might let ``block`` match pod addresses."""
        if self._never:
            return False
        if block not in self._covering:
            self._covering[block] = could_cover(block, self._networks)
        return self._covering[block]

    def _ports_of(self, rule: Rule) -> RulePorts:
        """Many rules name the same ports."""
        ports = self._ports.get(rule.ports)
        if ports is None:
            ports = self._ports[rule.ports] = RulePorts.of(rule.ports)
        return ports

    def _entries(self, policy: NetworkPolicy, direction: Direction) -> Iterator[Entry]:
        for rule in policy.rules(direction):
            ports = self._ports_of(rule)
            numbers = RulePorts(ports.numbers) if direction is Direction.EGRESS else ports
            for peer in rule.peers or (None,):
                match peer:
                    case None:
                        yield Entry(rule, None, None, ports, covers_pods=False)
                    case IPBlock():
                        yield Entry(rule, peer, None, numbers, self.could_cover_pods(peer))
                    case PodPeer():
                        pods = self.meanings.of(peer, policy.namespace)
                        yield Entry(rule, peer, pods, ports, covers_pods=False)
