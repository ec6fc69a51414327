"""Which pods become isolated and which lose it, where no known workload shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.proposal import Proposal
from edgewarden.governance.selection import unselected
from edgewarden.governance.subjects import DescribedPods, known_subjects
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy


@dataclass(frozen=True, slots=True)
class DescribedIsolation:
    """Pods that ``policy`` isolates in one state and nothing isolates in the other."""

    policy: NetworkPolicy
    direction: Direction
    pods: DescribedPods


def lost_isolation(proposal: Proposal, direction: Direction) -> Iterator[DescribedIsolation]:
    """What policies of the base isolated that select no known workload.

    A namespace that is deleted loses nothing.
    """
    for lost in _only_in(proposal.base, proposal.head, direction):
        if not _deleted(lost.pods.namespace, proposal):
            yield lost


def gained_isolation(proposal: Proposal, direction: Direction) -> Iterator[DescribedIsolation]:
    """What policies of the head isolate that select no known workload."""
    return _only_in(proposal.head, proposal.base, direction)


def _only_in(
    state: ClusterState, other: ClusterState, direction: Direction
) -> Iterator[DescribedIsolation]:
    told: set[DescribedPods] = set()
    for policy in state.policies:
        if (
            direction not in policy.isolates
            or known_subjects(state, policy)
            or known_subjects(other, policy)
        ):
            continue
        others = [
            each.pods
            for each in other.policies
            if each.namespace == policy.namespace and direction in each.isolates
        ]
        left = unselected(policy.pods, others)
        pods = None if left is None else DescribedPods(policy.namespace, left)
        if pods is not None and pods not in told:
            told.add(pods)
            yield DescribedIsolation(policy, direction, pods)


def _deleted(namespace: str, proposal: Proposal) -> bool:
    def named(state: ClusterState) -> bool:
        return any(each.name == namespace for each in state.namespaces)

    return named(proposal.base) and not named(proposal.head)
