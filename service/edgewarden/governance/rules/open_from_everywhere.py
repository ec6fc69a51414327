"""A workload that everyone, every pod of the cluster or the internet newly reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.governance.breadth import Breadth, breadth, is_internet
from edgewarden.governance.databases import database_ports
from edgewarden.governance.findings import Severity
from edgewarden.governance.isolation import lost_isolation
from edgewarden.governance.phrases import listing, ports_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, written_rules
from edgewarden.governance.rules.sighting import Sighting
from edgewarden.governance.subjects import (
    isolating,
    known_subjects,
    subject_of,
)
from edgewarden.reachability.ends import AddressEnd, WorkloadEnd
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, ClusterState, Direction, ObjectRef, Rule
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reachability.report import EdgeChange
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, RulePorts


def open_from_everywhere(proposal: Proposal) -> Iterator[Sighting]:
    """What known workloads witness first, then what only selectors tell.

    A workload that is new and that nothing isolates is open because no policy selects it, not
    because the change opened anything; its rules are judged as they are written.
    """
    yield from _witnessed(proposal)
    yield from _described(proposal)
    yield from _isolation_lost(proposal)


_Rules: TypeAlias = Mapping[tuple[ObjectRef, Direction, int], Rule]
"""The rules of the head by policy, direction and place in the list as written."""


@dataclass(slots=True)
class _Opening:
    """Edges with one cause, gathered."""

    cause: Cause
    breadth: Breadth
    ports: PortSet
    destinations: dict[str, None]


def _witnessed(proposal: Proposal) -> Iterator[Sighting]:
    openings: dict[tuple[object, ...], _Opening] = {}
    known = {each.identity for each in proposal.base.workloads}
    rules = {
        (each.policy.ref, each.direction, each.rule.index): each.rule
        for each in written_rules(proposal.head)
    }
    for change in proposal.opened:
        ends = [end for end in change.destinations if isinstance(end, WorkloadEnd)]
        ends = [end for end in ends if (end.namespace, end.name, end.kind) in known]
        found = _cause(change, rules, proposal.profile) if ends else None
        if found is None:
            continue
        cause, reach = found
        opening = openings.setdefault(
            (cause.kind, cause.side, cause.subject, cause.direction, cause.rule),
            _Opening(cause, reach, PortSet(), {}),
        )
        opening.breadth = max(opening.breadth, reach)
        opening.ports |= change.opened
        opening.destinations.update(dict.fromkeys(map(str, ends)))
    for opening in openings.values():
        yield _opening_sighting(opening)


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
    cause = (inbound or list(change.causes))[0]
    lost = cause.kind is CauseKind.ISOLATION_REMOVED
    return cause, Breadth.EVERYONE if lost else Breadth.INTERNET


def _opening_sighting(opening: _Opening) -> Sighting:
    cause = opening.cause
    if cause.kind is CauseKind.RULE_ALLOWS and cause.rule is not None:
        why = f"ingress rule {cause.rule + 1} of policy {cause.subject} ({cause.location}) admits"
        why = f"{why} it"
    elif cause.kind is CauseKind.ISOLATION_REMOVED:
        why = (
            f"policy {cause.subject} ({cause.location} in the base) isolated it for ingress, "
            "and nothing does any more"
        )
    else:
        why = f"because of {cause.subject} ({cause.location})"
    return _sighting(
        listing(sorted(opening.destinations)),
        opening.breadth,
        RulePorts(opening.ports),
        why,
        key=(str(cause.subject), cause.kind.value),
        location=cause.location,
        subject=cause.subject,
        side=cause.side,
    )


def _described(proposal: Proposal) -> Iterator[Sighting]:
    """Rules that no edge shows: their pods are not known, or are as new as the rule."""
    old = {each.identity for each in proposal.base.workloads}
    for written in proposal.introduced_rules():
        reach = breadth(written.rule, proposal.profile)
        if written.direction is not Direction.INGRESS or reach is Breadth.LIMITED:
            continue
        known = known_subjects(proposal.head, written.policy)
        new = [each for each in known if each.identity not in old]
        if new:
            names = listing(sorted(map(str, new)))
            ports = RulePorts.of(written.rule.ports)
        elif not known and isolating(proposal.base, subject_of(written.policy), Direction.INGRESS):
            names = str(subject_of(written.policy))
            ports = _newly(written, reach, proposal.base)
        else:
            continue
        if ports:
            yield _sighting(
                names,
                reach,
                ports,
                f"{written} admits it",
                key=(str(written.policy.ref), CauseKind.RULE_ALLOWS.value),
                location=written.location,
                subject=written.policy.ref,
                side=Side.HEAD,
            )


def _newly(written: WrittenRule, reach: Breadth, base: ClusterState) -> RulePorts:
    """The ports of the rule that were not open as far in the base."""
    open_before = RulePorts()
    for policy in isolating(base, subject_of(written.policy), Direction.INGRESS):
        for rule in policy.ingress:
            if breadth(rule, base.profile) >= reach:
                open_before |= RulePorts.of(rule.ports)
    return RulePorts.of(written.rule.ports).without(open_before)


def _isolation_lost(proposal: Proposal) -> Iterator[Sighting]:
    """Policies of the base whose pods are not known and that nothing isolates any more."""
    for lost in lost_isolation(proposal, Direction.INGRESS):
        policy = lost.policy
        yield _sighting(
            str(lost.pods),
            Breadth.EVERYONE,
            EVERY_RULE_PORT,
            f"policy {policy.ref} ({policy.location} in the base) isolated them for ingress, "
            "and nothing does any more",
            key=(str(policy.ref), CauseKind.ISOLATION_REMOVED.value),
            location=policy.location,
            subject=policy.ref,
            side=Side.BASE,
        )


def _sighting(
    pods: str,
    reach: Breadth,
    ports: RulePorts,
    why: str,
    *,
    key: tuple[str, ...],
    location: Location,
    subject: ObjectRef,
    side: Side,
) -> Sighting:
    databases = database_ports(ports.numbers)
    among = f" Among these ports are databases': {listing(databases)}." if databases else ""
    return Sighting(
        key=(*key, reach.name, ports_phrase(ports)),
        message=(f"Newly open to {reach}: {pods} on {ports_phrase(ports)}, since {why}.{among}"),
        location=location,
        subject=subject,
        side=side,
        severity=Severity.CRITICAL if databases else None,
    )
