"""The verdict in one sentence that names workloads."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from edgewarden.governance.review import ClusterReview, Verdict
from edgewarden.reachability.causes import because
from edgewarden.reachability.reasons import Because, CauseKind, Side
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.wording import listed
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
from edgewarden.reporting.whys import object_text
from edgewarden.reporting.wording import CONDITIONAL, counted

VERDICT_TITLES = {
    Verdict.PASS: "passes",
    Verdict.ATTENTION: "needs attention",
    Verdict.BLOCKED: "blocked",
    Verdict.INCONCLUSIVE: "inconclusive",
}

FILES_READ = "in files that end in .yaml, .yml or .json"
"""Where manifests are looked for (``manifests.snapshot.MANIFEST_SUFFIXES``)."""

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
    review: ClusterReview,
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

    It names the weightiest first: what the internet or every pod newly reaches, then the widest
    rows. It counts the rest, and says when something was not judged.
    """
    crowds = [row for row in statements if row.crowd and not row.conditional]
    wide = {row.kind for row in crowds}
    among = "newly allows, among known workloads," if Kind.OPENED in wide else "newly allows"
    clauses = [
        *_crowd_clauses(crowds),
        *_edge_clause(among, opened, _NAMED_ROWS),
        *_edge_clause("newly blocks", closed, _NAMED_ROWS),
        *_edge_clause("allows, with added workloads,", of_added),
        *_edge_clause("takes away, with removed workloads,", of_removed),
        *_edge_clause("may newly allow", may_opened),
        *_edge_clause("may newly block", may_closed),
    ]
    tables = {
        Kind.OPENED: opened,
        Kind.CLOSED: closed,
        Kind.MAY_OPEN: may_opened,
        Kind.MAY_CLOSE: may_closed,
    }
    told = wide | {kind for kind, table in tables.items() if table.rows}
    unseen = [row for row in statements if not row.seen and row not in crowds]
    clauses += [*_statement_clauses(unseen, told, clauses)]
    if not clauses and isolation:
        clauses.append(_isolation_clause(isolation))
    directly = " directly" if paths.title else ""
    decisive = [problem for problem in review.problems if problem.decisive]
    nothing = _nothing(inconclusive=bool(decisive))
    said = f"this change {'; it '.join(clauses)}" if clauses else f"{nothing}{directly}"
    scope = _shortened(visible(review.diff.scope), _LONGEST_ROW)
    parts = [f"{_bare(review)}{f'of connections {scope}, ' if scope else ''}{said}"]
    parts += _relabelling(review.diff)
    if paths.title:
        parts.append(_shortened(visible(paths.title), _LONGEST_PATHS))
    if findings:
        parts.append(_findings_text(findings))
    if decisive:
        first = _end_of(visible(str(decisive[0].location)))
        parts.append(
            f"{counted(len(decisive), 'part was', 'parts were')} not judged, the first at {first},"
            f" so more may change than is listed"
        )
    return "; ".join(parts) + "."


def _bare(review: ClusterReview) -> str:
    """Where something was not read, nobody knows what it holds."""
    unread = bool(review.problems)
    match sorted(review.bare):
        case []:
            return ""
        case [Side.HEAD] if not unread:
            return "no policy and no workload is left: "
        case [Side.BASE] if not unread:
            return "there was no policy and no workload before: "
        case _ if not unread:
            return f"there is no policy and no workload on either side, {FILES_READ}: "
        case [side]:
            return f"no policy and no workload could be read in the {side}: "
        case _:
            return "no policy and no workload could be read on either side: "


def _relabelling(diff: ReachabilityDiff) -> Iterator[str]:
    """The objects whose other labels change connections without any policy."""
    causes = [
        *(each.causes for each in (*diff.added, *diff.removed, *diff.changed)),
        *(each.causes for each in (*diff.may_added, *diff.may_removed)),
        *(each.causes for each in (*diff.symbolic.opened, *diff.symbolic.closed)),
    ]
    kinds = [because(some) for some in causes]
    objects = dict.fromkeys(
        object_text(cause.subject)
        for kind, some in zip(kinds, causes, strict=True)
        if kind is Because.LABELS_CHANGED
        for cause in some
        if cause.kind is CauseKind.LABELS_CHANGED
    )
    if objects:
        names = [clipped(visible(name), _LONGEST_PARTY) for name in list(objects)[:_NAMED_ROWS]]
        more = len(objects) - len(names)
        whose = listed([*names, f"{more} more"] if more else names)
        share = "all" if set(kinds) == {Because.LABELS_CHANGED} else "some"
        yield f"{share} of this because the labels of {whose} changed"


def _findings_text(findings: Sequence[FindingRow]) -> str:
    """``1 finding: A``, ``3 x A``, ``4 findings: 3 x A, B``."""
    titles = Counter(finding.title for finding in findings)
    texts = [
        f"{f'{times} x ' if times > 1 else ''}{clipped(visible(title), _LONGEST_TITLE)}"
        for title, times in list(titles.items())[:_NAMED_FINDINGS]
    ]
    more = f" and {len(titles) - _NAMED_FINDINGS} more" if len(titles) > _NAMED_FINDINGS else ""
    count = "" if len(findings) > len(titles) == 1 else f"{counted(len(findings), 'finding')}: "
    return f"{count}{', '.join(texts)}{more}"


