"""Why a pair changed: the rules, isolations and endpoints at fault, located."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.endpoints import (
    Endpoint,
    differences,
    host_network_cause,
    ports_cause,
    relabelled,
    relabelled_namespace,
)
from edgewarden.reachability.evaluation import Connection, Grant, Isolation, Origin, Side
from edgewarden.reachability.facts import World
from edgewarden.reachability.judgement import Outcome
from edgewarden.reachability.model import Direction, PodPeer
from edgewarden.reachability.permissions import Pairing, Statements, isolation, normal
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Because, Cause, CauseKind
from edgewarden.reachability.reasons import Side as StateSide

_OF_POLICIES = frozenset(
    {
        CauseKind.RULE_ALLOWS,
        CauseKind.RULE_GONE,
        CauseKind.ISOLATION_ADDED,
        CauseKind.ISOLATION_REMOVED,
        CauseKind.UNJUDGED_CHANGED,
    }
)


def because(causes: Iterable[Cause]) -> Because:
    """The kind of event: a workload that comes or goes, then policies, labels, the rest."""
    kinds = {cause.kind for cause in causes}
    if CauseKind.WORKLOAD_ADDED in kinds:
        return Because.WORKLOAD_ADDED
    if CauseKind.WORKLOAD_REMOVED in kinds:
        return Because.WORKLOAD_REMOVED
    if kinds & _OF_POLICIES:
        return Because.POLICY_CHANGED
    if CauseKind.LABELS_CHANGED in kinds:
        return Because.LABELS_CHANGED
    return Because.WORKLOAD_CHANGED


def ordered(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Each cause once, by kind, subject and place."""

    def key(cause: Cause) -> tuple[object, ...]:
        rule = -1 if cause.rule is None else cause.rule
        return cause.kind, cause.side, cause.subject, cause.direction or "", rule, cause.location

    return tuple(sorted(set(causes), key=key))


@dataclass(frozen=True, slots=True)
class Pair:
    """The two ends of connections that change alike, and what binds them in each state.

    ``sources`` and ``destinations`` are the workloads among them that differ between the states
    themselves. A connection is absent from a state in which one of its ends does not exist.
    """

    sources: tuple[Endpoint, ...]
    destinations: tuple[Endpoint, ...]
    base: Connection | None
    head: Connection | None

    def subjects(self, direction: Direction) -> tuple[Endpoint, ...]:
        """The ends that policies of ``direction`` bind."""
        return self.sources if direction is Direction.EGRESS else self.destinations

    def others(self, direction: Direction) -> tuple[Endpoint, ...]:
        """The ends that rules of ``direction`` admit."""
        return self.destinations if direction is Direction.EGRESS else self.sources

    @property
    def ends(self) -> tuple[Endpoint, ...]:
        return (*self.sources, *self.destinations)


@dataclass(frozen=True, slots=True)
class _Shift:
    """A change seen from the state that denies to the one that admits.

    Opening goes from base to head, closing is opening with the two swapped.
    """

    denying: Statements
    admitting: Statements
    denying_side: StateSide
    admitting_side: StateSide
    rule_kind: CauseKind
    isolation_kind: CauseKind


