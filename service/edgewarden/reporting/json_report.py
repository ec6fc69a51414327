"""The JSON of ``edgewarden diff`` and ``edgewarden connectivity``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.review import ClusterReview, Review
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity, IsolationChange
from edgewarden.reporting.checklist_json import ChecklistReport, item_report
from edgewarden.reporting.connectivity_view import connectivity_verdict
from edgewarden.reporting.contract_json import ContractReportDocument, contract_document
from edgewarden.reporting.finding_json import FindingReport, finding_report
from edgewarden.reporting.json_edges import (
    ChangedEdgeReport,
    EdgeReport,
    MayEdgeReport,
    StandingEdgeReport,
    StandingMayEdgeReport,
    added,
    changed,
    pair_by_pair,
    possible,
    possibly_standing,
    removed,
    standing,
)
from edgewarden.reporting.json_parts import (
    CauseReport,
    ProblemReport,
    causes_report,
    clean,
    problem_report,
)
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.path_json import PathsReport, paths_report
from edgewarden.reporting.symbolic_json import SymbolicReport, symbolic_report


@dataclass(frozen=True, slots=True)
class IsolationReport:
    workload: str
    direction: str
    isolated: bool
    certain: bool
    causes: list[CauseReport]
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class ClusterReport:
    """The verdict on ``names``, clusters that the change does the same to."""

    names: list[str]
    verdict: str
    reasons: list[str]
    assumptions: list[str]


@dataclass(frozen=True, slots=True)
class DiffReport:
    """``scope`` says which connections were asked about; empty for all of them. Edges are listed
    pair by pair. The items of all lists say which ``clusters`` they are about; what the change
    does not touch stands in ``untouched``. ``reasons`` and ``assumptions`` are those of the whole
    and of all clusters."""

    verdict: str
    reasons: list[str]
    problems: list[ProblemReport]
    added: Iterable[EdgeReport]
    removed: Iterable[EdgeReport]
    changed: Iterable[ChangedEdgeReport]
    may_added: Iterable[MayEdgeReport]
    may_removed: Iterable[MayEdgeReport]
    isolation: list[IsolationReport]
    symbolic: SymbolicReport
    paths: PathsReport
    findings: list[FindingReport]
    checklist: list[ChecklistReport]
    assumptions: list[str]
    scope: str
    clusters: list[ClusterReport]
    untouched: list[str]
    contract: ContractReportDocument


@dataclass(frozen=True, slots=True)
class ConnectivityReport:
    """``scope`` says which connections were asked about; empty for all of them."""

    verdict: str
    problems: list[ProblemReport]
    edges: Iterable[StandingEdgeReport]
    may_edges: Iterable[StandingMayEdgeReport]
    assumptions: list[str]
    scope: str


def diff_json(review: Review) -> Iterator[str]:
    """A review as JSON text with a line feed at its end, in pieces."""
    several = [([*map(clean, each.clusters)], each) for each in review.clusters]
    diffs = [(each.diff, names) for names, each in several]
    report = DiffReport(
        verdict=review.verdict.value,
        reasons=_distinct(review.reasons, *(each.reasons for _, each in several)),
        problems=[
            *map(problem_report, review.problems),
            *(
                problem_report(problem, names)
                for names, each in several
                for problem in each.problems
            ),
        ],
        added=pair_by_pair((c, added(c, names)) for diff, names in diffs for c in diff.added),
        removed=pair_by_pair((c, removed(c, names)) for diff, names in diffs for c in diff.removed),
        changed=pair_by_pair((c, changed(c, names)) for diff, names in diffs for c in diff.changed),
        may_added=pair_by_pair(
            (c, possible(c, names)) for diff, names in diffs for c in diff.may_added
        ),
        may_removed=pair_by_pair(
            (c, possible(c, names)) for diff, names in diffs for c in diff.may_removed
        ),
        isolation=[_isolation(each, names) for diff, names in diffs for each in diff.isolation],
        symbolic=symbolic_report((diff.symbolic, names) for diff, names in diffs),
        paths=paths_report((each.paths, names) for names, each in several),
        findings=[
            finding_report(found, names) for names, each in several for found in each.findings
        ],
        checklist=[item_report(item, names) for names, each in several for item in each.checklist],
        assumptions=_distinct(review.assumptions, *(each.assumptions for _, each in several)),
        scope=next((clean(diff.scope) for diff, _ in diffs), ""),
        clusters=[_cluster(each, names) for names, each in several],
        untouched=[*map(clean, review.untouched)],
        contract=contract_document((each.contract, names) for names, each in several),
    )
    return json_text(report)


def _distinct(*several: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(clean(text) for texts in several for text in texts)]


def _cluster(review: ClusterReview, names: list[str]) -> ClusterReport:
    return ClusterReport(
        names=names,
        verdict=review.verdict.value,
        reasons=[*map(clean, review.reasons)],
        assumptions=[*map(clean, review.assumptions)],
    )


def connectivity_json(state: ClusterState, connectivity: Connectivity) -> Iterator[str]:
    """What the engine answers for ``state``, as JSON text with a line feed at its end, in
    pieces."""
    report = ConnectivityReport(
        verdict=connectivity_verdict(state).value,
        problems=[*map(problem_report, state.problems)],
        edges=pair_by_pair((edge, standing(edge)) for edge in connectivity.edges),
        may_edges=pair_by_pair((edge, possibly_standing(edge)) for edge in connectivity.may_edges),
        assumptions=[*map(clean, state.assumptions)],
        scope=clean(connectivity.scope),
    )
    return json_text(report)


def _isolation(change: IsolationChange, clusters: list[str]) -> IsolationReport:
    return IsolationReport(
        workload=clean(str(change.workload)),
        direction=change.direction.value,
        isolated=change.isolated,
        certain=change.certain,
        causes=causes_report(change.causes),
        clusters=clusters,
    )
