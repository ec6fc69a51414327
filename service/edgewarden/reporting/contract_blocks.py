"""A contract as blocks: in a review, and of one state."""

from collections.abc import Iterable, Iterator, Sequence

from edgewarden.governance.contract.report import Standing
from edgewarden.reporting.blocks import Block, Heading, Item, Items, Tone, place_text, why_text
from edgewarden.reporting.contract_rows import ContractTable, EntryRow, EvidenceRow
from edgewarden.reporting.wording import counted

TONES = {
    Standing.HOLDS: Tone.GOOD,
    Standing.BREAKS: Tone.BAD,
    Standing.UNDETERMINED: Tone.ATTENTION,
    Standing.VACUOUS: Tone.ATTENTION,
}


def contract_blocks(table: ContractTable, most: int) -> Sequence[Block]:
    """What the change does to it, and at most ``most`` of the entries that do not hold beside."""
    if not table.title:
        return ()
    rest = [*table.open, *table.uncovered]
    items = [
        *map(entry_item, table.changed),
        *map(entry_item, table.open[:most]),
        *(_uncovered(each) for each in table.uncovered[:most]),
    ]
    if (more := len(rest) - (len(items) - len(table.changed))) > 0:
        items.append(Item(counted(more, "more line"), Tone.QUIET))
    heading = Heading(f"Contract: {table.title}")
    return (heading, Items(tuple(items))) if items else (heading,)


def entry_item(row: EntryRow) -> Item:
    beside = f" ({'; '.join(row.beside)})" if row.beside else ""
    return Item(
        f"{row.name} {row.outcome}: {row.text}{beside}",
        TONES[row.standing],
        (
            place_text(row.place),
            *map(why_text, row.whys),
            *(note for each in row.evidence for note in _notes(each)),
        ),
    )


def _uncovered(row: EvidenceRow) -> Item:
    return Item(f"No entry: {row.text}", Tone.PLAIN, tuple(map(why_text, row.whys)))


def _notes(row: EvidenceRow) -> Iterator[str]:
    reasons: Iterable[str] = map(why_text, row.whys)
    yield "; ".join((row.text, *reasons))
    yield from (f"To settle it: {why_text(fact)}" for fact in row.facts)
