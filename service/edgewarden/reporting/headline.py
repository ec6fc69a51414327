"""The verdict in one sentence that names workloads."""

from collections.abc import Sequence

from edgewarden.governance.review import Review, Verdict
from edgewarden.reporting.escaping import clipped, visible
from edgewarden.reporting.rows import (
    EdgeRow,
    EdgeTable,
    FindingRow,
    IsolationRow,
    Kind,
    PathTable,
    StatementRow,
)
from edgewarden.reporting.wording import counted

VERDICT_TITLES = {
    Verdict.PASS: "passes",
    Verdict.ATTENTION: "needs attention",
    Verdict.BLOCKED: "blocked",
    Verdict.INCONCLUSIVE: "inconclusive",
}

_NAMED_ROWS = 2
_LONGEST_ROW = 120
_LONGEST_PARTY = 75
_LONGEST_SET = 110
_LONGEST_PORTS = 50
_NAMED_FINDINGS = 3
_LONGEST_TITLE = 60
_LONGEST_PLACE = 100
_LONGEST_PATHS = 250


def headline(
    review: Review,
    *,
    opened: EdgeTable,
    closed: EdgeTable,
    of_added: EdgeTable,
    of_removed: EdgeTable,
    may_opened: EdgeTable,
    may_closed: EdgeTable,
    statements: Sequence[StatementRow],
    paths: PathTable,
    isolation: Sequence[IsolationRow],
    findings: Sequence[FindingRow],
) -> str:
    """One sentence without its verdict's title, of at most about 2500 characters.

    It names the widest rows, counts the rest, and says when something was not judged.
    """
    clauses = [
        *_edge_clause("newly allows", opened, _NAMED_ROWS),
        *_edge_clause("newly blocks", closed, _NAMED_ROWS),
        *_edge_clause("allows, with added workloads,", of_added),
        *_edge_clause("takes away, with removed workloads,", of_removed),
        *_edge_clause("may newly allow", may_opened),
        *_edge_clause("may newly block", may_closed),
    ]
    clauses += _statement_clauses(
        statements, ", over all pods that could exist," if clauses else ""
    )
    if not clauses and isolation:
        clauses.append(_isolation_clause(isolation))
    directly = " directly" if paths.title else ""
    said = f"this change {'; it '.join(clauses)}" if clauses else f"{_nothing(review)}{directly}"
    scope = clipped(visible(review.diff.scope), _LONGEST_ROW)
    parts = [f"of connections {scope}, {said}" if scope else said]
    if paths.title:
        parts.append(clipped(visible(paths.title), _LONGEST_PATHS))
    if findings:
        titles = list(dict.fromkeys(finding.title for finding in findings))
        named = ", ".join(
            clipped(visible(title), _LONGEST_TITLE) for title in titles[:_NAMED_FINDINGS]
        )
        more = f" and {len(titles) - _NAMED_FINDINGS} more" if titles[_NAMED_FINDINGS:] else ""
        parts.append(f"{counted(len(findings), 'finding')}: {named}{more}")
    decisive = [problem for problem in review.problems if problem.decisive]
    if decisive:
        first = _end_of(visible(str(decisive[0].location)))
        parts.append(
            f"{counted(len(decisive), 'part was', 'parts were')} not judged, the first at {first},"
            f" so more may change than is listed"
        )
    return "; ".join(parts) + "."


def _end_of(place: str) -> str:
    """A long place by its end, where the file's own name and the line are."""
    return place if len(place) <= _LONGEST_PLACE else f"…{place[1 - _LONGEST_PLACE :]}"


def _nothing(review: Review) -> str:
    if review.inconclusive:
        return "no change of a connection was found in what could be judged"
    return "this change opens and closes nothing"


def _row_text(row: EdgeRow) -> str:
    """As ``edge_tables.row_text``, each part cut by itself, so that the ports are not lost."""
    source, target = (
        clipped(visible(party.text), _LONGEST_PARTY) for party in (row.source, row.target)
    )
    return f"{source} → {target} on {clipped(row.ports, _LONGEST_PORTS)}"


def _edge_clause(verb: str, table: EdgeTable, most: int = 1) -> list[str]:
    if not table.rows:
        return []
    named = table.rows[:most]
    texts = map(_row_text, named)
    more = table.pairs - sum(row.pairs for row in named)
    tail = f" and {counted(more, 'more connection')}" if more else ""
    return [f"{verb} {', '.join(texts)}{tail}"]


_VERBS = {
    Kind.OPENED: "newly allows",
    Kind.CLOSED: "newly blocks",
    Kind.MAY_OPEN: "may newly allow",
    Kind.MAY_CLOSE: "may newly block",
}


def _statement_clauses(rows: Sequence[StatementRow], of_whom: str) -> list[str]:
    """One clause for each kind, naming the widest statement that no known workload shows."""
    clauses = []
    for kind, verb in _VERBS.items():
        alike = [row for row in rows if row.kind is kind and not row.seen]
        if alike:
            first, more = alike[0], len(alike) - 1
            source, target = map(_set_text, (first.source, first.target))
            text = f"{source} → {target} on {clipped(first.ports, _LONGEST_PORTS)}"
            tail = f" and {counted(more, 'more set')} of connections" if more else ""
            clauses.append(f"{verb}{of_whom} {text}{tail}")
    return clauses


def _set_text(texts: Sequence[str]) -> str:
    """The first of several sets, with the number of the others."""
    more = f" and {len(texts) - 1} more" if texts[1:] else ""
    return f"{clipped(visible(texts[0]), _LONGEST_SET)}{more}"


def _isolation_clause(rows: Sequence[IsolationRow]) -> str:
    texts = [clipped(visible(row.text), _LONGEST_ROW) for row in rows[:_NAMED_ROWS]]
    more = len(rows) - len(texts)
    tail = f" and {more} more" if more else ""
    return f"opens and closes no known connection, but isolation changes ({', '.join(texts)}{tail})"
