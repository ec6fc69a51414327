"""The JSON of ``edgewarden diff`` and ``edgewarden connectivity``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TypeAlias

from edgewarden.governance.findings import ChecklistItem, Finding
from edgewarden.governance.review import Review
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.reasons import Cause, Fact
from edgewarden.reachability.report import (
    Connectivity,
    Edge,
    EdgeChange,
    IsolationChange,
    MayChange,
    MayEdge,
)
from edgewarden.reporting.connectivity_view import connectivity_verdict
from edgewarden.reporting.parties import object_text

Ports: TypeAlias = dict[str, list[list[int]]]
"""``{"TCP": [[80, 80]], ...}``: first and last port, both included."""


@dataclass(frozen=True, slots=True)
class PlaceReport:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class CauseReport:
    """``rule`` counts from 0 in the list of ``direction``; both may be absent."""

    kind: str
    side: str
    policy: str
    direction: str | None
    rule: int | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class FactReport:
    kind: str
    question: str
    file: str
    line: int


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
class ProblemReport:
    kind: str
    message: str
    remedy: str
    decisive: bool
    field: str
    namespaces: list[str]
    file: str
    line: int


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
    verdict: str
    reasons: list[str]
    problems: list[ProblemReport]
    added: list[EdgeReport]
    removed: list[EdgeReport]
    changed: list[ChangedEdgeReport]
    may_added: list[MayEdgeReport]
    may_removed: list[MayEdgeReport]
    isolation: list[IsolationReport]
    findings: list[FindingReport]
    checklist: list[ChecklistReport]
    assumptions: list[str]


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
    verdict: str
    problems: list[ProblemReport]
    edges: list[StandingEdgeReport]
    may_edges: list[StandingMayEdgeReport]
    assumptions: list[str]


def diff_json(review: Review) -> str:
    """A review as JSON text with a line feed at its end."""
    diff = review.diff
    return _text(
        DiffReport(
            verdict=review.verdict.value,
            reasons=[*map(_clean, review.reasons)],
            problems=[*map(_problem, review.problems)],
            added=[*(_edge(change, change.after.as_mapping()) for change in diff.added)],
            removed=[*(_edge(change, change.before.as_mapping()) for change in diff.removed)],
            changed=[*map(_changed, diff.changed)],
            may_added=[*map(_may, diff.may_added)],
            may_removed=[*map(_may, diff.may_removed)],
            isolation=[*map(_isolation, diff.isolation)],
            findings=[*map(_finding, review.findings)],
            checklist=[*map(_item, review.checklist)],
            assumptions=[*map(_clean, review.assumptions)],
        )
    )


def connectivity_json(state: ClusterState, connectivity: Connectivity) -> str:
    """What the engine answers for ``state``, as JSON text with a line feed at its end."""
    return _text(
        ConnectivityReport(
            verdict=connectivity_verdict(state).value,
            problems=[*map(_problem, state.problems)],
            edges=[*map(_standing, connectivity.edges)],
            may_edges=[*map(_standing_may, connectivity.may_edges)],
            assumptions=[*map(_clean, state.assumptions)],
        )
    )


def _text(report: DiffReport | ConnectivityReport) -> str:
    return json.dumps(asdict(report), indent=2) + "\n"


def _clean(text: str) -> str:
    """Bytes of a path that were not UTF-8 are spelled out: JSON has no way to hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _edge(change: EdgeChange, ports: Ports) -> EdgeReport:
    return EdgeReport(
        src=_clean(str(change.src)),
        dst=_clean(str(change.dst)),
        ports=ports,
        because=change.because.value,
        causes=_causes(change.causes),
    )


def _changed(change: EdgeChange) -> ChangedEdgeReport:
    return ChangedEdgeReport(
        src=_clean(str(change.src)),
        dst=_clean(str(change.dst)),
        before=change.before.as_mapping(),
        after=change.after.as_mapping(),
        because=change.because.value,
        causes=_causes(change.causes),
    )


def _may(change: MayChange) -> MayEdgeReport:
    return MayEdgeReport(
        src=_clean(str(change.src)),
        dst=_clean(str(change.dst)),
        ports=change.ports.as_mapping(),
        because=change.because.value,
        causes=_causes(change.causes),
        facts=_facts(change.facts),
    )


def _standing(edge: Edge) -> StandingEdgeReport:
    return StandingEdgeReport(
        src=_clean(str(edge.src)), dst=_clean(str(edge.dst)), ports=edge.ports.as_mapping()
    )


def _standing_may(edge: MayEdge) -> StandingMayEdgeReport:
    return StandingMayEdgeReport(
        src=_clean(str(edge.src)),
        dst=_clean(str(edge.dst)),
        ports=edge.ports.as_mapping(),
        facts=_facts(edge.facts),
    )


def _causes(causes: Iterable[Cause]) -> list[CauseReport]:
    return [
        CauseReport(
            kind=cause.kind.value,
            side=cause.side.value,
            policy=_clean(str(cause.subject)),
            direction=cause.direction.value if cause.direction is not None else None,
            rule=cause.rule,
            file=_clean(cause.location.path),
            line=cause.location.line,
        )
        for cause in causes
    ]


def _facts(facts: Iterable[Fact]) -> list[FactReport]:
    return [
        FactReport(
            kind=fact.kind.value,
            question=_clean(fact.question),
            file=_clean(fact.location.path),
            line=fact.location.line,
        )
        for fact in facts
    ]


def _isolation(change: IsolationChange) -> IsolationReport:
    return IsolationReport(
        workload=_clean(str(change.workload)),
        direction=change.direction.value,
        isolated=change.isolated,
        certain=change.certain,
        causes=_causes(change.causes),
    )


def _problem(problem: Problem) -> ProblemReport:
    return ProblemReport(
        kind=problem.kind.value,
        message=_clean(problem.message),
        remedy=_clean(problem.remedy),
        decisive=problem.decisive,
        field=_clean(problem.field),
        namespaces=sorted(map(_clean, problem.namespaces)),
        file=_clean(problem.location.path),
        line=problem.location.line,
    )


def _finding(finding: Finding) -> FindingReport:
    return FindingReport(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity.value,
        enforcement=finding.enforcement.value,
        message=_clean(finding.message),
        remedy=_clean(finding.remedy),
        side=finding.side.value,
        fingerprint=finding.fingerprint,
        subject=None if finding.subject is None else _clean(object_text(finding.subject)),
        file=_clean(finding.location.path),
        line=finding.location.line,
    )


def _item(item: ChecklistItem) -> ChecklistReport:
    return ChecklistReport(
        id=item.id,
        title=item.title,
        outcome=item.outcome.value,
        evidence=_clean(item.evidence),
        locations=[*map(_place, item.locations)],
    )


def _place(location: Location) -> PlaceReport:
    return PlaceReport(_clean(location.path), location.line)