class Causes:
    """Explains the differences of two states by what their policies say."""

    def __init__(self, base: Statements, head: Statements) -> None:
        self._opening = _Shift(
            base,
            head,
            StateSide.BASE,
            StateSide.HEAD,
            CauseKind.RULE_ALLOWS,
            CauseKind.ISOLATION_REMOVED,
        )
        self._closing = _Shift(
            head,
            base,
            StateSide.HEAD,
            StateSide.BASE,
            CauseKind.RULE_GONE,
            CauseKind.ISOLATION_ADDED,
        )

    def of_opening(
        self, pair: Pair, ports: PortSet, outcomes: Iterable[Outcome]
    ) -> frozenset[Cause]:
        """Why ``ports`` are allowed in the head and not in the base, in these outcomes."""
        found: set[Cause] = set()
        for each in outcomes:
            denying = _Seen(pair.base, each.base_world)
            admitting = _Seen(pair.head, each.head_world)
            found.update(_explained(self._opening, pair, denying, admitting, ports))
        return frozenset(found) or self.of_differences(pair)

    def of_closing(
        self, pair: Pair, ports: PortSet, outcomes: Iterable[Outcome]
    ) -> frozenset[Cause]:
        """Why ``ports`` are allowed in the base and not in the head, in these outcomes."""
        found: set[Cause] = set()
        for each in outcomes:
            denying = _Seen(pair.head, each.head_world)
            admitting = _Seen(pair.base, each.base_world)
            found.update(_explained(self._closing, pair, denying, admitting, ports))
        return frozenset(found) or self.of_differences(pair)

    def of_differences(self, pair: Pair) -> frozenset[Cause]:
        """Whatever differs at the two ends: for bounds, which no single world explains, and for
        pairs for which another one stands that they are not like."""
        found: set[Cause] = set()
        for shift, seen in ((self._opening, pair.head), (self._closing, pair.base)):
            for side in seen.sides if seen is not None else ():
                found.update(_all_new(shift, pair, side))
        for end in pair.ends:
            found.update(differences(end))
        return frozenset(found)

    def of_isolation(
        self, subject: Endpoint, direction: Direction, isolations: Iterable[Isolation]
    ) -> frozenset[Cause]:
        """Why these policies of the head, none in the base, isolate ``subject``."""
        return frozenset(_isolated(self._closing, (subject,), direction, isolations))

    def of_lost_isolation(
        self, subject: Endpoint, direction: Direction, isolations: Iterable[Isolation]
    ) -> frozenset[Cause]:
        """Why these policies of the base no longer isolate ``subject``."""
        return frozenset(_isolated(self._opening, (subject,), direction, isolations))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A connection in one state, in one world."""

    connection: Connection | None
    world: World


def _explained(
    shift: _Shift, pair: Pair, denying: _Seen, admitting: _Seen, ports: PortSet
) -> Iterator[Cause]:
    for end in pair.ends:
        yield from end.missing(shift.denying_side)
    if admitting.connection is None:
        return
    if denying.connection is None:
        for side in admitting.connection.sides:
            yield from _new_rules(shift, pair, side, admitting.world, ports)
        return
    sides = zip(denying.connection.sides, admitting.connection.sides, strict=True)
    for closed, opened in sides:
        gap = ports & (opened.ports(admitting.world) - closed.ports(denying.world))
        if gap and closed.exists(denying.world):
            yield from _one_side(
                shift, pair, (closed, denying.world), (opened, admitting.world), gap
            )


def _one_side(
    shift: _Shift,
    pair: Pair,
    denying: tuple[Side, World],
    admitting: tuple[Side, World],
    gap: PortSet,
) -> Iterator[Cause]:
    """Why this end lets ``gap`` pass in one state and not in the other."""
    closed, denying_world = denying
    opened, admitting_world = admitting
    verdicts = (closed.verdicts.decisive(denying_world), opened.verdicts.decisive(admitting_world))
    unjudged = [verdict for verdict in verdicts if verdict is not None]
    for verdict in unjudged:
        if verdict.only_in is not None:
            policy = verdict.policy
            yield Cause(
                CauseKind.UNJUDGED_CHANGED,
                verdict.only_in,
                policy.ref,
                policy.location,
                verdict.direction,
            )
    if unjudged:
        return
    if opened.isolated(admitting_world):
        for grant in opened.admitted(admitting_world):
            yield from _granted(shift, pair, opened.direction, grant, gap)
        return
    at_work = (each for each in closed.isolations if each.when <= denying_world.isolating)
    yield from _isolated(shift, pair.subjects(opened.direction), opened.direction, at_work)


def _isolated(
    shift: _Shift,
    subjects: Iterable[Endpoint],
    direction: Direction,
    isolations: Iterable[Isolation],
) -> Iterator[Cause]:
    """Why ``isolations``, of the denying state, do not isolate in the admitting one."""
    for each in isolations:
        policy = each.policy
        if shift.admitting.isolate(isolation(policy, direction)):
            for subject in subjects:
                yield from host_network_cause(subject)
                yield from relabelled(subject, policy.pods)
        else:
            yield Cause(
                shift.isolation_kind,
                shift.denying_side,
                policy.ref,
                policy.location,
                direction,
                replaced_by=policy.replaced_by,
            )


def _new_rules(
    shift: _Shift, pair: Pair, side: Side, world: World, ports: PortSet
) -> Iterator[Cause]:
    """The rules that bear a connection of which one end is in the admitting state only."""
    if side.isolated(world):
        for grant in side.admitted(world):
            if grant.origin is not None and _is_new(shift, side.direction, grant.origin, ports):
                yield from _granted(shift, pair, side.direction, grant, ports)


def _granted(
    shift: _Shift, pair: Pair, direction: Direction, grant: Grant, gap: PortSet
) -> Iterator[Cause]:
    """Why ``grant``, of the admitting state, admits in ``gap`` what the denying one does not."""
    hit = grant.ports & gap
    if not hit:
        return
    origin = grant.origin
    if origin is None:
        for other in pair.others(direction):
            yield from host_network_cause(other)
        return
    if _is_new(shift, direction, origin, hit):
        policy, rule = origin.policy, origin.rule
        yield Cause(
            shift.rule_kind,
            shift.admitting_side,
            policy.ref,
            rule.location,
            direction,
            rule.index,
            policy.replaced_by,
        )
        return
    for subject in pair.subjects(direction):
        yield from host_network_cause(subject)
        yield from relabelled(subject, origin.policy.pods)
    for other in pair.others(direction):
        yield from host_network_cause(other)
        if isinstance(origin.peer, PodPeer):
            if origin.peer.pods is not None:
                yield from relabelled(other, origin.peer.pods)
            if origin.peer.namespaces is not None:
                yield from relabelled_namespace(other, origin.peer.namespaces)
    if origin.port_name is not None:
        for destination in pair.destinations:
            yield from ports_cause(destination)


def _all_new(shift: _Shift, pair: Pair, side: Side) -> Iterator[Cause]:
    """Everything on a side of the admitting state that the denying one does not have."""
    for grant in side.grants:
        origin = grant.origin
        if origin is not None and _is_new(shift, side.direction, origin, grant.ports):
            yield from _granted(shift, pair, side.direction, grant, grant.ports)
    for each in side.isolations:
        policy = each.policy
        said = isolation(policy, side.direction)
        if not shift.denying.isolate(said):
            kind = _isolation_kind_of(shift)
            yield Cause(
                kind,
                shift.admitting_side,
                policy.ref,
                policy.location,
                side.direction,
                replaced_by=policy.replaced_by,
            )
    for verdict in side.verdicts.changed:
        policy_ref, location = verdict.policy.ref, verdict.policy.location
        yield Cause(
            CauseKind.UNJUDGED_CHANGED, shift.admitting_side, policy_ref, location, side.direction
        )


def _isolation_kind_of(shift: _Shift) -> CauseKind:
    """What an isolation is called that only the admitting state has."""
    if shift.admitting_side is StateSide.HEAD:
        return CauseKind.ISOLATION_ADDED
    return CauseKind.ISOLATION_REMOVED


def _is_new(shift: _Shift, direction: Direction, origin: Origin, hit: PortSet) -> bool:
    """Whether the denying state does not say the same, wherever it may be written there."""
    pairing = Pairing(isolation(origin.policy, direction), normal(origin.peer))
    known = shift.denying.grant(pairing)
    if origin.port_name is not None:
        return origin.port_name not in known.names
    return bool(hit - known.numbers)
