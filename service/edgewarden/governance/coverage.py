"""Which newly allowed edges a granted exception accounts for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from edgewarden.governance.exceptions import (
    AddressScope,
    CoveredEdge,
    PodScope,
    PolicyException,
    Scope,
    Standing,
)
from edgewarden.governance.proposal import Proposal, namespace_labels
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import EdgeChange

_Identity: TypeAlias = tuple[str, str, str]
"""``Workload.identity``."""


def covered_edges(
    proposal: Proposal, exceptions: Sequence[PolicyException], now: datetime
) -> tuple[CoveredEdge, ...]:
    """The newly allowed edges that lie within an active exception, for each exception.

    An edge between two ends has to lie in it whole. Exceptions that contain an edge in part do
    not add up: each was granted on its own.
    """
    active = sorted(
        (each for each in exceptions if each.standing(now) is Standing.ACTIVE),
        key=lambda each: each.number,
    )
    resolved = [_Resolved.of(each, proposal.head) for each in active]
    return tuple(
        CoveredEdge(each.exception, covered)
        for change in proposal.opened
        for each in resolved
        for covered in each.contained(change)
    )


@dataclass(frozen=True, slots=True)
class _Resolved:
    """An exception with the known workloads that its two scopes certainly contain."""

    exception: PolicyException
    sources: frozenset[_Identity]
    destinations: frozenset[_Identity]

    @classmethod
    def of(cls, exception: PolicyException, state: ClusterState) -> "_Resolved":
        sources = _members(exception.source, state)
        return cls(exception, sources, _members(exception.destination, state))

    def contained(self, change: EdgeChange) -> Iterator[EdgeChange]:
        """The change between those of its ends that the exception contains, if there are any."""
        exception = self.exception
        if not change.opened or change.opened - exception.ports:
            return
        sources = [e for e in change.sources if _within(e, exception.source, self.sources)]
        destinations = [
            e for e in change.destinations if _within(e, exception.destination, self.destinations)
        ]
        if sources and destinations:
            yield replace(change, sources=tuple(sources), destinations=tuple(destinations))


def _within(end: End, scope: Scope, members: frozenset[_Identity]) -> bool:
    match end, scope:
        case WorkloadEnd(), PodScope():
            return end.identity in members
        case AddressEnd(), AddressScope():
            return (
                end.first.version == scope.cidr.version
                and end.first in scope.cidr
                and end.last in scope.cidr
            )
        case _:
            return False


def _members(scope: Scope, state: ClusterState) -> frozenset[_Identity]:
    """Certain members only. The traffic of ``hostNetwork`` pods is their node's, and no
    selector stands for a node."""
    if isinstance(scope, AddressScope):
        return frozenset()
    names = {each.namespace for each in state.workloads}
    chosen = {name for name in names if scope.namespaces.admits(namespace_labels(state, name))}
    return frozenset(
        each.identity
        for each in state.workloads
        if each.namespace in chosen
        and not each.host_network
        and scope.pods.admits(each.labels)
        and not scope.pods.undecided_keys(each.labels, each.open_labels)
    )
