"""A report as blocks, in reading order, before any medium gives them a shape.

Texts are plain and unescaped. What shows them on a terminal passes them through
``escaping.visible``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.governance.review import Verdict
from edgewarden.reporting.lengths import Lengths
from edgewarden.reporting.rows import (
    EdgeRow,
    Place,
    Why,
)


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
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class Item:
    """One point with the lines that belong to it."""

    text: str
    tone: Tone = Tone.PLAIN
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """As many cells as the table has columns."""

    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """What is best compared side by side."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


Block: TypeAlias = Banner | Heading | Edges | Items | Table


def place_text(place: Place) -> str:
    side = " in the base" if place.side == "base" else ""
    beside = f", {place.location.beside}" if place.location.beside else ""
    return f"{place.location.spot}{side}{beside}"


def why_text(why: Why) -> str:
    return f"{why.text} ({place_text(why.place)})"
