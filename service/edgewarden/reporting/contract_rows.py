"""What became of the entries of a contract, made ready to be shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.contract.contract import Expected
from edgewarden.governance.contract.report import (
    ContractReport,
    EntryResult,
    Standing,
    Uncovered,
)
from edgewarden.reachability.reasons import Side
from edgewarden.reporting.rows import Place, Why
from edgewarden.reporting.whys import first_questions, whys
from edgewarden.reporting.wording import counted


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What was found, with the reasons or the questions that would settle it."""

    text: str
    whys: tuple[Why, ...] = ()
    facts: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryRow:
    """``text`` says what was agreed, ``outcome`` what became of it and ``beside`` what else is to
    be known of the entry, each of them half a sentence; ``whys`` say which change did that."""

    name: str
    text: str
    standing: Standing
    outcome: str
    place: Place
    beside: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class ContractTable:
    """``title`` is empty where there is no contract. ``changed`` are the entries that the change
    breaks or mends, ``open`` the others that do not hold, ``holding`` counts those that do.
    ``uncovered`` are new edges without an entry."""

    title: str
    changed: tuple[EntryRow, ...]
    open: tuple[EntryRow, ...]
    holding: int
    uncovered: tuple[EvidenceRow, ...]


_WORDS = {
    Standing.HOLDS: ("holds", "hold"),
    Standing.BREAKS: ("breaks", "break"),
    Standing.UNDETERMINED: ("is undetermined", "are undetermined"),
    Standing.VACUOUS: ("is vacuous", "are vacuous"),
}
_WORST_FIRST = (Standing.BREAKS, Standing.UNDETERMINED, Standing.VACUOUS, Standing.HOLDS)


def contract_table(report: ContractReport) -> ContractTable:
    """The entries in a review, whose contract lies in the base of the change."""
    rest = sorted(
        (
            each
            for each in report.entries
            if each.standing is not Standing.HOLDS and not (each.newly_broken or each.mended)
        ),
        key=lambda each: (not each.changed, _WORST_FIRST.index(each.standing)),
    )
    return ContractTable(
        title=_title(report),
        changed=entry_rows((*report.newly_broken, *report.mended), Side.BASE),
        open=entry_rows(rest, Side.BASE),
        holding=len(report.of(Standing.HOLDS)),
        uncovered=tuple(map(_uncovered, report.uncovered)),
    )


def entry_rows(results: Iterable[EntryResult], side: Side | None) -> tuple[EntryRow, ...]:
    """``side`` is the tree that the contract lies in, if it lies in one that is compared."""
    return tuple(_row(each, side) for each in results)


def standings_text(results: Sequence[EntryResult]) -> str:
    """``of 15 entries 1 breaks, 2 are undetermined, 12 hold``."""
    count = counted(len(results), "entry", "entries")
    if all(each.standing is Standing.HOLDS for each in results):
        return f"all of {count} hold" if len(results) > 1 else "the one entry holds"
    counts = (
        (standing, sum(each.standing is standing for each in results)) for standing in _WORST_FIRST
    )
    texts = (f"{n} {_WORDS[standing][n != 1]}" for standing, n in counts if n)
    return f"of {count} {', '.join(texts)}"


def _title(report: ContractReport) -> str:
    if not report.entries:
        return ""
    broken, mended = len(report.newly_broken), len(report.mended)
    changed = [
        text
        for text in (
            f"{broken} newly broken" if broken else "",
            f"{mended} mended" if mended else "",
        )
        if text
    ]
    uncovered = len(report.uncovered)
    parts = [*changed, standings_text(report.entries)]
    if uncovered:
        parts.append(counted(uncovered, "new edge without an entry", "new edges without an entry"))
    return "; ".join(parts)


def _row(result: EntryResult, side: Side | None) -> EntryRow:
    allow = result.expected is Expected.ALLOW
    word = "has to be allowed" if allow else "must not be allowed"
    ports = result.ports if allow else result.ports.replace("every port", "any port")
    return EntryRow(
        name=result.name,
        text=f"{result.source} → {result.destination} {word} on {ports}",
        standing=result.standing,
        outcome=_outcome(result),
        place=Place(result.location, side),
        beside=tuple(_beside(result)),
        evidence=tuple(_evidence(result)),
        whys=whys(result.causes),
    )


def _outcome(result: EntryResult) -> str:
    if result.newly_broken:
        return "newly broken"
    if result.mended:
        return f"mended, now it {_WORDS[result.standing][0]}"
    now = _WORDS[result.standing][0]
    if result.before is None:
        return now
    return f"{now} as before" if not result.changed else f"{now}, before it {_past(result)}"


def _past(result: EntryResult) -> str:
    match result.before:
        case Standing.HOLDS:
            return "held"
        case Standing.BREAKS:
            return "broke"
        case _:
            return f"was {result.before}"


def _beside(result: EntryResult) -> Iterator[str]:
    if result.owner:
        yield f"owner {result.owner}"
    if result.overdue:
        yield f"to be reviewed by {result.review_by}, which is past"
    if result.left_out:
        yield counted(result.left_out, "more case", "more cases")


def _evidence(result: EntryResult) -> Iterator[EvidenceRow]:
    for breach in result.breaches:
        placed = tuple(
            Why(str(g), Place(g.location, Side.HEAD)) for g in breach.grounds if g.location
        )
        others = (str(ground) for ground in breach.grounds if ground.location is None)
        yield EvidenceRow("; ".join((breach.text, *others)), placed)
    for doubt in result.doubts:
        yield EvidenceRow(doubt.text, facts=first_questions(doubt.facts))
    yield from (EvidenceRow(text) for text in result.seen)


def _uncovered(edge: Uncovered) -> EvidenceRow:
    perhaps = "" if edge.certain else " (may be allowed)"
    return EvidenceRow(f"{edge.text}{perhaps}", whys(edge.causes))
