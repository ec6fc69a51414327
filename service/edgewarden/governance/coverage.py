"""Which newly allowed edges a granted exception accounts for."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from edgewarden.governance.exceptions import (
    AddressScope,
    CoveredEdge,
    PodScope,
    PolicyException,
    Scope,
    Standing,
)
from edgewarden.governance.proposal import Proposal, namespace_labels, workload_of
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import AddressEnd, EdgeChange, End, WorkloadEnd


def covered_edges(
    proposal: Proposal, exceptions: Sequence[PolicyException], now: datetime
) -> tuple[CoveredEdge, ...]:
    """Each newly allowed edge with every active exception that contains all of it.

    Exceptions that contain an edge in part do not add up: each was granted on its own.
    """
    active = [each for each in exceptions if each.standing(now) is Standing.ACTIVE]
    return tuple(_covered(proposal, sorted(active, key=lambda each: each.number)))


def _covered(proposal: Proposal, active: Sequence[PolicyException]) -> Iterator[CoveredEdge]:
    for change in proposal.opened:
        for exception in active:
            if covers(exception, change, proposal.head):
                yield CoveredEdge(exception, change)


def covers(exception: PolicyException, change: EdgeChange, head: ClusterState) -> bool:
    """Whether all that the change opens lies within the exception.

    ``head`` holds the labels that the ends of the edge will have.
    """
    return (
        bool(change.opened)
        and not change.opened - exception.ports
        and _within(change.src, exception.source, head)
        and _within(change.dst, exception.destination, head)
    )


def _within(end: End, scope: Scope, state: ClusterState) -> bool:
    match end, scope:
        case WorkloadEnd(), PodScope():
            return _pods_within(end, scope, state)
        case AddressEnd(), AddressScope():
            return (
                end.first.version == scope.cidr.version
                and end.first in scope.cidr
                and end.last in scope.cidr
            )
        case _:
            return False


def _pods_within(end: WorkloadEnd, scope: PodScope, state: ClusterState) -> bool:
    """Certain membership only. The traffic of ``hostNetwork`` pods is their node's, and no
    selector stands for a node."""
    workload = workload_of(state, end)
    if workload is None or workload.host_network:
        return False
    return (
        scope.namespaces.admits(namespace_labels(state, workload.namespace))
        and scope.pods.admits(workload.labels)
        and not scope.pods.undecided_keys(workload.labels, workload.open_labels)
    )
