"""Ways to the internet that a change opens, and whether they pass by the egress gateway."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.breadth import is_internet
from edgewarden.governance.proposal import Proposal, namespace_labels
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, ClusterState, Direction, PlatformPods
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    PodSet,
    Statement,
)


@dataclass(frozen=True, slots=True)
class InternetEgress:
    """Pods that may reach addresses of the internet and could not before.

    ``cause`` is what lets them out. Where the profile names an egress gateway, ``bypasses`` says
    that these pods are others than its own.
    """

    statement: Statement
    cause: Cause
    bypasses: bool

    @property
    def certain(self) -> bool:
        return self.statement.certain

    @property
    def key(self) -> str:
        return f"{self.cause.subject} {self}"

    @property
    def location(self) -> Location:
        return self.cause.location

    def __str__(self) -> str:
        return str(self.statement)


def internet_egress(proposal: Proposal) -> Iterator[InternetEgress]:
    """One for each statement on all pods that could exist, known workloads included."""
    profile = proposal.profile
    for statement in proposal.diff.symbolic.opened:
        source = statement.source
        if isinstance(source, AddressSet) or not _is_internet(statement.destination, profile):
            continue
        outbound = (each for each in statement.causes if each.direction is Direction.EGRESS)
        cause = next(outbound, statement.causes[0])
        gateway = profile.egress_gateway
        bypasses = gateway is not None and not _within(source, gateway, proposal.head)
        yield InternetEgress(statement, cause, bypasses)


def _is_internet(end: EndSet, profile: ClusterProfile) -> bool:
    match end:
        case Anything():
            return True
        case AddressSet(ranges=ranges):
            return any(is_internet(each, profile) for each in ranges)
    return False


def _within(source: EndSet, gateway: PlatformPods, state: ClusterState) -> bool:
    """Whether all of these pods certainly are the gateway's."""
    return (
        isinstance(source, PodSet)
        and not source.namespaces.inverted
        and all(
            gateway.namespaces.admits(namespace_labels(state, name))
            for name in filter(None, source.namespaces.listed)
        )
        and all(
            _only(source.labels.get(each.key, ALL_VALUES), each.values)
            for each in gateway.pods.requirements
        )
    )


def _only(found: Values, meant: tuple[str, ...]) -> bool:
    """Whether a label has one of the values that are meant, and no others."""
    return not found.inverted and found.listed <= set(meant)
