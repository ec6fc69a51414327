"""What a change does to one cluster, made ready to be shown.

``cluster_view`` chooses words, groups and orders; it decides nothing that the review did not
decide. Every text is plain and unescaped.
"""

from dataclasses import dataclass
from datetime import datetime

from edgewarden.governance.exceptions import CoveredEdge
from edgewarden.governance.findings import Enforcement, Finding, Severity
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.review import ClusterReview, Verdict
from edgewarden.reachability.location import Problem
from edgewarden.reachability.reasons import Because
from edgewarden.reporting import edge_tables
from edgewarden.reporting.across import clusters_named
from edgewarden.reporting.check_rows import open_checks, settled_checks
from edgewarden.reporting.contract_rows import ContractTable, contract_table
from edgewarden.reporting.fix_diff import fix_lines
from edgewarden.reporting.headline import VERDICT_TITLES, headline
from edgewarden.reporting.isolation import isolation_rows
from edgewarden.reporting.parties import Namer, workloads_of
from edgewarden.reporting.path_rows import path_table
from edgewarden.reporting.rows import (
    CheckRow,
    EdgeTable,
    ExceptionRow,
    FindingRow,
    FixRow,
    IsolationRow,
    PathTable,
    Place,
    ProblemRow,
    StatementRow,
)
from edgewarden.reporting.standing import apart
from edgewarden.reporting.statement_rows import statement_rows
from edgewarden.reporting.wording import short_revision, time_left

_SEVERITIES = tuple(reversed(Severity))
_NEW_OR_GONE = frozenset({Because.WORKLOAD_ADDED, Because.WORKLOAD_REMOVED})


@dataclass(frozen=True, slots=True)
class ClusterView:
    """What is shown of one cluster, or of several that fare alike, in the order of reading.

    ``name`` says which. ``sentence`` is the verdict in one
    sentence of bounded length, ``title`` in two words.
    ``opened`` and ``closed`` are changes between workloads that exist on both sides;
    ``of_added`` and ``of_removed`` come and go with their workloads. ``statements`` are about all
    pods that could exist, ``witnessed`` those of which the connections above say as much, and
    ``conditional`` cases that nothing in the repository shows to be there, where there are others.
    ``paths`` are those that somebody asked for, ``contract`` what became of agreed connections.
    ``open_checks`` fail, are to check or need a person; ``settled_checks`` pass, are signed off or
    do not apply. ``standing`` are lines on what was not judged before either and is not touched;
    ``problems`` have none of that.
    """

    name: str
    verdict: Verdict
    title: str
    sentence: str
    reasons: tuple[str, ...]
    isolated: tuple[IsolationRow, ...]
    released: tuple[IsolationRow, ...]
    opened: EdgeTable
    closed: EdgeTable
    of_added: EdgeTable
    of_removed: EdgeTable
    may_opened: EdgeTable
    may_closed: EdgeTable
    statements: tuple[StatementRow, ...]
    witnessed: tuple[StatementRow, ...]
    conditional: tuple[StatementRow, ...]
    paths: PathTable
    findings: tuple[FindingRow, ...]
    exceptions: tuple[ExceptionRow, ...]
    contract: ContractTable
    open_checks: tuple[CheckRow, ...]
    settled_checks: tuple[CheckRow, ...]
    problems: tuple[ProblemRow, ...]
    standing: tuple[str, ...]
    assumptions: tuple[str, ...]


