"""A report as blocks, in reading order, before any medium gives them a shape.

Texts are plain and unescaped. What shows them on a terminal passes them through
``escaping.visible``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.governance.findings import Enforcement, Outcome
from edgewarden.governance.review import Verdict
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.cluster_view import ClusterView
from edgewarden.reporting.connectivity_view import ConnectivityView
from edgewarden.reporting.rows import (
    Before,
    CheckRow,
    EdgeRow,
    EdgeTable,
    ExceptionRow,
    FindingRow,
    IsolationRow,
    Kind,
    PathRow,
    PathTable,
    Place,
    ProblemRow,
    StatementRow,
    Why,
)
from edgewarden.reporting.view import ReviewView
from edgewarden.reporting.wording import CONDITIONAL, counted, sets_text


class Tone(StrEnum):
    """How a text is meant, for media that have colours."""

    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"
    PLAIN = "plain"
    QUIET = "quiet"


VERDICT_TONES = {
    Verdict.PASS: Tone.GOOD,
    Verdict.ATTENTION: Tone.ATTENTION,
    Verdict.BLOCKED: Tone.BAD,
    Verdict.INCONCLUSIVE: Tone.BAD,
}
_OUTCOME_TONES = {
    Outcome.PASS: Tone.GOOD,
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


@dataclass(frozen=True, slots=True)
class Banner:
    """The verdict: its title and the one sentence."""

    title: str
    sentence: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Edges:
    """Connections; ``tone`` says whether they open or close something."""

    rows: tuple[EdgeRow, ...]
    tone: Tone


@dataclass(frozen=True, slots=True)
class Item:
    """One point with the lines that belong to it."""

    text: str
    tone: Tone = Tone.PLAIN
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]


Block: TypeAlias = Banner | Heading | Edges | Items


def review_blocks(view: ReviewView) -> tuple[Block, ...]:
    """A whole review: the verdict, what becomes of each cluster, and the limits."""
    return (
        Banner(view.title, view.sentence, VERDICT_TONES[view.verdict]),
        *_texts("Why", view.reasons),
        *(
            block
            for number, cluster in enumerate(view.clusters)
            for block in (
                *(_introduction(cluster, first=not number) if view.several else ()),
                *_cluster_blocks(cluster),
            )
        ),
        *_texts("Other clusters", view.others),
        *limits_blocks(view.problems, view.assumptions),
        *_texts("Comparison", (view.compared,)),
    )


def _introduction(view: ClusterView, *, first: bool) -> tuple[Block, ...]:
    """The sentence on the first stands at the very top."""
    heading = Heading(f"{capitalised(view.name)}: {view.title}")
    sentence = Items((Item(capitalised(view.sentence), VERDICT_TONES[view.verdict]),))
    return (heading,) if first else (heading, sentence)


def _cluster_blocks(view: ClusterView) -> tuple[Block, ...]:
    """Isolation, connections, findings, checklist, limits."""
    checks = (*view.open_checks, *view.settled_checks)
    return (
        *_texts("Why", view.reasons),
        *_listing("Isolation", map(_isolation, (*view.isolated, *view.released))),
        *_edges("Newly allowed", view.opened, Tone.ATTENTION),
        *_edges("Newly blocked", view.closed, Tone.BAD),
        *_edges("Allowed with added workloads", view.of_added, Tone.PLAIN),
        *_edges("Gone with removed workloads", view.of_removed, Tone.PLAIN),
        *_edges("May newly be allowed", view.may_opened, Tone.ATTENTION),
        *_edges("May newly be blocked", view.may_closed, Tone.ATTENTION),
        *_listing(
            "Over all pods that could exist",
            map(_statement, (*view.statements, *view.witnessed)),
        ),
        *_listing(
            f"Over all pods that could exist, {CONDITIONAL}", map(_statement, view.conditional)
        ),
        *_paths(view.paths),
        *_listing("Findings", map(_finding, view.findings)),
        *_listing("Exceptions", map(_exception, view.exceptions)),
        *_listing("Checklist", map(_check, checks)),
        *limits_blocks(view.problems, view.assumptions),
    )


def connectivity_blocks(view: ConnectivityView) -> tuple[Block, ...]:
    """The connections of one state and the limits of the answer."""
    tone = Tone.ATTENTION if view.bare else VERDICT_TONES[view.verdict]
    return (
        Banner(view.title, view.sentence, tone),
        *_edges("Allowed", view.allowed, Tone.PLAIN),
        *_edges("May be allowed", view.may_be_allowed, Tone.ATTENTION),
        *limits_blocks(view.problems, view.assumptions),
    )


def limits_blocks(problems: Sequence[ProblemRow], assumptions: Sequence[str]) -> tuple[Block, ...]:
    """What an answer does not cover, and what it takes for granted."""
    return (
        *_listing("Not judged", map(_problem, problems)),
        *_texts("Assumptions", assumptions),
    )


def place_text(place: Place) -> str:
    side = " in the base" if place.side == "base" else ""
    beside = f", {place.location.beside}" if place.location.beside else ""
    return f"{place.location.spot}{side}{beside}"


def why_text(why: Why) -> str:
    return f"{why.text} ({place_text(why.place)})"


def _edges(title: str, table: EdgeTable, tone: Tone) -> Sequence[Block]:
    if not table.rows:
        return ()
    return Heading(f"{title}: {counted(table.pairs, 'connection')}"), Edges(table.rows, tone)


def _listing(title: str, items: "map[Item]") -> Sequence[Block]:
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


def _isolation(row: IsolationRow) -> Item:
    members = (", ".join(row.workloads.members),) if row.workloads.folded else ()
    return Item(row.text, Tone.ATTENTION, (*members, *map(why_text, row.whys)))


def _statement(row: StatementRow) -> Item:
    limits = f" ({row.limits})" if row.limits else ""
    limits += f", {row.doubt}" if row.doubt else ""
    return Item(
        f"{row.kind}: {sets_text(row.source)} → {sets_text(row.target)}: {row.ports}{limits}",
        _STATEMENT_TONES[row.kind],
        (
            *map(why_text, row.whys),
            *(f"To settle it: {why_text(fact)}" for fact in row.facts),
            *(f"Before: {_before(before)}" for before in row.before),
            f"It concerns {row.known}",
        ),
    )


def _before(before: Before) -> str:
    by = ", ".join((*map(why_text, before.by), *(["others"] if before.others else ())))
    return f"{before.text} by {by}" if by else before.text


def _finding(row: FindingRow) -> Item:
    tone = Tone.BAD if row.enforcement is Enforcement.DENY else Tone.ATTENTION
    return Item(
        f"{row.title} ({row.severity.value}, {row.enforcement.value}, {row.rule})",
        tone,
        (
            f"{place_text(row.place)}: {row.message}",
            f"Remedy: {row.remedy}",
            *(f"    {line}" for line in row.snippet),
        ),
    )


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
    return Item(f"{row.title}: {row.outcome_text}", _OUTCOME_TONES[row.outcome], (evidence,))


def _problem(row: ProblemRow) -> Item:
    weight = "" if row.decisive else " (does not touch the verdict)"
    return Item(
        f"{place_text(row.place)}: {row.message}{weight}",
        Tone.BAD if row.decisive else Tone.QUIET,
        (f"Remedy: {row.remedy}",),
    )
