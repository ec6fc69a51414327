"""The connections of one state made ready to be shown."""

from dataclasses import dataclass

from edgewarden.governance.proposal import holds_nothing
from edgewarden.governance.review import Verdict
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity
from edgewarden.reporting import edge_tables
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.headline import FILES_READ
from edgewarden.reporting.parties import Namer, workload_ends
from edgewarden.reporting.rows import EdgeTable, Place, ProblemRow
from edgewarden.reporting.wording import counted


@dataclass(frozen=True, slots=True)
class ConnectivityView:
    """``verdict`` is inconclusive where something could not be judged, otherwise a pass. A
    ``bare`` state holds neither a policy nor a workload."""

    verdict: Verdict
    bare: bool
    sentence: str
    allowed: EdgeTable
    may_be_allowed: EdgeTable
    problems: tuple[ProblemRow, ...]
    assumptions: tuple[str, ...]

    @property
    def title(self) -> str:
        """How far the answer goes: nothing is held against a state, so nothing passes."""
        if self.bare:
            return "nothing found"
        return "complete" if self.verdict is Verdict.PASS else "inconclusive"


def connectivity_verdict(state: ClusterState) -> Verdict:
    decisive = any(problem.decisive for problem in state.problems)
    return Verdict.INCONCLUSIVE if decisive else Verdict.PASS


def connectivity_view(
    state: ClusterState, connectivity: Connectivity, tree: str
) -> ConnectivityView:
    """``connectivity`` is what the engine answers for ``state``, which was read from ``tree``."""
    namer = Namer(workload_ends((*connectivity.edges, *connectivity.may_edges)))
    allowed = edge_tables.standing(connectivity.edges, namer)
    may_be_allowed = edge_tables.unsettled(connectivity.may_edges, namer)
    return ConnectivityView(
        verdict=connectivity_verdict(state),
        bare=holds_nothing(state),
        sentence=_sentence(state, tree, allowed, may_be_allowed, connectivity.scope),
        allowed=allowed,
        may_be_allowed=may_be_allowed,
        problems=tuple(
            ProblemRow(problem.message, problem.remedy, Place(problem.location), problem.decisive)
            for problem in sorted(state.problems, key=lambda problem: not problem.decisive)
        ),
        assumptions=state.assumptions,
    )


def _sentence(
    state: ClusterState, tree: str, allowed: EdgeTable, may_be_allowed: EdgeTable, scope: str
) -> str:
    if holds_nothing(state):
        return f"there is no policy and no workload in {visible(tree)}, {FILES_READ}."
    policies = counted(len(state.policies), "policy", "policies")
    workloads = counted(len(state.workloads), "workload")
    connections = " ".join(filter(None, (counted(allowed.pairs, "connection"), scope)))
    if state.workloads or allowed.rows or scope:
        parts = [f"{policies} and {workloads}: {connections} allowed"]
    else:
        parts = [f"{policies}, and no workload is known: name pods, as in `--to shop/app=web`"]
    if may_be_allowed.rows:
        parts.append(f"{counted(may_be_allowed.pairs, 'connection')} may be allowed as well")
    decisive = sum(problem.decisive for problem in state.problems)
    if decisive:
        parts.append(f"{counted(decisive, 'part was', 'parts were')} not judged")
    return "; ".join(parts) + "."
