"""A long text of sections, shortened from its end until it fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines behind a summary; they are the first to go."""

    summary: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading over rows of which the first ``open_rows`` are shown and the rest folded.

    ``columns`` are the lines that begin a table, empty for a list. ``noun`` says what a row is,
    with its plural. ``kept`` rows are written at all; of the rest only the number is told.
    """

    heading: str
    rows: tuple[str, ...]
    noun: tuple[str, str]
    columns: tuple[str, ...] = ()
    open_rows: int = 10
    folds: tuple[Fold, ...] = ()
    kept: int | None = None

    def markdown(self) -> str:
        kept = self.rows if self.kept is None else self.rows[: self.kept]
        shown, folded = kept[: self.open_rows], kept[self.open_rows :]
        left_out = len(self.rows) - len(kept)
        parts = [self.heading] if self.heading else []
        if shown:
            parts.append("\n".join((*self.columns, *shown)))
        if folded:
            summary = f"{len(folded)} more {self.noun[len(folded) != 1]}"
            parts.append(details(summary, (*self.columns, *folded)))
        if left_out:
            parts.append(f"_{self._count(left_out)} left out here to fit._")
        parts += [details(fold.summary, fold.lines) for fold in self.folds]
        return "\n\n".join(parts)

    def _count(self, number: int) -> str:
        return f"{number} {self.noun[number != 1]}"


def details(summary: str, lines: Sequence[str]) -> str:
    """A part that opens on demand. The empty lines make its content Markdown again."""
    content = "\n".join(lines)
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def fitted(
    sections: Sequence[Section], room: int, shortened: Callable[[], str]
) -> tuple[list[str], str]:
    """The sections as Markdown within ``room`` characters, and a note where they are shortened.

    Shortening begins at the end of the text: first folded details go, then folded rows, then
    open ones, of which the number stays, and last whole sections.
    """
    parts = [section.markdown() for section in sections]
    if _size(parts) <= room:
        return parts, ""
    note = shortened()
    room -= len(note) + 2
    working = list(sections)
    for index in reversed(range(len(working))):
        if _size(parts) <= room:
            return parts, note
        working[index] = replace(working[index], folds=())
        parts[index] = working[index].markdown()
    for least in ([section.open_rows for section in working], [0] * len(working)):
        for index in reversed(range(len(working))):
            excess = _size(parts) - room
            if excess <= 0:
                return parts, note
            parts[index] = _most_rows(working[index], len(parts[index]) - excess, least[index])
    while _size(parts) > room:
        parts.pop()
    return parts, note


def _size(parts: Sequence[str]) -> int:
    return sum(len(part) + 2 for part in parts)


def _most_rows(section: Section, room: int, least: int) -> str:
    """The section with as many of its first rows as ``room`` takes, ``least`` at least."""
    least, most = min(least, len(section.rows)), len(section.rows)
    while least < most:
        middle = (least + most + 1) // 2
        if len(replace(section, kept=middle).markdown()) <= room:
            least = middle
        else:
            most = middle - 1
    return replace(section, kept=least).markdown()
