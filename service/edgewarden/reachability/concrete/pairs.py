"""One connection of two ends as the judge of facts wants to see it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from edgewarden.reachability.concrete.admissions import Admission, Admissions
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, Entry
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.peers import Pods, When
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.evaluation import (
    Connection,
    Grant,
    Isolation,
    Origin,
    Side,
    Verdicts,
)
from edgewarden.reachability.facts import (
    CERTAINLY,
    OTHER,
    SUBJECT,
    BlockCoversNode,
    BlockCoversPods,
    Holding,
    Identity,
    LabelHolds,
    NamespaceHolds,
    NodeExempt,
    Pod,
    PodsLinger,
    PolicyDecides,
    PolicyLingers,
    PortCalled,
    Proposition,
    Role,
)
from edgewarden.reachability.labels import NamespaceRequirement
from edgewarden.reachability.location import Location
from edgewarden.reachability.matching import Match
from edgewarden.reachability.model import Direction, IPBlock, UnjudgedPolicy, Workload
from edgewarden.reachability.ports import ALL_PORTS, PortSet
from edgewarden.reachability.reasons import Side as StateSide
from edgewarden.reachability.rule_ports import PortName, named_ports, whole


class Pairs:
    """The connections of one state, with where everything that decides on them is written.

    ``only_here`` are the unjudged policies that the other state does not have, on ``side``.
    """

    def __init__(
        self, index: Index, side: StateSide, only_here: AbstractSet[UnjudgedPolicy]
    ) -> None:
        self._index = index
        self._side = side
        self._only_here = only_here
        self._bonds: dict[tuple[int, Direction], _Bond] = {}
        self._names: dict[
            tuple[frozenset[PortName], Identity], Sequence[tuple[PortName, PortSet]]
        ] = {}
        self._admissions: dict[tuple[tuple[CompiledPolicy, ...], Direction], Admissions] = {}

    def connection(
        self, source: int | AddressEnd, destination: int | AddressEnd
    ) -> Connection | None:
        """What both ends say; absent where this state lacks one of them.

        A workload is given by its number; an address end lies wholly in or out of every block.
        """
        if self._end(source) is None or self._end(destination) is None:
            return None
        sides = []
        if isinstance(source, int):
            sides.append(self._one_side(Direction.EGRESS, source, destination))
        if isinstance(destination, int):
            sides.append(self._one_side(Direction.INGRESS, destination, source))
        return Connection(tuple(sides))

    def _end(self, end: int | AddressEnd) -> Workload | AddressEnd | None:
        return end if isinstance(end, AddressEnd) else self._index.workload(end)

    def _one_side(self, direction: Direction, number: int, at: int | AddressEnd) -> Side:
        subject, other = self._index.inventory.workloads[number], self._end(at)
        if subject is None or other is None:
            raise ValueError(f"workload {number} or {at} does not exist in this state")
        verdicts = self._verdicts(subject.namespace, direction)
        bond = self._bond(number, direction)
        there = _there(subject)
        if not bond.isolations:
            return Side(direction, verdicts=verdicts, there=there)
        meanings = dict(self._index.meanings(at)) if isinstance(at, int) else {}
        destination = subject if direction is Direction.INGRESS else other
        grants = [
            grant
            for policy, entry in _admitting(bond.admissions, other, meanings)
            for admitted in (_admitted(entry, other, OTHER[direction], meanings),)
            if admitted is not None
            for grant in self._granted(policy, entry, bond.when[policy] | admitted, destination)
        ]
        if isinstance(other, Workload) and other.host_network:
            exempt = NodeExempt(Pod(other.identity, OTHER[direction]), other.location)
            grants.append(Grant(frozenset((exempt,)), ALL_PORTS, None))
        return Side(direction, bond.isolations, tuple(grants), verdicts, there)

    def _granted(
        self,
        policy: CompiledPolicy,
        entry: Entry,
        when: Holding,
        destination: Workload | AddressEnd,
    ) -> Iterator[Grant]:
        """The grants of an entry that admits the other end, by numbers and by each port name."""
        ports = entry.ports
        if ports.numbers:
            yield Grant(when, ports.numbers, Origin(policy.policy, entry.rule, entry.peer))
        if not ports.names or isinstance(destination, AddressEnd) or destination.host_network:
            return
        for name, resolved in self._resolved(ports.names, destination):
            yield Grant(when, resolved, Origin(policy.policy, entry.rule, entry.peer, name))
        for name in sorted(ports.names) if destination.open_ports else ():
            pod = Pod(destination.identity, Role.DESTINATION)
            called = when | {PortCalled(pod, name, entry.rule.location)}
            origin = Origin(policy.policy, entry.rule, entry.peer, name)
            yield Grant(called, whole(name.protocol), origin)

    def _resolved(
        self, names: frozenset[PortName], destination: Workload
    ) -> Sequence[tuple[PortName, PortSet]]:
        """The names of ``names`` that lead somewhere on ``destination``, sorted."""
        found = self._names.get((names, destination.identity))
        if found is None:
            ports = named_ports(destination)
            found = tuple((name, ports[name]) for name in sorted(names & ports.keys()))
            self._names[names, destination.identity] = found
        return found

    def isolations(self, number: int, direction: Direction) -> tuple[Isolation, ...]:
        """What isolates a workload, and in which worlds."""
        return self._bond(number, direction).isolations

    def _bond(self, number: int, direction: Direction) -> "_Bond":
        found = self._bonds.get((number, direction))
        if found is None:
            found = self._bonds[number, direction] = self._new_bond(number, direction)
        return found

    def _new_bond(self, number: int, direction: Direction) -> "_Bond":
        subject = self._index.inventory.workloads[number]
        selecting = () if subject is None else self._index.selecting(number, direction)
        policies = tuple(policy for policy, _ in selecting)
        admissions = self._admissions.get((policies, direction))
        if admissions is None:
            admissions = self._admissions[policies, direction] = Admissions(policies, direction)
        if subject is None:
            return _Bond({}, (), admissions)
        pod = Pod(subject.identity, SUBJECT[direction])
        whens = {
            policy: _holding(pod, when, policy.policy.location) | _lingering(policy)
            for policy, when in selecting
        }
        isolations = tuple(Isolation(when, policy.policy) for policy, when in whens.items())
        return _Bond(whens, isolations, admissions)

    def _verdicts(self, namespace: str, direction: Direction) -> Verdicts:
        bound = self._index.unjudged(namespace)
        return Verdicts(
            _decisions(bound & self._only_here, direction, self._side),
            _decisions(bound - self._only_here, direction, None),
        )


@dataclass(frozen=True, slots=True)
class _Bond:
    """What binds a workload in one direction: its policies, each in the worlds of ``when``."""

    when: Mapping[CompiledPolicy, Holding]
    isolations: tuple[Isolation, ...]
    admissions: Admissions


def pairs_of(step: Transition) -> tuple[Pairs, Pairs]:
    """The connections of base and head."""
    before, after = frozenset(step.base.state.unjudged), frozenset(step.head.state.unjudged)
    return (
        Pairs(step.base, StateSide.BASE, before - after),
        Pairs(step.head, StateSide.HEAD, after - before),
    )


def _admitting(
    admissions: Admissions, other: Workload | AddressEnd, meanings: Iterable[Pods]
) -> list[Admission]:
    """Those of ``other``; an address end lies wholly in or out of every block."""
    if isinstance(other, AddressEnd):
        return admissions.of_address(other.first)
    return admissions.of_pods(meanings)


def _admitted(
    entry: Entry, other: Workload | AddressEnd, role: Role, meanings: Mapping[Pods, When]
) -> Match:
    """When ``entry`` admits ``other``, which is of ``meanings`` or an address that it covers."""
    match entry.peer, other:
        case None, _:
            return CERTAINLY
        case IPBlock(), AddressEnd():
            return CERTAINLY
        case IPBlock() as block, Workload() if other.host_network:
            return frozenset((BlockCoversNode(Pod(other.identity, role), block),))
        case IPBlock() as block, Workload() if entry.covers_pods:
            return frozenset((BlockCoversPods(Pod(other.identity, role), block),))
        case peer, Workload() if entry.pods is not None:
            return _holding(Pod(other.identity, role), meanings[entry.pods], peer.location)
    return None


def _lingering(policy: CompiledPolicy) -> Holding:
    if not policy.lingering:
        return CERTAINLY
    return frozenset((PolicyLingers.of(policy.policy),))


def _there(workload: Workload) -> Holding:
    if not workload.lingering:
        return CERTAINLY
    return frozenset((PodsLinger(workload.identity, workload.location),))


def _holding(pod: Pod, when: When, location: Location) -> Holding:
    if not when:
        return CERTAINLY
    return frozenset(
        NamespaceHolds(each, location)
        if isinstance(each, NamespaceRequirement)
        else LabelHolds(pod, each, location)
        for each in when
    )


def _decisions(
    policies: AbstractSet[UnjudgedPolicy], direction: Direction, only_in: StateSide | None
) -> tuple[PolicyDecides, ...]:
    return tuple(
        PolicyDecides(policy, direction, effect, only_in)
        for policy in sorted(policies, key=lambda policy: (policy.ref, policy.digest))
        for effect in sorted(policy.effects)
    )


def shape(connection: Connection | None) -> object:
    """Equal for connections on which the judge says the same, but for names and places."""
    if connection is None:
        return None
    return tuple(
        (
            side.direction,
            frozenset(_anonymous(each.when) for each in side.isolations),
            frozenset((_anonymous(each.when), each.ports) for each in side.grants),
            side.verdicts,
            _anonymous(side.there),
        )
        for side in connection.sides
    )


def _anonymous(when: Holding) -> frozenset[object]:
    return frozenset(_said(proposition) for proposition in when)


def _said(proposition: Proposition) -> object:
    """A proposition without whose pod it is about."""
    match proposition:
        case LabelHolds():
            return proposition.pod.role, proposition.requirement
        case BlockCoversPods() | BlockCoversNode():
            return type(proposition), proposition.pod.role, proposition.block
        case NodeExempt():
            return NodeExempt, proposition.pod.role
        case PortCalled():
            return PortCalled, proposition.pod.role, proposition.name
        case PodsLinger():
            return PodsLinger
        case PolicyDecides() | PolicyLingers() | NamespaceHolds():
            return proposition
