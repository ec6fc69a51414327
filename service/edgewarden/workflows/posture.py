"""Where the namespaces of a tree stand."""

from collections.abc import Collection, Sequence
from datetime import date

from edgewarden.governance.contract.contract import Contract
from edgewarden.governance.posture.standing import ClusterStanding, standing
from edgewarden.governance.posture.watch import Watches
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.posture_view import PostureReport
from edgewarden.workflows.surroundings import Around


def postured(
    states: Sequence[ClusterState],
    surroundings: Around,
    contract: Contract,
    names: Collection[str],
    today: date,
) -> PostureReport:
    """Of the namespaces ``names``, in each cluster that has one; of all of them without."""

    def stands(state: ClusterState) -> ClusterStanding:
        live = bool(surroundings(state.name).inventory)
        return standing(state, names, Watches(state, contract, today, live=live).of)

    return PostureReport(
        tuple(map(stands, states)),
        tuple(dict.fromkeys(p for state in states for p in state.problems)),
        detailed=bool(names),
    )
