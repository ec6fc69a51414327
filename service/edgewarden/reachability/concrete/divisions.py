"""Sets of ends cut where the reasons for a change could differ.

Reasons lie in policies that changed and in ends that differ themselves. Ends that the changed
rules do not tell apart, and that differ in nothing or in the same, have the same reasons.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from edgewarden.reachability.concrete.bits import bitset, cut, numbers
from edgewarden.reachability.concrete.compiled_policy import selected
from edgewarden.reachability.concrete.delta import PolicyChange
from edgewarden.reachability.concrete.fusion import ranges
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.lines import signature
from edgewarden.reachability.concrete.peers import meant
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import SUBJECT, Role
from edgewarden.reachability.model import Direction, IPBlock, PodPeer, Rule
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.strata import Strata


@dataclass(slots=True)
class _Telling:
    """What the changed rules of one policy tell apart in one direction.

    ``bound`` are sets of ends that it binds, ``admitted`` of others that it may admit.
    """

    direction: Direction
    subjects: int = 0
    bound: set[int] = field(default_factory=set)
    admitted: set[int] = field(default_factory=set)
    blocks: list[Sequence[IPBlock]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cuts:
    sets: frozenset[int]
    strata: Strata


class Divisions:
    """What tells the ends of one transition apart, for each role."""

    def __init__(self, step: Transition) -> None:
        self._step = step
        self._telling = [
            self._told_by(change, direction) for change in step.rewritten for direction in Direction
        ]
        self._cuts: dict[tuple[Role, int], _Cuts] = {}

    def parts(self, ends: Ends, role: Role, opposite: Ends) -> Iterator[Ends]:
        """``ends`` in as many parts as could have reasons of their own with ``opposite``."""
        cuts = self._cuts_with(role, opposite.workloads)
        touched = ends.workloads & self._step.touched
        untouched = ends.workloads & ~touched
        for some in (*self._alike(touched, role), *cut(untouched, cuts.sets)):
            yield Ends(some)
        together: dict[int, list[AddressEnd]] = {}
        for piece, rules in cuts.strata.pieces(ends.addresses):
            together.setdefault(rules, []).append(piece)
        for pieces in together.values():
            yield Ends(0, ranges(pieces))

    def _cuts_with(self, role: Role, opposite: int) -> _Cuts:
        """What cuts ends that have ``role`` with the workloads ``opposite``."""
        found = self._cuts.get((role, opposite))
        if found is None:
            sets = {self._step.base.inventory.nodes, self._step.head.inventory.nodes}
            blocks: list[Sequence[IPBlock]] = []
            for each in self._telling:
                if SUBJECT[each.direction] is role:
                    sets |= each.bound
                elif each.subjects & opposite:
                    sets |= each.admitted
                    blocks += each.blocks
            found = self._cuts[role, opposite] = _Cuts(frozenset(sets), Strata(blocks))
        return found

    def _alike(self, touched: int, role: Role) -> Iterable[int]:
        """Ends that differ themselves, by how they look in both states."""
        found: dict[object, list[int]] = {}
        for number in numbers(touched):
            looks = (signature(index, number, role) for index in (self._step.base, self._step.head))
            found.setdefault(tuple(looks), []).append(number)
        return map(bitset, found.values())

    def _told_by(self, change: PolicyChange, direction: Direction) -> _Telling:
        telling = _Telling(direction)
        rules = change.rules(direction)
        for index, policy in ((self._step.base, change.before), (self._step.head, change.after)):
            if policy is None or direction not in policy.isolates:
                continue
            subjects = selected(index.inventory, policy)
            telling.subjects |= subjects.possible
            telling.bound.update((subjects.certain, subjects.possible))
            for rule in policy.rules(direction):
                if rule in rules:
                    _tell(telling, index, policy.namespace, rule)
        return telling


def _tell(telling: _Telling, index: Index, own: str, rule: Rule) -> None:
    telling.blocks.append([peer for peer in rule.peers if isinstance(peer, IPBlock)])
    for peer in rule.peers:
        if isinstance(peer, PodPeer):
            admitted = meant(peer, own).among(index.inventory)
            telling.admitted.update((admitted.certain, admitted.possible))
    receiving = telling.bound if telling.direction is Direction.INGRESS else telling.admitted
    for name in RulePorts.of(rule.ports).names:
        receiving.update(index.inventory.named(name).values())
