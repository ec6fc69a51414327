"""A workload that everyone, every pod of the cluster or the internet newly reaches."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.governance.breadth import Breadth, breadth, is_internet
from edgewarden.governance.databases import database_ports
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing, ports_phrase
from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.governance.subjects import known_subjects
from edgewarden.reachability.ends import AddressEnd, WorkloadEnd
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, Direction, ObjectRef, Rule
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reachability.report import EdgeChange
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.symbolic.statements import Reach, StatedPorts


@dataclass(frozen=True, slots=True)
class Opening(Observation):
    """Pods that newly are open to ``reach``, with the ``databases`` whose ports are among those."""

    reach: Breadth = Breadth.EVERYONE
    databases: tuple[str, ...] = ()


def openings(proposal: Proposal) -> Iterator[Opening]:
    """What known workloads witness first, then what is so for pods that nobody knows. Pods that
    lose their isolation are told by that.

    A workload that is new and that nothing isolates is open because no policy selects it, not
    because the change opened anything; its rules are judged as they are written.
    """
    witnessed = _witnessed(proposal)
    yield from map(_told_opening, witnessed)
    yield from _of_new_workloads(proposal)
    yield from _unseen(proposal, {_key(opening.cause) for opening in witnessed})


_Rules: TypeAlias = Mapping[tuple[ObjectRef, Direction, int], Rule]
"""The rules of the head by policy, direction and place in the list as written."""


@dataclass(slots=True)
class _Gathered:
    """Connections with one cause, gathered."""

    cause: Cause
    breadth: Breadth
    ports: RulePorts
    destinations: dict[str, None]


_Key: TypeAlias = tuple[object, ...]


def _key(cause: Cause) -> _Key:
    """Equal for causes that lie in one policy, or in one of its rules."""
    return cause.kind, cause.side, cause.subject, cause.direction, cause.rule


def _witnessed(proposal: Proposal) -> tuple[_Gathered, ...]:
    gathered: dict[_Key, _Gathered] = {}
    known = {each.identity for each in proposal.base.workloads} - set(_freed(proposal))
    opened = tuple(proposal.opened)
    subjects = {cause.subject for change in opened for cause in change.causes}
    to_blame = [each for each in proposal.head.policies if subjects and each.ref in subjects]
    rules = {
        (each.policy.ref, each.direction, each.rule.index): each.rule for each in rules_of(to_blame)
    }
    for change in opened:
        ends = [end for end in change.destinations if isinstance(end, WorkloadEnd)]
        ends = [end for end in ends if end.identity in known]
        found = _cause(change, rules, proposal.profile) if ends else None
        if found is None:
            continue
        cause, reach = found
        opening = gathered.setdefault(_key(cause), _Gathered(cause, reach, RulePorts(), {}))
        opening.breadth = max(opening.breadth, reach)
        opening.ports |= RulePorts(change.opened)
        opening.destinations.update(dict.fromkeys(map(str, ends)))
    return tuple(gathered.values())


def _freed(proposal: Proposal) -> Iterator[Identity]:
    for change in proposal.diff.isolation:
        if change.direction is Direction.INGRESS and change.certain and not change.isolated:
            yield change.workload.identity


def _cause(
    change: EdgeChange, rules: _Rules, profile: ClusterProfile
) -> tuple[Cause, Breadth] | None:
    """The cause that makes the edge one from everywhere, and how far; none for other edges."""
    from_internet = any(
        isinstance(source, AddressEnd) and is_internet(source, profile) for source in change.sources
    )
    from_pods = any(isinstance(source, WorkloadEnd) for source in change.sources)
    for cause in change.causes:
        if (
            cause.kind is not CauseKind.RULE_ALLOWS
            or cause.direction is not Direction.INGRESS
            or cause.rule is None
        ):
            continue
        rule = rules.get((cause.subject, cause.direction, cause.rule))
        reach = breadth(rule, profile) if rule else Breadth.LIMITED
        if from_internet:
            return cause, max(reach, Breadth.INTERNET)
        if from_pods and reach >= Breadth.EVERY_POD:
            return cause, reach
    if not from_internet:
        return None
    inbound = [each for each in change.causes if each.direction is Direction.INGRESS]
    return (inbound or list(change.causes))[0], Breadth.INTERNET


def _told_opening(opening: _Gathered) -> Opening:
    cause = opening.cause
    if cause.kind is CauseKind.RULE_ALLOWS and cause.rule is not None:
        why = f"ingress rule {cause.rule + 1} of policy {cause.subject} ({cause.location}) admits"
        why = f"{why} it"
    else:
        why = f"because of {cause.subject} ({cause.location})"
    return _opening(
        listing(sorted(opening.destinations)),
        opening.breadth,
        opening.ports,
        why,
        key=(str(cause.subject), cause.kind.value),
        location=cause.location,
        subject=cause.subject,
        side=cause.side,
    )


def _of_new_workloads(proposal: Proposal) -> Iterator[Opening]:
    """Rules for pods that are as new as the rule."""
    old = {each.identity for each in proposal.base.workloads}
    for written in proposal.introduced_rules():
        reach = breadth(written.rule, proposal.profile)
        if written.direction is not Direction.INGRESS or reach is Breadth.LIMITED:
            continue
        known = known_subjects(proposal.head, written.policy)
        new = [each for each in known if each.identity not in old]
        if new:
            yield _opening(
                listing(sorted(map(str, new))),
                reach,
                RulePorts.of(written.rule.ports),
                f"{written} admits it",
                key=(str(written.policy.ref), CauseKind.RULE_ALLOWS.value),
                location=written.location,
                subject=written.policy.ref,
                side=Side.HEAD,
            )


_BREADTHS = {
    Reach.INTERNET: Breadth.INTERNET,
    Reach.EVERY_POD: Breadth.EVERY_POD,
    Reach.EVERYTHING: Breadth.EVERYONE,
}


def _unseen(proposal: Proposal, told: Set[_Key]) -> Iterator[Opening]:
    """What no connection of a known workload has for its cause."""
    gathered: dict[_Key, _Gathered] = {}
    reaches: dict[_Key, set[Reach]] = {}
    for exposure in proposal.diff.symbolic.exposures:
        inbound = [each for each in exposure.causes if each.direction is Direction.INGRESS]
        cause = (inbound or list(exposure.causes))[0]
        key = _key(cause)
        lost = cause.kind is CauseKind.ISOLATION_REMOVED
        if key not in told and not lost and exposure.reach is not None:
            opening = gathered.setdefault(key, _Gathered(cause, Breadth.LIMITED, RulePorts(), {}))
            reaches.setdefault(key, set()).add(exposure.reach)
            opening.ports |= _rule_ports(exposure.ports)
            opening.destinations[str(exposure.destination)] = None
    for key, opening in gathered.items():
        several = len(reaches[key]) > 1
        opening.breadth = Breadth.EVERYONE if several else _BREADTHS[reaches[key].pop()]
        yield _told_opening(opening)


def _rule_ports(ports: StatedPorts) -> RulePorts:
    if ports.named:
        return RulePorts(names=frozenset(ports.named))
    return RulePorts(ports.numbers)


def _opening(
    pods: str,
    reach: Breadth,
    ports: RulePorts,
    why: str,
    *,
    key: tuple[str, ...],
    location: Location,
    subject: ObjectRef,
    side: Side,
) -> Opening:
    databases = database_ports(ports.numbers)
    among = f" Among these ports are databases': {listing(databases)}." if databases else ""
    return Opening(
        key=(*key, reach.name, ports_phrase(ports)),
        text=(f"Newly open to {reach}: {pods} on {ports_phrase(ports)}, since {why}.{among}"),
        location=location,
        subject=subject,
        side=side,
        reach=reach,
        databases=databases,
    )
