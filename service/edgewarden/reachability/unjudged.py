"""Changed policies of kinds that are not judged, where no known workload could show an effect."""

from collections.abc import Iterator

from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ClusterState

_REMEDY = (
    "Check by hand what this does to pods that the repository does not show, or add the "
    "manifests of the workloads that run there to the repository."
)


def unjudged_changes(base: ClusterState, head: ClusterState) -> tuple[Problem, ...]:
    """Decisive problems, sorted by location."""
    return tuple(
        sorted(_changes(base, head), key=lambda problem: (problem.location, problem.message))
    )


def _changes(base: ClusterState, head: ClusterState) -> Iterator[Problem]:
    before, after = frozenset(base.unjudged), frozenset(head.unjudged)
    if before == after:
        return
    shown = {workload.namespace for state in (base, head) for workload in state.workloads}
    for policy in before ^ after:
        namespace = policy.ref.namespace
        if namespace in shown or (shown and not namespace):
            continue
        state = "as the head has it" if policy in after else "as the base had it"
        yield Problem(
            ProblemKind.UNSEEN_PODS,
            policy.location,
            f"{policy.ref.kind} {policy.ref} changes ({state}), is of a kind that is not judged, "
            "and could bind pods of which no workload is known.",
            _REMEDY,
            namespaces=frozenset((namespace,)) if namespace else frozenset(),
        )
