"""Findings as reports in JSON have them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.findings import Finding
from edgewarden.governance.fixes.fix import Fix
from edgewarden.reporting.json_parts import clean
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.whys import object_text


@dataclass(frozen=True, slots=True)
class FixReport:
    """``lines`` in the place of those from ``first_line`` to ``last_line`` of a file of the head,
    which are ``before``."""

    file: str
    first_line: int
    last_line: int
    before: list[str]
    lines: list[str]
    action: str
    effect: str


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
    clusters: list[str]
    standing: str
    since: str
    fix: FixReport | None


@dataclass(frozen=True, slots=True)
class FindingsReport:
    """What ``edgewarden rules check --format json`` prints."""

    findings: list[FindingReport]


def finding_report(finding: Finding, clusters: list[str]) -> FindingReport:
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
        clusters=clusters,
        standing=finding.standing.value,
        since=finding.since,
        fix=None if finding.fix is None else _fix_report(finding.fix),
    )


def _fix_report(fix: Fix) -> FixReport:
    return FixReport(
        file=clean(fix.path),
        first_line=fix.first,
        last_line=fix.last,
        before=[*map(clean, fix.before)],
        lines=[*map(clean, fix.lines)],
        action=fix.action,
        effect=fix.effect,
    )


def findings_json(found: Iterable[tuple[str, Sequence[Finding]]]) -> Iterator[str]:
    """Of clusters by their names."""
    return json_text(
        FindingsReport([finding_report(each, [name]) for name, some in found for each in some])
    )
