"""The JSON of a contract: in reviews, and of ``edgewarden contract verify``.

Fields are only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.contract.report import (
    Breach,
    ContractReport,
    Doubt,
    EntryResult,
    Standing,
    Uncovered,
)
from edgewarden.governance.review import Verdict
from edgewarden.reachability.passage.grounds import Ground
from edgewarden.reporting.json_parts import (
    CauseReport,
    FactReport,
    causes_report,
    clean,
    facts_report,
)
from edgewarden.reporting.json_text import json_text


@dataclass(frozen=True, slots=True)
class GroundReport:
    """Why connections pass or do not; ``file`` is null where no single line says so."""

    kind: str
    text: str
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class BreachReport:
    """``pairs`` counts known connections; none where it tells of pods that could exist."""

    text: str
    pairs: int
    grounds: list[GroundReport]


@dataclass(frozen=True, slots=True)
class DoubtReport:
    text: str
    facts: list[FactReport]


@dataclass(frozen=True, slots=True)
class ContractEntryReport:
    """One entry: ``holds``, ``breaks``, ``undetermined`` or ``vacuous``, and in a review what it
    was ``before``, null where one state alone was asked. ``left_out`` counts breaches and doubts
    beyond those that are listed; ``unwritten`` are keys that nobody filled in."""

    name: str
    expected: str
    source: str
    destination: str
    ports: str
    standing: str
    before: str | None
    newly_broken: bool
    mended: bool
    owner: str
    approver: str
    reason: str
    review_by: str | None
    overdue: bool
    unwritten: list[str]
    breaches: list[BreachReport]
    doubts: list[DoubtReport]
    left_out: int
    seen: list[str]
    causes: list[CauseReport]
    file: str
    line: int
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class UncoveredReport:
    """New edges without an entry; ``pairs`` as in breaches."""

    text: str
    pairs: int
    certain: bool
    causes: list[CauseReport]
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class ContractReportDocument:
    """Every entry in every cluster that it is about, and in a review the new edges without one."""

    entries: list[ContractEntryReport]
    uncovered: list[UncoveredReport]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What ``edgewarden contract verify`` found; ``verdict`` is ``pass`` where every entry holds,
    ``blocked`` where one breaks, and ``inconclusive`` otherwise."""

    verdict: str
    counts: dict[str, int]
    entries: list[ContractEntryReport]


def contract_document(
    reports: Iterable[tuple[ContractReport, Sequence[str]]],
) -> ContractReportDocument:
    """Those of several clusters, each with the names of these."""
    every = list(reports)
    return ContractReportDocument(
        [_entry(each, names) for report, names in every for each in report.entries],
        [_uncovered(each, names) for report, names in every for each in report.uncovered],
    )


def verification_json(
    verdict: Verdict, results: Sequence[tuple[EntryResult, str]]
) -> Iterator[str]:
    """Entries, each with its cluster, as JSON text with a line feed at its end, in pieces."""
    counts = {
        standing.value: sum(each.standing is standing for each, _ in results)
        for standing in Standing
    }
    entries = [_entry(each, [clean(cluster)]) for each, cluster in results]
    return json_text(VerificationReport(verdict.value, counts, entries))


def _entry(result: EntryResult, clusters: Sequence[str]) -> ContractEntryReport:
    return ContractEntryReport(
        name=clean(result.name),
        expected=result.expected.value,
        source=clean(result.source),
        destination=clean(result.destination),
        ports=clean(result.ports),
        standing=result.standing.value,
        before=None if result.before is None else result.before.value,
        newly_broken=result.newly_broken,
        mended=result.mended,
        owner=clean(result.owner),
        approver=clean(result.approver),
        reason=clean(result.reason),
        review_by=None if result.review_by is None else result.review_by.isoformat(),
        overdue=result.overdue,
        unwritten=[*result.unwritten],
        breaches=[*map(_breach, result.breaches)],
        doubts=[*map(_doubt, result.doubts)],
        left_out=result.left_out,
        seen=[*map(clean, result.seen)],
        causes=causes_report(result.causes),
        file=clean(result.location.path),
        line=result.location.line,
        clusters=[*clusters],
    )


def _breach(breach: Breach) -> BreachReport:
    return BreachReport(clean(breach.text), breach.pairs, [*map(_ground, breach.grounds)])


def _ground(ground: Ground) -> GroundReport:
    place = ground.location
    return GroundReport(
        kind=ground.kind.value,
        text=clean(str(ground)),
        file=None if place is None else clean(place.path),
        line=None if place is None else place.line,
    )


def _doubt(doubt: Doubt) -> DoubtReport:
    return DoubtReport(clean(doubt.text), facts_report(doubt.facts))


def _uncovered(edge: Uncovered, clusters: Sequence[str]) -> UncoveredReport:
    return UncoveredReport(
        text=clean(edge.text),
        pairs=edge.pairs,
        certain=edge.certain,
        causes=causes_report(edge.causes),
        clusters=[*clusters],
    )
