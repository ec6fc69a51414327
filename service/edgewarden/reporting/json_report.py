"""The JSON of ``edgewarden diff`` and ``edgewarden connectivity``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TypeVar

from edgewarden.governance.findings import ChecklistItem, Finding
from edgewarden.governance.review import Review
from edgewarden.reachability.ends import End, end_key
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import (
    Connectivity,
    Edge,
    EdgeChange,
    Edges,
    IsolationChange,
    MayChange,
    MayEdge,
)
from edgewarden.reporting.connectivity_view import connectivity_verdict
from edgewarden.reporting.json_parts import (
    CauseReport,
    FactReport,
    PlaceReport,
    Ports,
    ProblemReport,
    causes_report,
    clean,
    facts_report,
    json_text,
    place_report,
    problem_report,
)
from edgewarden.reporting.path_json import PathsReport, paths_report
from edgewarden.reporting.symbolic_json import SymbolicReport, symbolic_report
from edgewarden.reporting.whys import object_text


@dataclass(frozen=True, slots=True)
class EdgeReport:
    """``src`` and ``dst`` are ``namespace/name[Kind]`` or ``first-last`` addresses."""

    src: str
    dst: str
    ports: Ports
    because: str
    causes: list[CauseReport]


@dataclass(frozen=True, slots=True)
class ChangedEdgeReport:
    src: str
    dst: str
    before: Ports
    after: Ports
    because: str
    causes: list[CauseReport]


@dataclass(frozen=True, slots=True)
class MayEdgeReport:
    src: str
    dst: str
    ports: Ports
    because: str
    causes: list[CauseReport]
    facts: list[FactReport]


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
    """``scope`` says which connections were asked about; empty for all of them."""

    verdict: str
    reasons: list[str]
    problems: list[ProblemReport]
    added: list[EdgeReport]
    removed: list[EdgeReport]
    changed: list[ChangedEdgeReport]
    may_added: list[MayEdgeReport]
    may_removed: list[MayEdgeReport]
    isolation: list[IsolationReport]
    symbolic: SymbolicReport
    paths: PathsReport
    findings: list[FindingReport]
    checklist: list[ChecklistReport]
    assumptions: list[str]
    scope: str


@dataclass(frozen=True, slots=True)
class StandingEdgeReport:
    src: str
    dst: str
    ports: Ports


@dataclass(frozen=True, slots=True)
class StandingMayEdgeReport:
    src: str
    dst: str
    ports: Ports
    facts: list[FactReport]


@dataclass(frozen=True, slots=True)
class ConnectivityReport:
    """``scope`` says which connections were asked about; empty for all of them."""

    verdict: str
    problems: list[ProblemReport]
    edges: list[StandingEdgeReport]
    may_edges: list[StandingMayEdgeReport]
    assumptions: list[str]
    scope: str


def diff_json(review: Review) -> str:
    """A review as JSON text with a line feed at its end."""
    diff = review.diff
    report = DiffReport(
        verdict=review.verdict.value,
        reasons=[*map(clean, review.reasons)],
        problems=[*map(problem_report, review.problems)],
        added=_pair_by_pair(diff.added, _added),
        removed=_pair_by_pair(diff.removed, _removed),
        changed=_pair_by_pair(diff.changed, _changed),
        may_added=_pair_by_pair(diff.may_added, _may),
        may_removed=_pair_by_pair(diff.may_removed, _may),
        isolation=[*map(_isolation, diff.isolation)],
        symbolic=symbolic_report(diff.symbolic),
        paths=paths_report(review.paths),
        findings=[*map(_finding, review.findings)],
        checklist=[*map(_item, review.checklist)],
        assumptions=[*map(clean, review.assumptions)],
        scope=clean(diff.scope),
    )
    return json_text(asdict(report))


def connectivity_json(state: ClusterState, connectivity: Connectivity) -> str:
    """What the engine answers for ``state``, as JSON text with a line feed at its end."""
    report = ConnectivityReport(
        verdict=connectivity_verdict(state).value,
        problems=[*map(problem_report, state.problems)],
        edges=_pair_by_pair(connectivity.edges, _standing),
        may_edges=_pair_by_pair(connectivity.may_edges, _standing_may),
        assumptions=[*map(clean, state.assumptions)],
        scope=clean(connectivity.scope),
    )
    return json_text(asdict(report))


_Edges = TypeVar("_Edges", bound=Edges)
_Told = TypeVar("_Told")


def _pair_by_pair(
    several: Iterable[_Edges], tell: Callable[[_Edges, End, End], _Told]
) -> list[_Told]:
    """What there is to tell of every pair, sorted by its ends."""
    every = ((pair, edges) for edges in several for pair in edges.pairs())
    ordered = sorted(every, key=lambda each: (end_key(each[0][0]), end_key(each[0][1])))
    return [tell(edges, source, destination) for (source, destination), edges in ordered]


def _added(change: EdgeChange, source: End, destination: End) -> EdgeReport:
    return _edge(change, change.after, source, destination)


def _removed(change: EdgeChange, source: End, destination: End) -> EdgeReport:
    return _edge(change, change.before, source, destination)


def _edge(change: EdgeChange, ports: PortSet, source: End, destination: End) -> EdgeReport:
    return EdgeReport(
        src=clean(str(source)),
        dst=clean(str(destination)),
        ports=ports.as_mapping(),
        because=change.because.value,
        causes=causes_report(change.causes_of(source, destination)),
    )


def _changed(change: EdgeChange, source: End, destination: End) -> ChangedEdgeReport:
    return ChangedEdgeReport(
        src=clean(str(source)),
        dst=clean(str(destination)),
        before=change.before.as_mapping(),
        after=change.after.as_mapping(),
        because=change.because.value,
        causes=causes_report(change.causes_of(source, destination)),
    )


def _may(change: MayChange, source: End, destination: End) -> MayEdgeReport:
    return MayEdgeReport(
        src=clean(str(source)),
        dst=clean(str(destination)),
        ports=change.ports.as_mapping(),
        because=change.because.value,
        causes=causes_report(change.causes_of(source, destination)),
        facts=facts_report(change.facts_of(source, destination)),
    )


def _standing(edge: Edge, source: End, destination: End) -> StandingEdgeReport:
    return StandingEdgeReport(
        src=clean(str(source)), dst=clean(str(destination)), ports=edge.ports.as_mapping()
    )


def _standing_may(edge: MayEdge, source: End, destination: End) -> StandingMayEdgeReport:
    return StandingMayEdgeReport(
        src=clean(str(source)),
        dst=clean(str(destination)),
        ports=edge.ports.as_mapping(),
        facts=facts_report(edge.facts_of(source, destination)),
    )


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
