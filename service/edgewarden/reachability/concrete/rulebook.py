"""What the policies of one state grant, found by whom they admit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Protocol as Interface
from typing import TypeAlias

from edgewarden.reachability.addresses import Address
from edgewarden.reachability.concrete.bits import NOBODY, Span, exactly, union
from edgewarden.reachability.concrete.inventory import Inventory
from edgewarden.reachability.concrete.peers import Meanings, Pods
from edgewarden.reachability.facts import could_cover, possible_networks
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
)
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.strata import Strata


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

    def admitting_pods(self, direction: Direction, meanings: Iterable[Pods]) -> list[Entry]:
        """The entries that admit pods of one of ``meanings``, and those of address blocks."""
        filed = self._filed[direction]
        some = (filed.of_pods.get(pods, ()) for pods in (None, *meanings))
        return self._entries(direction, chain(filed.blocks, *some))

    def admitting_address(self, direction: Direction, address: Address) -> list[Entry]:
        """The entries that admit an address outside the cluster."""
        filed = self._filed[direction]
        covering = (filed.blocks[place] for place in filed.strata.covering(address))
        return self._entries(direction, chain(filed.of_pods.get(None, ()), covering))

    def _entries(self, direction: Direction, places: Iterable[int]) -> list[Entry]:
        entries = self.entries[direction]
        return [entries[place] for place in sorted(places)]

    @cached_property
    def _filed(self) -> Mapping[Direction, "_Filed"]:
        return {direction: _Filed(entries) for direction, entries in self.entries.items()}


class _Filed:
    """The places of entries by what their peers mean; ``blocks`` are those of address blocks."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.of_pods: dict[Pods | None, list[int]] = {}
        self.blocks: list[int] = []
        self._written: list[IPBlock] = []
        for place, entry in enumerate(entries):
            if isinstance(entry.peer, IPBlock):
                self.blocks.append(place)
                self._written.append(entry.peer)
            else:
                self.of_pods.setdefault(entry.pods, []).append(place)

    @cached_property
    def strata(self) -> Strata:
        """Of the blocks, each by itself."""
        return Strata([(block,) for block in self._written])


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

    def _entries(self, policy: NetworkPolicy, direction: Direction) -> Iterator[Entry]:
        for rule in policy.rules(direction):
            ports = RulePorts.of(rule.ports)
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


Granted: TypeAlias = Mapping[RulePorts, Span]
"""For the ports of rules the workloads that those rules bind."""


class Rulebook(Interface):
    """The policies of one state."""

    def of_namespace(self, namespace: str) -> tuple[CompiledPolicy, ...]:
        """By name."""

    def isolated(self, direction: Direction) -> Span:
        """The workloads that some policy isolates."""

    def granted(self, direction: Direction, target: Target) -> Granted:
        """Who has rules that admit ``target``, by the ports of those rules."""

    def blocks(self, direction: Direction) -> frozenset[IPBlock]:
        """The address blocks that rules admit."""


_Users: TypeAlias = dict[tuple[Direction, Target], list[tuple[CompiledPolicy, RulePorts]]]


class FullRulebook:
    """A rulebook in its own right."""

    def __init__(self, inventory: Inventory, policies: Mapping[str, tuple[CompiledPolicy, ...]]):
        self._inventory = inventory
        self._policies = policies
        self._users = _users(each for some in policies.values() for each in some)
        self._blocks = _blocks(self._users)
        every = [policy for some in policies.values() for policy in some]
        self._isolated = {each: _isolated(inventory, every, each) for each in Direction}
        self._granted: dict[tuple[Direction, Target], Granted] = {}

    def of_namespace(self, namespace: str) -> tuple[CompiledPolicy, ...]:
        return self._policies.get(namespace, ())

    def isolated(self, direction: Direction) -> Span:
        return self._isolated[direction]

    def granted(self, direction: Direction, target: Target) -> Granted:
        key = direction, target
        found = self._granted.get(key)
        if found is None:
            found = self._granted[key] = _gathered(self._inventory, {}, self._users.get(key, ()))
        return found

    def blocks(self, direction: Direction) -> frozenset[IPBlock]:
        return self._blocks[direction]


class ChangedRulebook:
    """A rulebook in which some namespaces have other policies or other workloads.

    A policy binds pods of its own namespace only, so what is gathered over all namespaces is
    that of ``below`` outside the changed ones, and gathered anew within them.
    """

    def __init__(
        self,
        below: Rulebook,
        below_inventory: Inventory,
        inventory: Inventory,
        changed: Mapping[str, tuple[CompiledPolicy, ...]],
        moved: Mapping[str, tuple[CompiledPolicy, ...]],
    ) -> None:
        """``moved`` holds policies that say what they said, and stand elsewhere."""
        self._below = below
        self._inventory = inventory
        self._changed = changed
        self._policies = {**moved, **changed}
        self._others = ~union(
            each.of_namespace(name) for name in changed for each in (below_inventory, inventory)
        )
        self._users = _users(policy for some in changed.values() for policy in some)
        before = _users(policy for name in changed for policy in below.of_namespace(name))
        self._touched = {*before, *self._users}
        self._blocks = _blocks(self._users)
        self._isolated: dict[Direction, Span] = {}
        self._granted: dict[tuple[Direction, Target], Granted] = {}

    def of_namespace(self, namespace: str) -> tuple[CompiledPolicy, ...]:
        found = self._policies.get(namespace)
        return self._below.of_namespace(namespace) if found is None else found

    def isolated(self, direction: Direction) -> Span:
        if direction not in self._isolated:
            every = (policy for some in self._changed.values() for policy in some)
            self._isolated[direction] = self._below.isolated(direction) & self._others | _isolated(
                self._inventory, every, direction
            )
        return self._isolated[direction]

    def granted(self, direction: Direction, target: Target) -> Granted:
        key = direction, target
        if key not in self._touched:
            return self._below.granted(direction, target)
        found = self._granted.get(key)
        if found is None:
            below = self._below.granted(direction, target).items()
            others = {ports: bound & self._others for ports, bound in below}
            found = _gathered(self._inventory, others, self._users.get(key, ()))
            self._granted[key] = found
        return found

    def blocks(self, direction: Direction) -> frozenset[IPBlock]:
        return self._below.blocks(direction) | self._blocks[direction]


def _users(policies: Iterable[CompiledPolicy]) -> _Users:
    found: _Users = {}
    for policy in policies:
        for direction, entries in policy.entries.items():
            for entry in entries:
                for target in entry.targets() if entry.ports else ():
                    found.setdefault((direction, target), []).append((policy, entry.ports))
    return found


def _blocks(users: _Users) -> Mapping[Direction, frozenset[IPBlock]]:
    found: dict[Direction, set[IPBlock]] = {each: set() for each in Direction}
    for direction, target in users:
        if isinstance(target, IPBlock):
            found[direction].add(target)
    return {direction: frozenset(blocks) for direction, blocks in found.items()}


def _isolated(
    inventory: Inventory, policies: Iterable[CompiledPolicy], direction: Direction
) -> Span:
    certain = possible = 0
    for policy in policies:
        if direction in policy.entries:
            bound = policy.bound(inventory)
            certain |= bound.certain
            possible |= bound.possible
    return Span(certain, possible)


def _gathered(
    inventory: Inventory,
    known: dict[RulePorts, Span],
    users: Iterable[tuple[CompiledPolicy, RulePorts]],
) -> Granted:
    for policy, ports in users:
        known[ports] = known.get(ports, NOBODY) | policy.bound(inventory)
    return known
