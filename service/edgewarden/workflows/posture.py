"""Where the namespaces of a tree stand."""

from collections.abc import Collection, Sequence

from edgewarden.governance.posture.adoption import Watch
from edgewarden.governance.posture.standing import ClusterStanding, standing
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.posture_view import PostureReport
from edgewarden.workflows.surroundings import Around


def postured(
    states: Sequence[ClusterState], surroundings: Around, names: Collection[str]
) -> PostureReport:
    """Of the namespaces ``names``, in each cluster that has one; of all of them without."""
    return PostureReport(
        tuple(_standing(state, surroundings, names) for state in states),
        tuple(dict.fromkeys(p for state in states for p in state.problems)),
        detailed=bool(names),
    )


def _standing(state: ClusterState, surroundings: Around, names: Collection[str]) -> ClusterStanding:
    live = bool(surroundings(state.name).inventory)
    return standing(state, names, lambda _: Watch(live=live))