def cluster_view(review: ClusterReview, now: datetime) -> ClusterView:
    diff = review.diff
    namer = Namer(workloads_of(diff))
    edges = (*diff.added, *diff.removed, *diff.changed)
    lasting = tuple(change for change in edges if change.because not in _NEW_OR_GONE)
    added = tuple(change for change in edges if change.because is Because.WORKLOAD_ADDED)
    removed = tuple(change for change in edges if change.because is Because.WORKLOAD_REMOVED)
    opened = edge_tables.opened(lasting, review.covered, now, namer)
    closed = edge_tables.closed(lasting, namer)
    of_added = edge_tables.opened(added, review.covered, now, namer)
    of_removed = edge_tables.closed(removed, namer)
    may_opened = edge_tables.may(diff.may_added, namer)
    may_closed = edge_tables.may(diff.may_removed, namer)
    isolated, released = isolation_rows(diff.isolation, diff.symbolic.isolation, namer)
    stated = statement_rows(diff.symbolic)
    witnessed = tuple(row for row in stated if row.witnessed)
    statements = tuple(row for row in stated if not row.witnessed and not row.conditional)
    conditional = tuple(row for row in stated if not row.witnessed and row.conditional)
    if not statements and not witnessed:
        statements, conditional = conditional, ()
    paths = path_table(review.paths)
    findings = _finding_rows(review.findings)
    problems, standing = apart(review.problems)
    return ClusterView(
        name=clusters_named(review.clusters),
        verdict=review.verdict,
        title=VERDICT_TITLES[review.verdict],
        sentence=headline(
            review,
            opened=opened,
            closed=closed,
            of_added=of_added,
            of_removed=of_removed,
            may_opened=may_opened,
            may_closed=may_closed,
            statements=(*statements, *conditional),
            paths=paths,
            isolation=(*isolated, *released),
            findings=findings,
        ),
        reasons=review.reasons,
        isolated=isolated,
        released=released,
        opened=opened,
        closed=closed,
        of_added=of_added,
        of_removed=of_removed,
        may_opened=may_opened,
        may_closed=may_closed,
        statements=statements,
        witnessed=witnessed,
        conditional=conditional,
        paths=paths,
        findings=findings,
        exceptions=_exception_rows(review.covered, now, namer),
        contract=contract_table(review.contract),
        open_checks=tuple(open_checks(review.checklist)),
        settled_checks=tuple(settled_checks(review.checklist)),
        problems=problem_rows(problems),
        standing=standing,
        assumptions=review.assumptions,
    )


def _finding_rows(findings: tuple[Finding, ...]) -> tuple[FindingRow, ...]:
    """What denies before what warns, the most severe first; what is only audited is not shown."""
    shown = (finding for finding in findings if finding.enforcement is not Enforcement.AUDIT)
    ordered = sorted(
        shown,
        key=lambda finding: (
            finding.enforcement is not Enforcement.DENY,
            _SEVERITIES.index(finding.severity),
            finding.rule,
            finding.location,
            finding.message,
        ),
    )
    told: set[Fix] = set()
    return tuple(_finding_row(finding, told) for finding in ordered)


def _finding_row(finding: Finding, told: set[Fix]) -> FindingRow:
    """A fix that is ``told`` already is not shown again."""
    remedy, *snippet = finding.remedy.rstrip().split("\n")
    fix = None if finding.fix is None else _fix_row(finding.fix, told)
    return FindingRow(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        enforcement=finding.enforcement,
        message=finding.message,
        remedy=f"{remedy.removesuffix(':')}." if fix and snippet else remedy,
        snippet=() if fix else tuple(snippet),
        place=Place(finding.location, finding.side),
        since=short_revision(finding.since),
        fix=fix,
    )


def _fix_row(fix: Fix, told: set[Fix]) -> FixRow:
    if fix in told:
        return FixRow(f"{fix.action} The fix above does it.", ())
    told.add(fix)
    diff = fix_lines(fix)
    by_command = "" if diff else " `edgewarden fix` writes it."
    return FixRow(f"{fix.action} {fix.effect}{by_command}", diff)


def _exception_rows(
    covered: tuple[CoveredEdge, ...], now: datetime, namer: Namer
) -> tuple[ExceptionRow, ...]:
    exceptions = {edge.exception.number: edge.exception for edge in covered}
    rows = []
    for number, exception in sorted(exceptions.items()):
        changes = tuple(edge.change for edge in covered if edge.exception.number == number)
        table = edge_tables.opened(changes, (), now, namer)
        rows.append(
            ExceptionRow(
                name=exception.name,
                text=(
                    f"{exception.name}, {time_left(exception.expires_at, now)}"
                    f" (owner {exception.owner}, ticket {exception.ticket or 'none'})"
                ),
                reason=exception.reason,
                covers=tuple(map(edge_tables.row_text, table.rows)),
            )
        )
    return tuple(rows)


def problem_rows(problems: tuple[Problem, ...]) -> tuple[ProblemRow, ...]:
    """Decisive ones come first."""
    return tuple(
        ProblemRow(
            message=problem.message,
            remedy=problem.remedy,
            place=Place(problem.location),
            decisive=problem.decisive,
        )
        for problem in sorted(problems, key=lambda problem: not problem.decisive)
    )
