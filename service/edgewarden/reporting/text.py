"""A report as plain text: the same bytes for the same report, whatever shows it."""

import textwrap
from collections.abc import Iterable, Iterator

from edgewarden.reporting.blocks import (
    Banner,
    Block,
    Edges,
    Heading,
    Items,
    Table,
    why_text,
)
from edgewarden.reporting.connectivity_view import ConnectivityView
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.layout import connectivity_blocks, review_blocks
from edgewarden.reporting.lengths import Lengths
from edgewarden.reporting.rows import EdgeRow, Party
from edgewarden.reporting.view import ReviewView

MOST_MEMBERS = 40
"""Of more workloads than this the rest are counted; JSON has them all."""
WIDTH = 100
"""Lines are no longer than this many characters."""


def review_text(view: ReviewView) -> str:
    """A whole review, ending in a line feed."""
    return plain_text(review_blocks(view))


def connectivity_text(view: ConnectivityView) -> str:
    """The connections of one state, ending in a line feed."""
    return plain_text(connectivity_blocks(view))


def plain_text(blocks: Iterable[Block]) -> str:
    """The blocks in lines of at most ``WIDTH`` characters, where no single word is longer."""
    return "".join(f"{part}\n" for block in blocks for line in _lines(block) for part in _cut(line))


def _cut(line: str) -> list[str]:
    """A line cut between words; what follows the first part is indented a little more."""
    words = line.lstrip()
    margin = " " * (len(line) - len(words))
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=f"{margin}  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def edge_notes(row: EdgeRow, lengths: Lengths) -> Iterator[str]:
    """What is said below a row: causes, facts, exceptions, and who a count stands for."""
    yield from lengths.cut_causes(map(why_text, row.whys))
    yield from (f"To settle it: {why_text(fact)}" for fact in row.facts)
    yield from row.exceptions
    for role, party in (("From", row.source), ("To", row.target)):
        if party.folded:
            yield _members(role, party)


def _members(role: str, party: Party) -> str:
    named, more = party.members[:MOST_MEMBERS], len(party.members) - MOST_MEMBERS
    rest = f" and {more} more" if more > 0 else ""
    return f"{role}: {', '.join(named)}{rest}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Banner():
            yield f"{block.title.upper()}: {visible(block.sentence)}"
        case Heading():
            yield ""
            yield visible(block.text)
        case Edges():
            for row in block.rows:
                yield visible(f"  {row.source.text} → {row.target.text}: {row.ports}")
                yield from (visible(f"      {note}") for note in edge_notes(row, block.lengths))
        case Items():
            for item in block.items:
                yield visible(f"  {item.text}")
                yield from (visible(f"      {note}") for note in item.notes)
        case Table():
            yield from _columns(block)


def _columns(table: Table) -> Iterator[str]:
    """As wide as their longest text, which a line that is too long for the page breaks behind."""
    lines = [table.columns, *(tuple(map(visible, row.cells)) for row in table.rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()