def _shortened(text: str, longest: int) -> str:
    """Cut between words, where the cut would be in one that is not very long.

    A list in parentheses is closed before it is cut off.
    """
    if len(text) <= longest:
        return text
    head = _DANGLING.sub("", text[:longest].rpartition(" ")[0])
    if 2 * len(head) <= longest and not _is_open(text[:longest]):
        return clipped(text, longest)
    return f"{head}{' and more)' if _is_open(head) else ''} …"


_DANGLING = re.compile(r"( and| except| not in| in|[,;])+$")


def _is_open(text: str) -> bool:
    """Whether it ends within parentheses."""
    return text.count("(") > text.count(")")


def _end_of(place: str) -> str:
    """A long place by its end, where the file's own name and the line are."""
    return place if len(place) <= _LONGEST_PLACE else f"…{place[1 - _LONGEST_PLACE :]}"


def _nothing(*, inconclusive: bool) -> str:
    if inconclusive:
        return "no change of a connection was found in what could be judged"
    return "this change opens and closes nothing"


def _row_text(row: EdgeRow) -> str:
    """As ``edge_tables.row_text``, each part cut by itself, so that the ports are not lost."""
    source, target = (
        _shortened(visible(party.text), _LONGEST_PARTY) for party in (row.source, row.target)
    )
    return f"{source} → {target} on {_shortened(row.ports, _LONGEST_PORTS)}"


def _edge_clause(verb: str, table: EdgeTable, most: int = 1) -> list[str]:
    if not table.rows:
        return []
    named = table.rows[:most]
    texts = map(_row_text, named)
    more = table.pairs - sum(row.pairs for row in named)
    tail = f", and {counted(more, 'more connection')}" if more else ""
    return [f"{verb} {', '.join(texts)}{tail}"]


_CROWD_VERBS = {Kind.OPENED: "newly opens", Kind.MAY_OPEN: "may newly open"}


def _crowd_clauses(rows: Sequence[StatementRow]) -> Iterator[str]:
    """``newly opens all pods in namespace pay on TCP 80 to the internet``."""
    for kind, verb in _CROWD_VERBS.items():
        alike = [row for row in rows if row.kind is kind]
        alike.sort(key=lambda row: not row.from_internet)
        texts = [
            f"{_set_text(row.target)} on {_shortened(row.ports, _LONGEST_PORTS)} to {row.crowd}"
            for row in alike[:_NAMED_ROWS]
        ]
        more = len(alike) - len(texts)
        tail = f", and {counted(more, 'more set')} of pods as widely" if more else ""
        if texts:
            yield f"{verb} {', '.join(texts)}{tail}"


_VERBS = {
    Kind.OPENED: "newly allows",
    Kind.CLOSED: "newly blocks",
    Kind.MAY_OPEN: "may newly allow",
    Kind.MAY_CLOSE: "may newly block",
}


def _statement_clauses(
    rows: Sequence[StatementRow], told: Collection[Kind], said: Sequence[str]
) -> Iterator[str]:
    """One clause for each kind, naming the widest statements, after those ``said`` already.

    Conditional ones are counted where anything else is named, and not even that where known
    workloads have ``told`` of the kind.
    """
    of_whom = ", over all pods that could exist," if said else ""
    named = bool(said) or not all(row.conditional for row in rows)
    for kind, verb in _VERBS.items():
        alike = [row for row in rows if row.kind is kind]
        plain = [row for row in alike if not row.conditional]
        if plain or (alike and not named):
            first = (plain or alike)[:_NAMED_ROWS]
            more = len(alike) - len(first)
            text = ", ".join(map(_statement_text, first))
            tail = f", and {counted(more, 'more set')} of connections" if more else ""
            yield f"{verb}{of_whom} {text}{tail}"
        elif alike and kind not in told:
            yield f"{verb}{of_whom} {counted(len(alike), 'set')} of connections {CONDITIONAL}"


def _statement_text(row: StatementRow) -> str:
    source, target = map(_set_text, (row.source, row.target))
    return f"{source} → {target} on {_shortened(row.ports, _LONGEST_PORTS)}"


def _set_text(texts: Sequence[str]) -> str:
    """The first of several sets, with the number of the others."""
    more = f" (and {counted(len(texts) - 1, 'more set')})" if texts[1:] else ""
    return f"{_shortened(visible(texts[0]), _LONGEST_SET)}{more}"


def _isolation_clause(rows: Sequence[IsolationRow]) -> str:
    texts = [_shortened(visible(row.text), _LONGEST_ROW) for row in rows[:_NAMED_ROWS]]
    more = len(rows) - len(texts)
    tail = f" and {more} more" if more else ""
    return f"opens and closes no known connection, but isolation changes ({', '.join(texts)}{tail})"
