"""Which pods become isolated and which lose it, where no known workload shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.proposal import Proposal
from edgewarden.governance.selection import unselected
from edgewarden.governance.subjects import DescribedPods, known_subjects
from edgewarden.reachability.labels import LabelSelector
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
    isolating: dict[str, list[LabelSelector]] = {}
    for policy in (*other.policies, *other.lingering):
        if direction in policy.isolates:
            isolating.setdefault(policy.namespace, []).append(policy.pods)
    told: set[DescribedPods] = set()
    for policy in state.policies:
        if direction not in policy.isolates:
            continue
        left = unselected(policy.pods, isolating.get(policy.namespace, ()))
        if left is None or known_subjects(state, policy) or known_subjects(other, policy):
            continue
        pods = DescribedPods(policy.namespace, left)
        if pods not in told:
            told.add(pods)
            yield DescribedIsolation(policy, direction, pods)


def _deleted(namespace: str, proposal: Proposal) -> bool:
    def named(state: ClusterState) -> bool:
        return any(each.name == namespace for each in state.namespaces)

    return named(proposal.base) and not named(proposal.head)
