"""The text of a manifest with the extents of everything in it.

What a policy says lies in ``nodes``, which know where they begin; who edits has to know as well
where they end, what is flow style, and what anchors share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

LARGEST = 500_000
"""Characters of a file that is edited: the edit is looked for in its whole text."""

BYTE_ORDER_MARK = "\ufeff"
_OTHER_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
_JOINED_CHARACTERS = re.compile(r"\\u[dD][89abAB]")
"""The first half of a character that JSON writes in two escapes and YAML in one."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_PLACE = "an event that no parser made has no place"


@dataclass(slots=True)
class Part:
    """A value with its extent in the text, from ``start`` to before ``end``.

    ``line`` and ``column`` count from 1, as those of nodes do. ``parts`` are the items of a list,
    or keys and values of a mapping in turn. ``null`` is written out or by nothing. ``shared`` is
    what has an anchor, a tag or is an alias: who edits it may edit something else as well.
    """

    start: int
    end: int
    line: int
    column: int
    text: str = ""
    scalar: bool = False
    null: bool = False
    mapping: bool = False
    flow: bool = False
    shared: bool = False
    parts: list["Part"] = field(default_factory=list)

    @property
    def sequence(self) -> bool:
        return not (self.scalar or self.mapping)

    @property
    def entries(self) -> Iterator[tuple["Part", "Part"]]:
        return zip(self.parts[::2], self.parts[1::2], strict=True)

    @property
    def keys(self) -> list[str]:
        return [key.text for key, _ in self.entries] if self.mapping else []

    def get(self, key: str) -> "Part | None":
        found = (value for name, value in self.entries if name.text == key)
        return next(found, None) if self.mapping else None


@dataclass(frozen=True, slots=True)
class Source:
    """``text`` has line feeds only; ``roots`` are what its documents hold."""

    text: str
    roots: tuple[Part, ...]
    json: bool

    @classmethod
    def of(cls, content: bytes) -> "Source | None":
        """Nothing where the text cannot be edited by lines and columns: it is not UTF-8, ends its
        lines in a way that others do not count, is too large or is no YAML at all."""
        try:
            text = content.decode().removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None
        json = text.lstrip()[:1] in {"{", "["}
        if len(text) > LARGEST or _OTHER_LINE_ENDS.search(text):
            return None
        if json and _JOINED_CHARACTERS.search(text):
            return None
        try:
            roots = tuple(_roots(text.replace("\t", " ") if json else text))
        except yaml.YAMLError:
            return None
        return cls(text, roots, json)

    def item(self, line: int, column: int) -> tuple[Part, int] | None:
        """The list with an item there, and its number from 0."""
        for part in self.every:
            if part.sequence:
                for number, item in enumerate(part.parts):
                    if (item.line, item.column) == (line, column):
                        return part, number
        return None

    def mapping(self, line: int, column: int) -> Part | None:
        """The mapping that begins there."""
        begins = ((part, (part.line, part.column)) for part in self.every if part.mapping)
        return next((part for part, place in begins if place == (line, column)), None)

    def holder(self, line: int, column: int) -> tuple[Part, int] | None:
        """The mapping with a key there, and the number of its entry from 0."""
        for part in self.every:
            if part.mapping:
                for number, (key, _) in enumerate(part.entries):
                    if (key.line, key.column) == (line, column):
                        return part, number
        return None

    @property
    def every(self) -> Iterator[Part]:
        """Each part, before what is in it."""
        pending = list(reversed(self.roots))
        while pending:
            part = pending.pop()
            yield part
            pending.extend(reversed(part.parts))

    def line_start(self, place: int) -> int:
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """Where the line ends, before its line feed if it has one."""
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end


def _roots(text: str) -> Iterator[Part]:
    """Raises ``YAMLError``."""
    parser = yaml.CSafeLoader(text)
    opened: list[Part] = []
    try:
        for event in iter(parser.get_event, None):
            if isinstance(event, CollectionStartEvent):
                opened.append(_opened(event))
            elif isinstance(event, CollectionEndEvent):
                whole = _closed(opened.pop(), event)
                if opened:
                    opened[-1].parts.append(whole)
                else:
                    yield whole
            elif isinstance(event, ScalarEvent | AliasEvent):
                leaf = _leaf(event, text)
                if opened:
                    opened[-1].parts.append(leaf)
                else:
                    yield leaf
    finally:
        parser.dispose()


def _opened(event: CollectionStartEvent) -> Part:
    start = _mark(event.start_mark)
    return Part(
        start=start.index,
        end=start.index,
        line=start.line + 1,
        column=start.column + 1,
        mapping=isinstance(event, MappingStartEvent),
        flow=bool(event.flow_style),
        shared=event.anchor is not None or event.tag is not None,
    )


def _closed(part: Part, event: CollectionEndEvent) -> Part:
    """In block style the parser takes what follows to be the end."""
    part.end = _mark(event.end_mark).index if part.flow else part.parts[-1].end
    return part


def _leaf(event: ScalarEvent | AliasEvent, text: str) -> Part:
    start = _mark(event.start_mark)
    written = text[start.index : _mark(event.end_mark).index].rstrip()
    value = event.value if isinstance(event, ScalarEvent) else ""
    plain = isinstance(event, ScalarEvent) and event.implicit[0]
    tagged = isinstance(event, ScalarEvent) and event.tag is not None
    return Part(
        start=start.index,
        end=start.index + len(written),
        line=start.line + 1,
        column=start.column + 1,
        text=value,
        scalar=True,
        null=plain and value in _NULLS,
        shared=tagged or event.anchor is not None,
    )


class _Mark(Protocol):
    """What both of the parsers of PyYAML call a place."""

    @property
    def index(self) -> int: ...

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def _mark(mark: _Mark | None) -> _Mark:
    if mark is None:
        raise ValueError(_NO_PLACE)
    return mark
