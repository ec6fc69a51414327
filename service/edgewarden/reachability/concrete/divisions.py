"""Sets of ends cut where the reasons for a change could differ.

Reasons lie in policies that changed and in ends that differ themselves. Ends that the changed
rules do not tell apart, and that differ in nothing or in the same, have the same reasons.
"""

from collections.abc import Iterable, Iterator, Sequence

from edgewarden.reachability.concrete.bits import bitset, cut, numbers
from edgewarden.reachability.concrete.delta import PolicyChange
from edgewarden.reachability.concrete.fusion import ranges
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.lines import signature
from edgewarden.reachability.concrete.peers import meant
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.rulebook import selected
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import OTHER, SUBJECT, Role
from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, PodPeer, Rule
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.strata import Strata


class Divisions:
    """What tells the ends of one transition apart, for each role."""

    def __init__(self, step: Transition) -> None:
        self._step = step
        self._sets: dict[Role, set[int]] = {role: set() for role in Role}
        self._blocks: dict[Role, list[Sequence[IPBlock]]] = {role: [] for role in Role}
        for role in Role:
            self._sets[role].update((step.base.inventory.nodes, step.head.inventory.nodes))
        for change in step.rewritten:
            for direction in Direction:
                self._divide(change, direction)
        self._strata = {role: Strata(blocks) for role, blocks in self._blocks.items()}

    def parts(self, ends: Ends, role: Role) -> Iterator[Ends]:
        """``ends`` in as many parts as could have reasons of their own."""
        touched = ends.workloads & self._step.touched
        untouched = ends.workloads & ~touched
        for some in (*self._alike(touched, role), *cut(untouched, self._sets[role])):
            yield Ends(some)
        together: dict[int, list[AddressEnd]] = {}
        for piece, rules in self._strata[role].pieces(ends.addresses):
            together.setdefault(rules, []).append(piece)
        for pieces in together.values():
            yield Ends(0, ranges(pieces))

    def _alike(self, touched: int, role: Role) -> Iterable[int]:
        """Ends that differ themselves, by how they look in both states."""
        found: dict[object, list[int]] = {}
        for number in numbers(touched):
            looks = (signature(index, number, role) for index in (self._step.base, self._step.head))
            found.setdefault(tuple(looks), []).append(number)
        return map(bitset, found.values())

    def _divide(self, change: PolicyChange, direction: Direction) -> None:
        rules = _changed_rules(change, direction)
        for index, policy in ((self._step.base, change.before), (self._step.head, change.after)):
            if policy is None or direction not in policy.isolates:
                continue
            subjects = selected(index.inventory, policy)
            self._sets[SUBJECT[direction]].update((subjects.certain, subjects.possible))
            for rule in policy.rules(direction):
                if rule in rules:
                    self._divide_by(index, policy, direction, rule)

    def _divide_by(
        self, index: Index, policy: NetworkPolicy, direction: Direction, rule: Rule
    ) -> None:
        other = OTHER[direction]
        self._blocks[other].append([peer for peer in rule.peers if isinstance(peer, IPBlock)])
        for peer in rule.peers:
            if isinstance(peer, PodPeer):
                admitted = meant(peer, policy.namespace).among(index.inventory)
                self._sets[other].update((admitted.certain, admitted.possible))
        for name in RulePorts.of(rule.ports).names:
            self._sets[Role.DESTINATION].update(index.inventory.named(name).values())


def _changed_rules(change: PolicyChange, direction: Direction) -> frozenset[Rule]:
    """The rules of which one state only has an equal one; all where the subjects differ."""
    before, after = (
        frozenset(policy.rules(direction)) if policy is not None else frozenset[Rule]()
        for policy in (change.before, change.after)
    )
    if change.binds_alike(direction):
        return before ^ after
    return before | after
