"""Two items of a list made one: what a dash too many set apart."""

import re

from edgewarden.manifests.mending.source import Part, Source

_DASH = re.compile(r"[ ]*- +")
_COMMENT = re.compile(r"\s*#")
_BETWEEN = re.compile(r"\s*,\s*")


def join_items(source: Source, one: tuple[int, int], other: tuple[int, int]) -> str | None:
    """The text with both items, by line and column, in the place of the earlier one.

    Nothing where it takes more than moving lines: other items of the list share them, a key is in
    both, or a comment would have to go.
    """
    places = source.item(*one), source.item(*other)
    if places[0] is None or places[1] is None or places[0][0] is not places[1][0]:
        return None
    listed, earlier, later = places[0][0], *sorted((places[0][1], places[1][1]))
    first, second = listed.parts[earlier], listed.parts[later]
    keys = [*first.keys, *second.keys]
    mergeable = first.mapping and second.mapping and first.parts and second.parts
    if not mergeable or first.shared or second.shared or len(set(keys)) < len(keys) or "<<" in keys:
        return None
    if listed.flow:
        return _in_flow(source, listed, first, later)
    if first.flow:
        return _flow_items(source, first, second) if second.flow else None
    return _in_block(source, first, second, apart=later - earlier > 1)


def _inner(source: Source, item: Part) -> str:
    return source.text[item.parts[0].start : item.parts[-1].end]


def _in_flow(source: Source, listed: Part, first: Part, number: int) -> str | None:
    """``[{a: b}, {c: d}]``, as JSON has it."""
    text, second, previous = source.text, listed.parts[number], listed.parts[number - 1]
    lead = text[second.start + 1 : second.parts[0].start]
    if lead.strip() or not _BETWEEN.fullmatch(text, previous.end, second.start):
        return None
    place = first.parts[-1].end
    joint = f",{lead}" if "\n" in lead else ", "
    added = f"{text[:place]}{joint}{_inner(source, second)}"
    return f"{added}{text[place : previous.end]}{text[second.end :]}"


def _flow_items(source: Source, first: Part, second: Part) -> str | None:
    """``- {a: b}`` and ``- {c: d}``, the second of which has lines of its own."""
    text, inner = source.text, _inner(source, second)
    start, end = source.line_start(second.start), source.line_end(second.end)
    alone = _DASH.fullmatch(text, start, second.start) and not text[second.end : end].strip()
    if not alone or "\n" in inner:
        return None
    place = first.parts[-1].end
    return f"{text[:place]}, {inner}{text[place:start]}{text[end + 1 :]}"


def _in_block(source: Source, first: Part, second: Part, *, apart: bool) -> str | None:
    """Items with a key in each line; the second loses its dash, and moves where it is ``apart``."""
    text = source.text
    start, end = source.line_start(second.start), source.line_end(second.end)
    if not _DASH.fullmatch(text, start, second.start):
        return None
    body = text[second.start : end]
    if second.flow:
        body = f"{_inner(source, second)}{text[second.end : end]}"
        if "\n" in body:
            return None
    moved = _shifted(body, first.column - second.column)
    if moved is None or "\t" in moved:
        return None
    item = f"{' ' * (first.column - 1)}{moved}"
    if not apart:
        return f"{text[:start]}{item}{text[end:]}"
    above = _comments_above(source, start)
    place = source.line_end(first.end)
    kept = f"{text[place:above]}{text[end + 1 :]}"
    return f"{text[:place]}\n{text[above:start]}{item}{kept}"


def _shifted(body: str, by: int) -> str | None:
    """All lines but the first, so many columns to the right."""
    first, *others = body.split("\n")
    if by < 0 and any(line.strip() and not line.startswith(" " * -by) for line in others):
        return None
    return "\n".join((first, *(_indented(line, by) for line in others)))


def _indented(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by >= 0 else line[-by:]


def _comments_above(source: Source, start: int) -> int:
    """Where the lines begin that only comment on the one at ``start``."""
    while start > 0:
        above = source.line_start(start - 1)
        if not _COMMENT.match(source.text, above, start):
            break
        start = above
    return start
