"""Sets of ends cut where the reasons for a change could differ.

Reasons lie in policies that changed and in ends that differ themselves. Ends that the changed
rules do not tell apart, and that differ in nothing or in the same, have the same reasons where
only one side of their connections changed. Where both did, which of them blocked or blocks hangs
on all policies that bind the ends, so these tell them apart as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from edgewarden.reachability.concrete.bits import Span, bitset, cut, numbers
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, selected
from edgewarden.reachability.concrete.delta import PolicyChange
from edgewarden.reachability.concrete.fusion import ranges
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.lines import signature
from edgewarden.reachability.concrete.peers import meant
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import SUBJECT, Role
from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, PodPeer, Rule
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.strata import Strata

MOST_BINDING = 100
"""By more policies the ends of a connection of which both sides changed are not cut further."""

MOST_PARTS = 400
"""Of more pairs of parts, of which both sides changed, it is not told which side blocked."""


@dataclass(frozen=True, slots=True)
class Division:
    """A part of the pairs of a rectangle.

    One pair shows the reasons of all pairs that are ``alike``. Of others it is only known what
    differs at their ends.
    """

    sources: Ends
    destinations: Ends
    alike: bool


@dataclass(slots=True)
class _Telling:
    """What the rules of one policy tell apart in one direction.

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
        self._binding: dict[tuple[Direction, int], Sequence[_Telling] | None] = {}

    def of(self, sources: Ends, destinations: Ends) -> Iterator[Division]:
        """The pairs of ``sources`` and ``destinations`` in as many parts as could have reasons
        of their own."""
        receiving = [
            (some, self._changes(some, Role.DESTINATION))
            for some in self.parts(destinations, Role.DESTINATION, sources)
        ]
        for sending in self.parts(sources, Role.SOURCE, destinations):
            sends_otherwise = self._changes(sending, Role.SOURCE)
            for some, receives_otherwise in receiving:
                if sends_otherwise and receives_otherwise:
                    yield from self._by_all_policies(sending, some)
                else:
                    yield Division(sending, some, alike=True)

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

    def _changes(self, part: Ends, role: Role) -> bool:
        """Whether what policies say of the ends of ``part`` that they bind is perhaps not what
        they said."""
        return bool(part.workloads & self._step.touched) or any(
            SUBJECT[each.direction] is role and each.subjects & part.workloads
            for each in self._telling
        )

    def _by_all_policies(self, sources: Ends, destinations: Ends) -> Iterator[Division]:
        """Workloads cut by what any policy that binds one of them says of it or of the others."""
        sending = self._bound_by(Direction.EGRESS, sources.workloads)
        receiving = self._bound_by(Direction.INGRESS, destinations.workloads)
        if sending is None or receiving is None:
            yield Division(sources, destinations, alike=False)
            return
        some = cut(sources.workloads, _telling_sets(bound=sending, admitted=receiving))
        others = cut(destinations.workloads, _telling_sets(bound=receiving, admitted=sending))
        if len(some) * len(others) > MOST_PARTS:
            yield Division(sources, destinations, alike=False)
            return
        for each in some:
            for other in others:
                yield Division(Ends(each), Ends(other), alike=True)

    def _bound_by(self, direction: Direction, workloads: int) -> Sequence[_Telling] | None:
        """The policies of either state that bind one of ``workloads``; nothing if too many do."""
        if (direction, workloads) not in self._binding:
            self._binding[direction, workloads] = self._binding_of(direction, workloads)
        return self._binding[direction, workloads]

    def _binding_of(self, direction: Direction, workloads: int) -> Sequence[_Telling] | None:
        found: dict[CompiledPolicy, _Telling] = {}
        for index in (self._step.base, self._step.head):
            there = map(index.workload, numbers(workloads))
            for namespace in sorted({each.namespace for each in there if each is not None}):
                for policy in index.rules.of_namespace(namespace):
                    if direction not in policy.policy.isolates or policy in found:
                        continue
                    subjects = selected(index.inventory, policy.policy)
                    if subjects.possible & workloads:
                        found[policy] = _told(index, policy.policy, direction, subjects)
                    if len(found) > MOST_BINDING:
                        return None
        return tuple(found.values())

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


def _told(index: Index, policy: NetworkPolicy, direction: Direction, subjects: Span) -> _Telling:
    """What all rules of ``policy`` tell apart, and whom it binds."""
    telling = _Telling(direction, subjects.possible, {subjects.certain, subjects.possible})
    for rule in policy.rules(direction):
        _tell(telling, index, policy.namespace, rule)
    return telling


def _telling_sets(*, bound: Iterable[_Telling], admitted: Iterable[_Telling]) -> Iterator[int]:
    """What the policies that bind some ends, and those that may admit them, tell apart."""
    for each in bound:
        yield from each.bound
    for each in admitted:
        yield from each.admitted


def _tell(telling: _Telling, index: Index, own: str, rule: Rule) -> None:
    telling.blocks.append([peer for peer in rule.peers if isinstance(peer, IPBlock)])
    for peer in rule.peers:
        if isinstance(peer, PodPeer):
            admitted = meant(peer, own).among(index.inventory)
            telling.admitted.update((admitted.certain, admitted.possible))
    receiving = telling.bound if telling.direction is Direction.INGRESS else telling.admitted
    for name in RulePorts.of(rule.ports).names:
        receiving.update(index.inventory.named(name).values())
