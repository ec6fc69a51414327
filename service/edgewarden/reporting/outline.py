"""Reports that are a verdict and lists, in GitHub-flavoured Markdown."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import Banner, Heading, Item, Items
from edgewarden.reporting.escaping import prose

Outline: TypeAlias = tuple[Banner | Heading | Items, ...]
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


def _lines(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        yield f"- {prose(item.text)}"
        yield from (f"  - {prose(note)}" for note in item.notes)
