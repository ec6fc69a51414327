"""The JSON of ``edgewarden backtest``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.backtest import (
    Backtest,
    MergedChange,
    Objection,
    Replayed,
    RuleCount,
    Unreadable,
)
from edgewarden.reporting.backtest_view import MOST_TO_READ, SLOWEST_SHARE
from edgewarden.reporting.json_parts import clean
from edgewarden.reporting.json_text import json_text


@dataclass(frozen=True, slots=True)
class ObjectionReport:
    """What a rule would have said; those of ``audit`` are only recorded."""

    rule: str
    enforcement: str
    message: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ReplayedReport:
    """``sentence`` is what the change would have been told; a ``quiet`` one gets no comment."""

    commit: str
    parent: str
    title: str
    merged_at: str
    merge: bool
    verdict: str
    quiet: bool
    sentence: str
    seconds: float
    findings: list[ObjectionReport]


@dataclass(frozen=True, slots=True)
class RuleCountReport:
    """``findings`` of a rule in so many ``changes``, and in 20 of all changes; those of ``audit``
    are only recorded."""

    rule: str
    enforcement: str
    findings: int
    changes: int
    per_20_changes: float


@dataclass(frozen=True, slots=True)
class UnreadableReport:
    commit: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """``judged`` and ``unreadable`` are sorted from the newest to the oldest, ``to_read`` are
    commits. In ``skipped`` changes nothing differs that is read; they count as passed.
    ``parentless`` commits are no change. Times are in seconds."""

    branch: str
    changes: int
    comments: int
    verdicts: dict[str, int]
    skipped: int
    parentless: int
    shallow: bool
    median_seconds: float
    slowest_seconds: float
    to_read: list[str]
    judged: list[ReplayedReport]
    unreadable: list[UnreadableReport]
    rules: list[RuleCountReport]


def backtest_json(found: Backtest) -> Iterator[str]:
    """The text of the report in pieces."""
    report = BacktestReport(
        branch=clean(found.branch),
        changes=found.changes,
        comments=found.comments,
        verdicts={verdict.value: count for verdict, count in found.verdicts.items()},
        skipped=found.skipped,
        parentless=found.parentless,
        shallow=found.shallow,
        median_seconds=found.median_seconds,
        slowest_seconds=found.seconds_of(SLOWEST_SHARE),
        to_read=[each.change.commit for each in found.instructive(MOST_TO_READ)],
        judged=[*map(_replayed, found.replayed)],
        unreadable=[*map(_unreadable, found.unreadable)],
        rules=[_rule(each) for each in found.rules],
    )
    return json_text(report)


def _replayed(each: Replayed) -> ReplayedReport:
    change = each.change
    return ReplayedReport(
        commit=change.commit,
        parent=change.parent or "",
        title=clean(change.title),
        merged_at=_moment(change),
        merge=change.merge,
        verdict=each.verdict.value,
        quiet=each.quiet,
        sentence=clean(each.sentence),
        seconds=each.seconds,
        findings=[*map(_objection, each.objections)],
    )


def _rule(each: RuleCount) -> RuleCountReport:
    return RuleCountReport(
        each.rule,
        each.enforcement.value,
        each.findings,
        each.changes,
        round(each.per_twenty, 2),
    )


def _objection(each: Objection) -> ObjectionReport:
    return ObjectionReport(
        each.rule,
        each.enforcement.value,
        clean(each.message),
        clean(each.location.path),
        each.location.line,
    )


def _unreadable(each: Unreadable) -> UnreadableReport:
    return UnreadableReport(each.change.commit, clean(each.change.title), clean(each.reason))


def _moment(change: MergedChange) -> str:
    return change.merged_at.isoformat().replace("+00:00", "Z")
