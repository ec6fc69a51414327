"""An explanation as blocks, for a terminal and for plain text."""

from edgewarden.reachability.explain.explanation import Answer
from edgewarden.reporting.blocks import (
    Banner,
    Block,
    Heading,
    Item,
    Items,
    Tone,
    place_text,
    why_text,
)
from edgewarden.reporting.explanation_rows import PointRow
from edgewarden.reporting.explanation_view import ExplanationView
from edgewarden.reporting.layout import limits_blocks

_TONES = {
    Answer.ALLOWED: Tone.GOOD,
    Answer.BLOCKED: Tone.BAD,
    Answer.MAY: Tone.ATTENTION,
    None: Tone.PLAIN,
}


def explanation_blocks(view: ExplanationView) -> tuple[Block, ...]:
    """The answer, what each end says, what would settle or flip it, and the limits."""
    sections = (
        block
        for section in view.sections
        for block in (Heading(section.title), Items(tuple(map(_item, section.rows))))
    )
    return (
        Banner(view.title, view.sentence, Tone.BAD if view.inconclusive else _TONES[view.answer]),
        *sections,
        *limits_blocks(view.problems, view.assumptions),
    )


def _item(row: PointRow) -> Item:
    places = f" ({', '.join(map(place_text, row.places))})" if row.places else ""
    return Item(
        f"{row.text}{places}",
        _TONES[row.answer],
        (*(f"if: {why_text(fact)}" for fact in row.facts), *(f"  {line}" for line in row.snippet)),
    )
