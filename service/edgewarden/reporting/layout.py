"""Which blocks a report has, in reading order."""

from collections.abc import Iterable, Sequence

from edgewarden.governance.findings import Enforcement, Outcome
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import (
    VERDICT_TONES,
    Banner,
    Block,
    Edges,
    Heading,
    Item,
    Items,
    Tone,
    place_text,
    why_text,
)
from edgewarden.reporting.cluster_view import ClusterView
from edgewarden.reporting.connectivity_view import ConnectivityView
from edgewarden.reporting.contract_blocks import contract_blocks
from edgewarden.reporting.lengths import WHOLE, Lengths
from edgewarden.reporting.rows import (
    Before,
    CheckRow,
    EdgeTable,
    ExceptionRow,
    FindingRow,
    FixRow,
    IsolationRow,
    Kind,
    PathRow,
    PathTable,
    Place,
    ProblemRow,
    StatementRow,
)
from edgewarden.reporting.view import ReviewView
from edgewarden.reporting.wording import CONDITIONAL, counted, sets_text

_OUTCOME_TONES = {
    Outcome.PASS: Tone.GOOD,
    Outcome.SIGNED: Tone.GOOD,
    Outcome.FAIL: Tone.BAD,
    Outcome.ATTENTION: Tone.ATTENTION,
    Outcome.MANUAL: Tone.ATTENTION,
    Outcome.NOT_APPLICABLE: Tone.QUIET,
}


_STATEMENT_TONES = {
    Kind.OPENED: Tone.ATTENTION,
    Kind.CLOSED: Tone.BAD,
    Kind.MAY_OPEN: Tone.ATTENTION,
    Kind.MAY_CLOSE: Tone.ATTENTION,
}


def review_blocks(view: ReviewView, lengths: Lengths = WHOLE) -> tuple[Block, ...]:
    """A review: the verdict, what becomes of each cluster, and the limits."""
    return (
        banner(view),
        *_texts("Why", view.reasons),
        *(
            block
            for number, cluster in enumerate(view.clusters)
            for block in (
                *(_introduction(cluster, first=not number) if view.several else ()),
                *_cluster_blocks(cluster, lengths),
            )
        ),
        *_texts("Other clusters", view.others),
        *_texts("Fixed since the review before", view.fixed),
        *limits_blocks(view.problems, view.assumptions, view.standing),
        *_texts("Comparison", (view.compared,)),
    )


def banner(view: ReviewView) -> Banner:
    return Banner(view.title, view.sentence, VERDICT_TONES[view.verdict])


def _introduction(view: ClusterView, *, first: bool) -> tuple[Block, ...]:
    """The sentence on the first stands at the very top."""
    heading = Heading(f"{capitalised(view.name)}: {view.title}")
    sentence = Items((Item(capitalised(view.sentence), VERDICT_TONES[view.verdict]),))
    return (heading,) if first else (heading, sentence)


def _cluster_blocks(view: ClusterView, lengths: Lengths) -> tuple[Block, ...]:
    """Isolation, connections, findings, checklist, limits."""
    tables = (
        ("Newly allowed", view.opened, Tone.ATTENTION),
        ("Newly blocked", view.closed, Tone.BAD),
        ("Allowed with added workloads", view.of_added, Tone.PLAIN),
        ("Gone with removed workloads", view.of_removed, Tone.PLAIN),
        ("May newly be allowed", view.may_opened, Tone.ATTENTION),
        ("May newly be blocked", view.may_closed, Tone.ATTENTION),
    )
    isolation = (*view.isolated, *view.released)
    over_all = "Over all pods that could exist"
    return (
        *_texts("Why", view.reasons),
        *_listing("Isolation", (_isolation(row, lengths) for row in isolation)),
        *(block for title, table, tone in tables for block in _edges(title, table, tone, lengths)),
        *_statements(over_all, (*view.statements, *view.witnessed), lengths.statements, lengths),
        *_statements(f"{over_all}, {CONDITIONAL}", view.conditional, lengths.conditional, lengths),
        *_paths(view.paths),
        *_listing("Findings", map(finding_item, view.findings)),
        *_listing("Exceptions", map(_exception, view.exceptions)),
        *contract_blocks(view.contract, lengths.entries),
        *_checklist(view.open_checks, view.settled_checks, lengths),
        *limits_blocks(view.problems, view.assumptions, view.standing),
    )


def _checklist(
    opened: Sequence[CheckRow], settled: Sequence[CheckRow], lengths: Lengths
) -> Sequence[Block]:
    if not (opened or settled):
        return ()
    more = len(settled) - lengths.settled
    rest = f"{counted(more, 'more passes or does', 'more pass or do')} not apply"
    items = (
        *map(_check, (*opened, *settled[: lengths.settled])),
        *((quiet_item(rest),) if more > 0 else ()),
    )
    count = sum(row.items for row in opened)
    return Heading(f"Checklist: {count} of {count + len(settled)} open"), Items(items)


