"""The pods that policies protect: those that are known, and those that a selector describes."""

from dataclasses import dataclass
from typing import Protocol

from edgewarden.governance.phrases import pods_phrase
from edgewarden.governance.selection import implies
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Workload


class Subject(Protocol):
    """Pods of one namespace that are judged as one."""

    @property
    def namespace(self) -> str: ...

    def selected_by(self, policy: NetworkPolicy) -> bool:
        """Whether the policy certainly selects all of these pods."""


@dataclass(frozen=True, slots=True)
class KnownPods:
    """The pods of a workload that a manifest shows."""

    workload: Workload

    @property
    def namespace(self) -> str:
        return self.workload.namespace

    def selected_by(self, policy: NetworkPolicy) -> bool:
        workload = self.workload
        return (
            policy.namespace == workload.namespace
            and not workload.host_network
            and policy.pods.admits(workload.labels)
            and not policy.pods.undecided_keys(workload.labels, workload.open_labels)
        )

    def __str__(self) -> str:
        return str(self.workload)


@dataclass(frozen=True, slots=True)
class DescribedPods:
    """Whatever pods of the namespace the selector matches, whether any is known or not."""

    namespace: str
    selector: LabelSelector

    def selected_by(self, policy: NetworkPolicy) -> bool:
        return policy.namespace == self.namespace and implies(self.selector, policy.pods)

    def __str__(self) -> str:
        return pods_phrase(self.selector, self.namespace)


def subject_of(policy: NetworkPolicy) -> DescribedPods:
    return DescribedPods(policy.namespace, policy.pods)


def known_subjects(state: ClusterState, policy: NetworkPolicy) -> tuple[Workload, ...]:
    """The known workloads that the policy selects."""
    return tuple(each for each in state.workloads if KnownPods(each).selected_by(policy))


def isolating(
    state: ClusterState, subject: Subject, direction: Direction
) -> tuple[NetworkPolicy, ...]:
    """The policies that isolate all of the subject in the direction."""
    return tuple(
        policy
        for policy in state.policies
        if direction in policy.isolates and subject.selected_by(policy)
    )
