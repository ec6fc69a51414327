"""The JSON of ``edgewarden diff`` and ``edgewarden connectivity``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.findings import ChecklistItem, Finding
from edgewarden.governance.review import Review
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity, IsolationChange
from edgewarden.reporting.connectivity_view import connectivity_verdict
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
    PlaceReport,
    ProblemReport,
    causes_report,
    clean,
    place_report,
    problem_report,
)
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.path_json import PathsReport, paths_report
from edgewarden.reporting.symbolic_json import SymbolicReport, symbolic_report
from edgewarden.reporting.whys import object_text


@dataclass(frozen=True, slots=True)
class IsolationReport:
    workload: str
    direction: str
    isolated: bool
    certain: bool
    causes: list[CauseReport]


@dataclass(frozen=True, slots=True)
class FindingReport:
    rule: str
    title: str
    severity: str
    enforcement: str
    message: str
    remedy: str
    side: str
    fingerprint: str
    subject: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ChecklistReport:
    id: str
    title: str
    outcome: str
    evidence: str
    locations: list[PlaceReport]


@dataclass(frozen=True, slots=True)
class DiffReport:
    """``scope`` says which connections were asked about; empty for all of them. Edges are listed
    pair by pair."""

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
    diff = review.diff
    report = DiffReport(
        verdict=review.verdict.value,
        reasons=[*map(clean, review.reasons)],
        problems=[*map(problem_report, review.problems)],
        added=pair_by_pair(diff.added, added),
        removed=pair_by_pair(diff.removed, removed),
        changed=pair_by_pair(diff.changed, changed),
        may_added=pair_by_pair(diff.may_added, possible),
        may_removed=pair_by_pair(diff.may_removed, possible),
        isolation=[*map(_isolation, diff.isolation)],
        symbolic=symbolic_report(diff.symbolic),
        paths=paths_report(review.paths),
        findings=[*map(_finding, review.findings)],
        checklist=[*map(_item, review.checklist)],
        assumptions=[*map(clean, review.assumptions)],
        scope=clean(diff.scope),
    )
    return json_text(report)


def connectivity_json(state: ClusterState, connectivity: Connectivity) -> Iterator[str]:
    """What the engine answers for ``state``, as JSON text with a line feed at its end, in
    pieces."""
    report = ConnectivityReport(
        verdict=connectivity_verdict(state).value,
        problems=[*map(problem_report, state.problems)],
        edges=pair_by_pair(connectivity.edges, standing),
        may_edges=pair_by_pair(connectivity.may_edges, possibly_standing),
        assumptions=[*map(clean, state.assumptions)],
        scope=clean(connectivity.scope),
    )
    return json_text(report)


def _isolation(change: IsolationChange) -> IsolationReport:
    return IsolationReport(
        workload=clean(str(change.workload)),
        direction=change.direction.value,
        isolated=change.isolated,
        certain=change.certain,
        causes=causes_report(change.causes),
    )


def _finding(finding: Finding) -> FindingReport:
    return FindingReport(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity.value,
        enforcement=finding.enforcement.value,
        message=clean(finding.message),
        remedy=clean(finding.remedy),
        side=finding.side.value,
        fingerprint=finding.fingerprint,
        subject=None if finding.subject is None else clean(object_text(finding.subject)),
        file=clean(finding.location.path),
        line=finding.location.line,
    )


def _item(item: ChecklistItem) -> ChecklistReport:
    return ChecklistReport(
        id=item.id,
        title=item.title,
        outcome=item.outcome.value,
        evidence=clean(item.evidence),
        locations=[*map(place_report, item.locations)],
    )