def connectivity_blocks(view: ConnectivityView) -> tuple[Block, ...]:
    """The connections of one state and the limits of the answer."""
    tone = Tone.ATTENTION if view.bare else VERDICT_TONES[view.verdict]
    return (
        Banner(view.title, view.sentence, tone),
        *_edges("Allowed", view.allowed, Tone.PLAIN, WHOLE),
        *_edges("May be allowed", view.may_be_allowed, Tone.ATTENTION, WHOLE),
        *limits_blocks(view.problems, view.assumptions),
    )


def limits_blocks(
    problems: Sequence[ProblemRow], assumptions: Sequence[str], standing: Sequence[str] = ()
) -> tuple[Block, ...]:
    """What an answer does not cover, and what it takes for granted."""
    return (
        *_listing("Not judged", (*map(_problem, problems), *map(quiet_item, standing))),
        *_texts("Assumptions", assumptions),
    )


def quiet_item(text: str) -> Item:
    return Item(text, Tone.QUIET)


def _edges(title: str, table: EdgeTable, tone: Tone, lengths: Lengths) -> Sequence[Block]:
    if not table.rows:
        return ()
    heading = Heading(f"{title}: {counted(table.pairs, 'connection')}")
    return heading, Edges(table.rows, tone, lengths)


def _statements(
    title: str, rows: Sequence[StatementRow], most: int, lengths: Lengths
) -> Sequence[Block]:
    if not rows:
        return ()
    items = [_statement(row, lengths) for row in rows[:most]]
    if (more := len(rows) - len(items)) > 0:
        items.append(quiet_item(counted(more, "more statement")))
    return Heading(f"{title}: {len(rows)}"), Items(tuple(items))


def _listing(title: str, items: Iterable[Item]) -> Sequence[Block]:
    found = tuple(items)
    return (Heading(f"{title}: {len(found)}"), Items(found)) if found else ()


def _texts(title: str, texts: Sequence[str]) -> Sequence[Block]:
    return (Heading(title), Items(tuple(map(Item, texts)))) if texts else ()


def _paths(table: PathTable) -> Sequence[Block]:
    if not table.title:
        return ()
    return (
        Heading(capitalised(table.title)),
        Items(tuple(map(_path, table.rows))),
    )


def _path(row: PathRow) -> Item:
    hops = (
        f"{hop.text} ({'; '.join(map(why_text, hop.whys))})" if hop.whys else hop.text
        for hop in row.hops
    )
    members = (station for station in row.stations if station.folded)
    return Item(
        row.text,
        Tone.ATTENTION,
        (*hops, *(f"{party.text}: {', '.join(party.members)}" for party in members)),
    )


def _isolation(row: IsolationRow, lengths: Lengths) -> Item:
    members = (", ".join(row.workloads.members),) if row.workloads.folded else ()
    return Item(row.text, Tone.ATTENTION, (*members, *lengths.cut_causes(map(why_text, row.whys))))


def _statement(row: StatementRow, lengths: Lengths) -> Item:
    limits = f" ({row.limits})" if row.limits else ""
    limits += f", {row.doubt}" if row.doubt else ""
    return Item(
        f"{row.kind}: {sets_text(row.source)} → {sets_text(row.target)}: {row.ports}{limits}",
        _STATEMENT_TONES[row.kind],
        (
            *lengths.cut_causes(map(why_text, row.whys)),
            *(f"To settle it: {why_text(fact)}" for fact in row.facts),
            *(f"Before: {_before(before, lengths)}" for before in row.before),
            f"It concerns {row.known}",
        ),
    )


def _before(before: Before, lengths: Lengths) -> str:
    named, more = before.by[: lengths.before], len(before.by) - lengths.before
    others = ["others"] if before.others else [f"{more} more"] if more > 0 else []
    by = ", ".join((*map(why_text, named), *others))
    return f"{before.text} by {by}" if by else before.text


def finding_item(row: FindingRow) -> Item:
    tone = Tone.BAD if row.enforcement is Enforcement.DENY else Tone.ATTENTION
    return Item(
        f"{row.title} ({row.terms}, {row.rule})",
        tone,
        (
            f"{place_text(row.place)}: {row.message}",
            f"Remedy: {row.remedy}",
            *(f"    {line}" for line in row.snippet),
            *_fix_notes(row.fix),
        ),
    )


def _fix_notes(row: FixRow | None) -> tuple[str, ...]:
    return () if row is None else (f"Fix: {row.text}", *(f"    {line}" for line in row.diff))


def _exception(row: ExceptionRow) -> Item:
    return Item(
        row.text, notes=(f"Reason: {row.reason}", *(f"covers {text}" for text in row.covers))
    )


def _check(row: CheckRow) -> Item:
    places = ", ".join(map(place_text, row.places))
    evidence = "".join(
        place_text(part) if isinstance(part, Place) else part for part in row.evidence
    )
    evidence += f" ({places})" if places else ""
    asks = (f"Asked: {row.asks}",) if row.asks else ()
    return Item(f"{row.title}: {row.outcome_text}", _OUTCOME_TONES[row.outcome], (evidence, *asks))


def _problem(row: ProblemRow) -> Item:
    weight = "" if row.decisive else " (does not touch the verdict)"
    return Item(
        f"{place_text(row.place)}: {row.message}{weight}",
        Tone.BAD if row.decisive else Tone.QUIET,
        (f"Remedy: {row.remedy}",),
    )
