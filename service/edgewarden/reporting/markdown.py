"""The rows of a report as GitHub-flavoured Markdown."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from edgewarden.reachability.reasons import Side
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.contract_rows import ContractTable, EntryRow, EvidenceRow
from edgewarden.reporting.escaping import code, fenced, prose, prose_between
from edgewarden.reporting.members import folded_parties, who_is_meant
from edgewarden.reporting.rows import (
    Before,
    CheckRow,
    EdgeRow,
    EdgeTable,
    ExceptionRow,
    FindingRow,
    FixRow,
    IsolationRow,
    PathRow,
    PathTable,
    Place,
    ProblemRow,
    StatementRow,
    Why,
)
from edgewarden.reporting.sections import Fold, Section
from edgewarden.reporting.wording import CONDITIONAL, counted, sets_text

OPEN_ROWS = 10
OPEN_FINDINGS = 5
OPEN_STATEMENTS = 5

PlaceLinks: TypeAlias = Callable[[Place], str | None]
"""The address that shows a place, where there is one."""

_EDGE_COLUMNS = ("| From | To | Ports | Why |", "| --- | --- | --- | --- |")
_STANDING_COLUMNS = ("| From | To | Ports |", "| --- | --- | --- |")
_MOST_PLACES = 3
_MOST_BEFORE = 2
_SIDES = {Side.BASE: " in the base", Side.HEAD: "", None: ""}


def unlinked(_place: Place) -> None:
    """No place has an address."""


class MarkdownSections:
    """Writes sections of rows; a file and line is linked where ``links`` has an address."""

    def __init__(self, links: PlaceLinks = unlinked, level: int = 4) -> None:
        """``level`` is that of the headings."""
        self._links = links
        self._level = "#" * level

    def reasons(self, reasons: Sequence[str]) -> Section:
        rows = tuple(f"- {prose(reason)}" for reason in reasons)
        return Section("", rows, ("reason", "reasons"), open_rows=OPEN_ROWS)

    def isolation(self, changes: Sequence[IsolationRow]) -> Section:
        rows = tuple(map(self._isolation_row, changes))
        heading = f"{self._level} Isolation: {counted(len(rows), 'change')}"
        folds = who_is_meant(
            (row.workloads for row in changes if row.workloads.folded),
        )
        return Section(heading, rows, ("change", "changes"), open_rows=OPEN_ROWS, folds=folds)

    def _isolation_row(self, row: IsolationRow) -> str:
        return f"- {prose(row.text)}; {self._whys(row.whys)}"

    def edges(self, title: str, table: EdgeTable) -> Section:
        rows = tuple(map(self._edge_row, table.rows))
        return Section(
            f"{self._level} {title}: {counted(table.pairs, 'connection')}",
            rows,
            ("row", "rows"),
            columns=_EDGE_COLUMNS,
            open_rows=OPEN_ROWS,
            folds=who_is_meant(folded_parties(table)),
        )

    def standing(self, title: str, table: EdgeTable) -> Section:
        """Connections of one state, which nothing caused."""
        rows = tuple(
            f"| {prose(row.source.text)} | {prose(row.target.text)} | {prose(row.ports)} |"
            for row in table.rows
        )
        return Section(
            f"{self._level} {title}: {counted(table.pairs, 'connection')}",
            rows,
            ("row", "rows"),
            columns=_STANDING_COLUMNS,
            open_rows=OPEN_ROWS,
            folds=who_is_meant(folded_parties(table)),
        )

    def unsettled(self, table: EdgeTable) -> Section:
        """Connections of one state that hang on facts which are not in it."""
        rows = tuple(self._fact_row("may be allowed", row) for row in table.rows)
        return Section(
            f"{self._level} May be allowed: {counted(table.pairs, 'connection')}",
            rows,
            ("row", "rows"),
            open_rows=OPEN_ROWS,
            folds=who_is_meant(folded_parties(table)),
        )

    def _edge_row(self, row: EdgeRow) -> str:
        notes = "".join(f"<br>{prose(note)}" for note in row.exceptions)
        return (
            f"| {prose(row.source.text)} | {prose(row.target.text)} | {prose(row.ports)}"
            f" | {self._whys(row.whys)}{notes} |"
        )

    def may(self, opened: EdgeTable, closed: EdgeTable) -> Section:
        rows = (
            *(self._fact_row("may newly be allowed", row) for row in opened.rows),
            *(self._fact_row("may newly be blocked", row) for row in closed.rows),
        )
        total = counted(opened.pairs + closed.pairs, "connection")
        return Section(
            f"{self._level} May change, not settled by what is in the repository: {total}",
            rows,
            ("row", "rows"),
            open_rows=OPEN_ROWS,
            folds=(*who_is_meant(folded_parties(opened)), *who_is_meant(folded_parties(closed))),
        )

    def _fact_row(self, what: str, row: EdgeRow) -> str:
        causes = f"; {self._whys(row.whys)}" if row.whys else ""
        facts = " ".join(f"{prose(fact.text)} ({self._place(fact.place)})" for fact in row.facts)
        return (
            f"- {prose(row.source.text)} → {prose(row.target.text)} on {prose(row.ports)} {what}"
            f"{causes}. **To settle it:** {facts}"
        )

    def statements(
        self,
        statements: Sequence[StatementRow],
        witnessed: Sequence[StatementRow],
        conditional: Sequence[StatementRow],
    ) -> Section:
        """``witnessed`` statements are folded, since the tables of connections say as much, and
        ``conditional`` ones, since nothing shows their cases to be there."""
        folds = tuple(
            Fold(f"{counted(len(rows), 'statement')} {what}", tuple(map(self._statement_row, rows)))
            for rows, what in (
                (witnessed, "that known workloads show"),
                (conditional, CONDITIONAL),
            )
            if rows
        )
        total = counted(len(statements) + len(witnessed) + len(conditional), "statement")
        return Section(
            f"{self._level} Over all pods that could exist: {total}",
            tuple(map(self._statement_row, statements)),
            ("statement", "statements"),
            open_rows=OPEN_STATEMENTS,
            folds=folds,
        )

    def _statement_row(self, row: StatementRow) -> str:
        source, target = prose(sets_text(row.source)), prose(sets_text(row.target))
        limits = f" ({prose(row.limits)})" if row.limits else ""
        limits += f", {prose(row.doubt)}" if row.doubt else ""
        facts = " ".join(f"{prose(fact.text)} ({self._place(fact.place)})" for fact in row.facts)
        settle = f" **To settle it:** {facts}" if facts else ""
        before = f" Before: {'; '.join(map(self._before, row.before))}." if row.before else ""
        return (
            f"- **{capitalised(row.kind)}:** {source} → {target} on"
            f" {prose(row.ports)}{limits}; {self._whys(row.whys)}.{settle}{before}"
            f" It concerns {row.known}."
        )

    def _before(self, before: Before) -> str:
        texts = [
            f"{prose(why.text)} ({self._place(why.place)})" for why in before.by[:_MOST_BEFORE]
        ]
        more = len(before.by) - len(texts)
        tail = " and others" if before.others else f" and {more} more" if more else ""
        return f"{before.text} by {', '.join(texts)}{tail}" if texts else before.text

    def paths(self, table: PathTable) -> Section:
        return Section(
            f"{self._level} {prose(table.title)}",
            tuple(map(self._path_row, table.rows)),
            ("path", "paths"),
            open_rows=OPEN_ROWS,
            folds=who_is_meant(s for row in table.rows for s in row.stations if s.folded),
        )

    def _path_row(self, row: PathRow) -> str:
        hops = (
            f"\n  - {prose(hop.text)}{f'; {self._whys(hop.whys)}' if hop.whys else ''}"
            for hop in row.hops
        )
        return f"- {prose(row.text)}{''.join(hops)}"

    def findings(self, findings: Sequence[FindingRow]) -> Section:
        rows = tuple(map(self._finding_row, findings))
        return Section(
            f"{self._level} Findings: {len(rows)}",
            rows,
            ("finding", "findings"),
            open_rows=OPEN_FINDINGS,
        )

    def _finding_row(self, row: FindingRow) -> str:
        return (
            f"- **{prose(row.title)}** ({row.terms}, {code(row.rule)}) at"
            f" {self._place(row.place)}: {prose(row.message)}"
            f" **Remedy:** {prose(row.remedy)}{_example(row.snippet)}{_fix(row.fix)}"
        )

    def exceptions(self, exceptions: Sequence[ExceptionRow]) -> Section:
        rows = tuple(map(_exception_row, exceptions))
        return Section(
            f"{self._level} Exceptions: {len(rows)} granted earlier; they explain, the verdict"
            " stands",
            rows,
            ("exception", "exceptions"),
            open_rows=OPEN_ROWS,
        )

    def contract(self, table: ContractTable) -> Section:
        """Open is what the change does; the rest is folded. One line where there is neither."""
        if table.title and not (table.changed or table.open or table.uncovered):
            return Section("", (f"**Contract:** {prose(table.title)}.",), ("line", "lines"))
        folds = tuple(
            Fold(summary, rows)
            for summary, rows in (
                (_not_holding(table), tuple(map(self._entry_row, table.open))),
                (
                    counted(
                        len(table.uncovered),
                        "new edge without an entry",
                        "new edges without an entry",
                    ),
                    tuple(map(self._evidence_row, table.uncovered)),
                ),
            )
            if rows
        )
        return Section(
            f"{self._level} Contract: {prose(table.title)}",
            tuple(map(self._entry_row, table.changed)),
            ("entry", "entries"),
            open_rows=OPEN_FINDINGS,
            folds=folds,
        )

    def _entry_row(self, row: EntryRow) -> str:
        beside = f" ({prose('; '.join(row.beside))})" if row.beside else ""
        whys = f" {capitalised(self._whys(row.whys))}." if row.whys else ""
        evidence = "".join(f"\n  {self._evidence_row(each)}" for each in row.evidence)
        return (
            f"- **{prose(row.name)}** {prose(row.outcome)}: {prose(row.text)}{beside},"
            f" {self._place(row.place)}.{whys}{evidence}"
        )

    def _evidence_row(self, row: EvidenceRow) -> str:
        whys = f"; {self._whys(row.whys)}" if row.whys else ""
        facts = " ".join(f"{prose(fact.text)} ({self._place(fact.place)})" for fact in row.facts)
        settle = f" **To settle it:** {facts}" if facts else ""
        return f"- {prose(row.text)}{whys}{settle}"

    def checklist(self, opened: Sequence[CheckRow], settled: Sequence[CheckRow]) -> Section:
        count = sum(row.items for row in opened)
        folds: tuple[Fold, ...] = ()
        if settled:
            summary = f"{counted(len(settled), 'item')} passed or not applicable"
            folds = (Fold(summary, tuple(map(self._check_row, settled))),)
        return Section(
            f"{self._level} Checklist: {count} of {count + len(settled)} open",
            tuple(map(self._check_row, opened)),
            ("item", "items"),
            open_rows=len(opened),
            folds=folds,
        )

    def _check_row(self, row: CheckRow) -> str:
        evidence = "".join(
            self._place(part) if isinstance(part, Place) else prose_between(part)
            for part in row.evidence
        )
        places = ", ".join(map(self._place, row.places[:_MOST_PLACES]))
        more = len(row.places) - _MOST_PLACES
        tail = f" and {more} more" if more > 0 else ""
        return (
            f"- **{prose(row.title)}** {row.outcome_text}: {evidence}"
            f"{f' ({places}{tail})' if places else ''}"
            f"{f' **Asked:** {prose(row.asks)}' if row.asks else ''}"
        )

    def problems(self, problems: Sequence[ProblemRow], standing: Sequence[str] = ()) -> Section:
        """One by one, and below them a line for each kind of ``standing`` ones."""
        rows = (*map(self._problem_row, problems), *(f"- {prose(line)}" for line in standing))
        return Section(
            f"{self._level} Not judged: {len(rows)}",
            rows,
            ("problem", "problems"),
            open_rows=OPEN_ROWS,
        )

    def _problem_row(self, row: ProblemRow) -> str:
        weight = "" if row.decisive else " _(does not touch the verdict)_"
        return (
            f"- {self._place(row.place)}: {prose(row.message)}{weight}"
            f" **Remedy:** {prose(row.remedy)}"
        )

    def assumptions(self, assumptions: Sequence[str]) -> Section:
        rows = tuple(f"- {prose(assumption)}" for assumption in assumptions)
        return Section(
            f"{self._level} Assumptions: {len(rows)}",
            rows,
            ("assumption", "assumptions"),
            open_rows=OPEN_ROWS,
        )

    def _whys(self, whys: Sequence[Why]) -> str:
        texts = [f"{prose(why.text)}, {self._place(why.place)}" for why in whys[:_MOST_PLACES]]
        more = len(whys) - len(texts)
        if more:
            texts.append(f"{counted(more, 'more cause')}")
        return "; ".join(texts)

    def _place(self, place: Place) -> str:
        text = code(place.location.spot)
        address = self._links(place)
        linked = text if address is None else f"[{text}]({address})"
        beside = f", {prose(place.location.beside)}" if place.location.beside else ""
        return f"{linked}{_SIDES[place.side]}{beside}"


def _not_holding(table: ContractTable) -> str:
    return counted(len(table.open), "other entry does not hold", "other entries do not hold")


def _example(lines: Sequence[str], language: str = "yaml") -> str:
    """A fenced block inside a list item."""
    return "\n" + "".join(f"\n  {line}" for line in fenced(lines, language)) if lines else ""


def _fix(row: FixRow | None) -> str:
    """A paragraph and a diff inside a list item."""
    if row is None:
        return ""
    return f"\n\n  **Fix:** {prose(row.text)}{_example(row.diff, 'diff')}"


def _exception_row(row: ExceptionRow) -> str:
    covers = "; ".join(map(prose, row.covers))
    return f"- {prose(row.text)} covers {covers}. Reason: {prose(row.reason)}"
