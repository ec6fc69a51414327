"""Reports that are a verdict and lists, in GitHub-flavoured Markdown."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Table
from edgewarden.reporting.escaping import prose

Outline: TypeAlias = tuple[Banner | Heading | Items | Table, ...]
"""Blocks that any medium shows as they are."""


def render_outline(title: str, outline: Outline) -> str:
    """The whole report below a heading, of any length; nothing is left out."""
    return "\n\n".join((f"### {title}", *_parts(outline))) + "\n"


def _parts(outline: Outline) -> Iterator[str]:
    for block in outline:
        match block:
            case Banner():
                yield f"**{capitalised(block.title)}:** {prose(block.sentence)}"
            case Heading():
                yield f"#### {prose(block.text)}"
            case Items():
                yield "\n".join(_lines(block.items))
            case Table():
                yield "\n".join(_rows(block))


def _rows(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(prose, table.columns))} |"
    yield f"|{'---|' * len(table.columns)}"
    yield from (f"| {' | '.join(map(prose, row.cells))} |" for row in table.rows)


def _lines(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        yield f"- {prose(item.text)}"
        yield from (f"  - {prose(note)}" for note in item.notes)
