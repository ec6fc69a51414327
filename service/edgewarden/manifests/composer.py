"""Parser events to located nodes, counted against limits while they arrive."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
)

from edgewarden.manifests.documents import Defect, Document, LimitError, Limits, Repetition
from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, plain
from edgewarden.manifests.scalars import CORE_TAG, PLAIN_SCALARS, key_text, resolve_tagged

_MERGE = "<<"
_MERGE_TAG = f"{CORE_TAG}merge"
_COLLECTION_TAGS = frozenset({None, "!", f"{CORE_TAG}map", f"{CORE_TAG}seq"})
_FOREIGN = "Write the value plainly; if a tool replaces it, review what the tool makes of it."
_NO_PLACE = "an event that no parser made has no place"
_make = tuple.__new__
"""Makes a node of its parts in half the time that its own constructor takes."""


class _MergeKey(Scalar):
    """A bare ``<<``, which means a merge where it stands as a key."""


_Open: TypeAlias = tuple[int, int, str | None, int, list[Node], int]
"""A collection whose end has not come yet: its line, column and anchor, how many values the
document had before it, and of the collection around it the nodes so far and their height."""


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    height: int
    size: int


class Composer:
    """Composes the documents of one file, whose text may come in several chunks."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.first_line = 0
        self.document_start = 0
        """The index, in the chunk, at which the document being read begins."""
        self._written = 0
        self._added = 0
        self._added_before = 0
        """What aliases and merges added to the documents that are whole."""
        self._reset()

    def begin(self, first_line: int) -> None:
        """Expect the events of a chunk whose first line is ``first_line``, counted from 0."""
        self.first_line = first_line
        self.document_start = 0
        self._added = self._added_before

    def _reset(self) -> None:
        self._open: list[_Open] = []
        self._nodes: list[Node] = []
        """Of the innermost collection so far; keys and values of a mapping alternate."""
        self._height = 0
        self._anchors: dict[str, _Anchored | None] = {}
        """What the names stand for; nothing for a collection that is not yet complete."""
        self._repetitions: list[Repetition] = []
        self._defects: list[Defect] = []

    def compose(self, events: Iterable[Event]) -> Iterator[Document]:  # noqa: PLR0912 - as it says
        """Yield each document as it ends. Raises ``LimitError`` and what the parser raises.

        Most events are scalars, and what they need stands in this loop: the parser takes no
        longer for an event than a few calls of functions take.
        """
        first_line, most = self.first_line + 1, self.limits.nodes
        for event in events:
            if type(event) is ScalarEvent:
                mark = event.start_mark
                if mark is None:
                    raise ValueError(_NO_PLACE)
                line, column = first_line + mark.line, mark.column + 1
                text = event.value
                try:
                    if event.tag is not None:
                        node = _tagged(event.tag, text, line, column)
                    elif not event.implicit[0]:
                        node = _make(Scalar, (text, line, column))
                    elif text == _MERGE:
                        node = _MergeKey(text, line, column)
                    else:
                        node = _make(Scalar, (PLAIN_SCALARS[text], line, column))
                except ValueError as error:
                    node = Scalar(text, line, column)
                    self._foreign(line, column, f"The value cannot be read: {error}")
                self._nodes.append(node)
                self._written += 1
                if self._written > most:
                    self._refuse_size(line, column)
                if event.anchor is not None:
                    self._anchors[event.anchor] = _Anchored(node, 0, 1)
            elif isinstance(event, CollectionEndEvent):
                self._end(event)
            elif isinstance(event, CollectionStartEvent):
                self._start(event)
            elif isinstance(event, DocumentEndEvent):
                self._added_before = self._added
                yield Document(self._nodes[0], tuple(self._repetitions), tuple(self._defects))
                self.document_start = _index(event)
            else:
                self._rarer(event)

    def _rarer(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._reset()
            self.document_start = _index(event)

    def _place(self, event: Event) -> tuple[int, int]:
        mark = event.start_mark
        if mark is None:
            raise ValueError(_NO_PLACE)
        return self.first_line + mark.line + 1, mark.column + 1

    def _start(self, event: CollectionStartEvent) -> None:
        line, column = self._place(event)
        if len(self._open) >= self.limits.depth:
            self._refuse_depth(line, column)
        if event.tag not in _COLLECTION_TAGS:
            message = f"The tag {event.tag!r} is none that Kubernetes knows"
            self._foreign(line, column, message)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        begun = self._written + self._added
        self._open.append((line, column, event.anchor, begun, self._nodes, self._height))
        self._nodes = []
        self._height = 0

    def _end(self, event: CollectionEndEvent) -> None:
        nodes, height = self._nodes, self._height + 1
        line, column, anchor, begun, self._nodes, beside = self._open.pop()
        node: Node
        if type(event) is MappingEndEvent:
            entries = _entries(nodes)
            if entries is None:
                entries = self._irregular_entries(nodes, line)
            node = _make(Mapping, (tuple(entries.values()), line, column))
        else:
            node = _make(Sequence, (tuple(nodes), line, column))
        self._nodes.append(node)
        self._height = max(height, beside)
        self._written += 1
        if self._written > self.limits.nodes:
            self._refuse_size(line, column)
        if anchor is not None and self._anchors[anchor] is None:
            size = self._written + self._added - begun
            self._anchors[anchor] = _Anchored(node, height, size)

    def _alias(self, event: AliasEvent) -> None:
        line, column = self._place(event)
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is not None:
            if len(self._open) + anchored.height > self.limits.depth:
                self._refuse_depth(line, column)
            self._add(anchored.size, line, column)
            self._nodes.append(anchored.node)
            self._height = max(self._height, anchored.height)
            return
        if name in self._anchors:
            message = f"The alias *{name} stands inside what it names"
            self._defect(line, column, message, "Write the value out instead of the alias.")
        else:
            message = f"The alias *{name} names no anchor of this document"
            self._defect(line, column, message, f"Define &{name} before it is used.")
        self._nodes.append(Scalar(None, line, column))
        self._add(1, line, column)

    def _add(self, values: int, line: int, column: int) -> None:
        """Count what the text does not write out."""
        self._added += values
        if self._added > self.limits.expansion:
            message = f"Aliases and merges add more than {self.limits.expansion} values to the file"
            raise LimitError(Defect(line, column, message, "Use fewer, or split the file."))

    def _refuse_size(self, line: int, column: int) -> NoReturn:
        message = f"The file holds more than {self.limits.nodes} values"
        raise LimitError(Defect(line, column, message, "Split the file.", final=True))

    def _refuse_depth(self, line: int, column: int) -> NoReturn:
        message = f"The nesting is deeper than {self.limits.depth} levels"
        raise LimitError(Defect(line, column, message, "Flatten the document."))

    def _defect(self, line: int, column: int, message: str, remedy: str) -> None:
        self._defects.append(Defect(line, column, message, remedy))

    def _foreign(self, line: int, column: int, message: str) -> None:
        self._defects.append(Defect(line, column, message, _FOREIGN, dialect=True))

    def _irregular_entries(self, nodes: list[Node], owner_line: int) -> dict[str, Entry]:
        """Those of a mapping with merges, with keys that are no texts, or with equal keys."""
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if isinstance(key, _MergeKey):
                taken = self._merge(key, value)
                self._note_overridden(entries, taken, key, owner_line)
                merged.update(taken)
                continue
            name = key_text(key.value) if isinstance(key, Scalar) else None
            if name is None:
                self._defect(
                    key.line,
                    key.column,
                    "A key is no text: Kubernetes objects have texts as keys",
                    "Write the key as a text, in quotes; if this is a template, render it.",
                )
                continue
            if name in entries:
                first = entries.pop(name)
                self._repetitions.append(
                    Repetition(name, owner_line, first.line, key.line, key.column, first.value)
                )
            entries[name] = Entry(name, value, key.line, key.column)
        for name, entry in merged.items():
            entries.setdefault(name, entry)
        return entries

    def _merge(self, key: Node, value: Node) -> dict[str, Entry]:
        """What ``<<: value`` brings; in a list of mappings the earlier ones take precedence."""
        sources = value.items if isinstance(value, Sequence) else (value,)
        taken: dict[str, Entry] = {}
        for source in reversed(sources):
            if isinstance(source, Mapping):
                self._add(len(source.entries), key.line, key.column)
                taken.update((entry.key, entry) for entry in source.entries)
            else:
                message = "A merge (<<) needs a mapping or a list of mappings"
                remedy = "Name a mapping, or write the keys out."
                self._defect(source.line, source.column, message, remedy)
        return taken

    def _note_overridden(
        self, entries: dict[str, Entry], taken: dict[str, Entry], key: Node, owner_line: int
    ) -> None:
        for name in entries.keys() & taken.keys():
            first = entries[name]
            if plain(first.value) != plain(taken[name].value):
                place = owner_line, first.line, key.line, key.column
                self._repetitions.append(Repetition(name, *place, first.value, merged=True))


def _tagged(tag: str, text: str, line: int, column: int) -> Scalar:
    """Raises ``ValueError``."""
    if text == _MERGE and tag in {"!", _MERGE_TAG}:
        return _MergeKey(text, line, column)
    return Scalar(text if tag == "!" else resolve_tagged(tag, text), line, column)


def _entries(nodes: list[Node]) -> dict[str, Entry] | None:
    """Those of a mapping whose keys are different texts; nothing for any other."""
    entries: dict[str, Entry] = {}
    rest = iter(nodes)
    for key in rest:
        name = key[0]
        if not isinstance(name, str) or name in entries or name == _MERGE:
            return None
        entries[name] = _make(Entry, (name, next(rest), key[1], key[2]))
    return entries


def _index(event: Event) -> int:
    """Where an event begins, in characters of the chunk."""
    return event.start_mark.index if event.start_mark is not None else 0
