"""What the policies of one state grant, found by whom they admit."""

from collections.abc import Iterable, Mapping
from typing import Protocol as Interface
from typing import TypeAlias

from edgewarden.reachability.concrete.bits import NOBODY, Span, union
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, Target
from edgewarden.reachability.concrete.inventory import Inventory
from edgewarden.reachability.model import Direction, IPBlock
from edgewarden.reachability.rule_ports import RulePorts

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
