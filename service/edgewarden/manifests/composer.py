"""Parser events to located nodes, counted against limits while they arrive."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, plain
from edgewarden.manifests.scalars import CORE_TAG, resolve_plain, resolve_tagged

_MERGE_TAG = f"{CORE_TAG}merge"
_COLLECTION_TAGS = frozenset({None, "!", f"{CORE_TAG}map", f"{CORE_TAG}seq"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read of one file.

    ``size`` counts bytes, ``depth`` nesting with aliases expanded, ``nodes`` the values of all
    documents together, and also those of one document with its aliases expanded.
    """

    size: int = 5_000_000
    depth: int = 100
    nodes: int = 500_000
    documents: int = 10_000


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that keeps a text from being read. ``message`` has no full stop.

    ``final`` means that nothing behind it is read either. ``dialect`` marks what is sound YAML
    for a program that knows more tags than Kubernetes does.
    """

    line: int
    column: int
    message: str
    remedy: str
    final: bool = False
    dialect: bool = False


class LimitError(Exception):
    """A document exceeds a limit."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.message)
        self.defect = defect


@dataclass(frozen=True, slots=True)
class Repetition:
    """A key that stands twice in the mapping at ``owner_line``; ``dropped`` had the first place.

    ``merged`` marks a key that a merge (``<<``) written behind it sets to something else:
    YAML keeps the key, the reader of ``kubectl`` the merge.
    """

    key: str
    owner_line: int
    first_line: int
    line: int
    column: int
    dropped: Node
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``defects`` and ``repetitions`` are reasons for kubectl to refuse it."""

    root: Node
    repetitions: tuple[Repetition, ...] = ()
    defects: tuple[Defect, ...] = ()


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet. In a mapping keys and values alternate."""

    mapping: bool
    anchor: str | None
    line: int
    column: int
    children: list[Node] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)
    height: int = 0
    size: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    height: int
    size: int


class Composer:
    """Composes the documents of one file, whose text may come in several chunks."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._most = limits.nodes
        self.first_line = 0
        self.document_start = 0
        """The index, in the chunk, at which the document being read begins."""
        self._nodes = 0
        self._reset()

    def begin(self, first_line: int) -> None:
        """Expect the events of a chunk whose first line is ``first_line``, counted from 0."""
        self.first_line = first_line
        self.document_start = 0

    def _reset(self) -> None:
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._root: Node = Scalar(None, 1, 1)
        self._repetitions: list[Repetition] = []
        self._defects: list[Defect] = []

    def compose(self, events: Iterable[yaml.Event]) -> Iterator[Document]:
        """Yield each document as it ends. Raises ``LimitError`` and what the parser raises."""
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self._reset()
                    self.document_start = _index(event)
                case yaml.DocumentEndEvent():
                    yield Document(self._root, tuple(self._repetitions), tuple(self._defects))
                    self.document_start = _index(event)

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        if mark is None:
            raise ValueError("an event that no parser made has no place")
        return self.first_line + mark.line + 1, mark.column + 1

    def _defect(self, line: int, column: int, message: str, remedy: str) -> None:
        self._defects.append(Defect(line, column, message, remedy))

    def _foreign_tag(self, line: int, column: int, message: str) -> None:
        self._defects.append(Defect(line, column, message, _TAG_REMEDY, dialect=True))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        line, column = self._place(event)
        text = event.value
        if text == "<<" and self._stack and event.tag in {None, _MERGE_TAG} and event.implicit[0]:
            top = self._stack[-1]
            if top.mapping and len(top.children) % 2 == 0:
                top.merges.append(len(top.children))
        if event.tag is None:
            value = resolve_plain(text) if event.implicit[0] else text
        elif event.tag in {"!", _MERGE_TAG}:
            value = text
        else:
            try:
                value = resolve_tagged(event.tag, text)
            except ValueError as error:
                value = text
                self._foreign_tag(line, column, f"The value cannot be read: {error}")
        self._add(Scalar(value, line, column), event.anchor, 0, 1)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        line, column = self._place(event)
        if len(self._stack) >= self.limits.depth:
            self._refuse_depth(line, column)
        if event.tag not in _COLLECTION_TAGS:
            message = f"The tag {event.tag!r} is none that Kubernetes knows"
            self._foreign_tag(line, column, message)
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(mapping, event.anchor, line, column))

    def _refuse_depth(self, line: int, column: int) -> None:
        message = f"The nesting is deeper than {self.limits.depth} levels"
        raise LimitError(Defect(line, column, message, "Flatten the document."))

    def _refuse_expansion(self, line: int, column: int) -> None:
        message = f"The document, its aliases expanded, holds more than {self.limits.nodes} values"
        raise LimitError(Defect(line, column, message, "Split it, or use fewer aliases."))

    def _close(self) -> None:
        done = self._stack.pop()
        node: Node
        if done.mapping:
            node = self._mapping(done)
        else:
            node = Sequence(tuple(done.children), done.line, done.column)
        self._add(node, done.anchor, done.height + 1, done.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        line, column = self._place(event)
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if any(frame.anchor == name for frame in self._stack):
            message = f"The alias *{name} stands inside what it names"
            self._defect(line, column, message, "Write the value out instead of the alias.")
        elif anchored is None:
            message = f"The alias *{name} names no anchor of this document"
            self._defect(line, column, message, f"Define &{name} before it is used.")
        else:
            if len(self._stack) + anchored.height > self.limits.depth:
                self._refuse_depth(line, column)
            if self._stack and self._stack[-1].size + anchored.size > self.limits.nodes:
                self._refuse_expansion(line, column)
            self._add(anchored.node, None, anchored.height, anchored.size)
            return
        self._add(Scalar(None, line, column), None, 0, 1)

    def _add(self, node: Node, anchor: str | None, height: int, size: int) -> None:
        """Hand a complete node to its parent. ``size`` counts it with aliases expanded."""
        self._nodes += 1
        if self._nodes > self._most:
            message = f"The file holds more than {self.limits.nodes} values"
            raise LimitError(Defect(node.line, node.column, message, "Split the file.", final=True))
        if anchor is not None:
            self._anchors[anchor] = _Anchored(node, height, size)
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        parent.children.append(node)
        parent.height = max(parent.height, height)
        parent.size += size
        if parent.size > self._most:
            self._refuse_expansion(node.line, node.column)

    def _mapping(self, done: _Open) -> Mapping:
        children, merges = done.children, frozenset(done.merges)
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for index in range(0, len(children), 2):
            key, value = children[index], children[index + 1]
            if index in merges:
                taken = self._merge(value)
                self._note_overridden(done, entries, taken, key)
                merged.update(taken)
                continue
            name = _key_text(key)
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
                    Repetition(name, done.line, first.line, key.line, key.column, first.value)
                )
            entries[name] = Entry(name, value, key.line, key.column)
        for name, entry in merged.items():
            entries.setdefault(name, entry)
        done.size += len(merged)
        return Mapping(tuple(entries.values()), done.line, done.column)

    def _merge(self, value: Node) -> dict[str, Entry]:
        """What ``<<: value`` brings; in a list of mappings the earlier ones take precedence."""
        sources = value.items if isinstance(value, Sequence) else (value,)
        taken: dict[str, Entry] = {}
        for source in reversed(sources):
            if isinstance(source, Mapping):
                self._nodes += len(source.entries)
                taken.update((entry.key, entry) for entry in source.entries)
            else:
                message = "A merge (<<) needs a mapping or a list of mappings"
                remedy = "Name a mapping, or write the keys out."
                self._defect(source.line, source.column, message, remedy)
        return taken

    def _note_overridden(
        self, done: _Open, entries: dict[str, Entry], taken: dict[str, Entry], key: Node
    ) -> None:
        for name in entries.keys() & taken.keys():
            first = entries[name]
            if plain(first.value) != plain(taken[name].value):
                self._repetitions.append(
                    Repetition(
                        name, done.line, first.line, key.line, key.column, first.value, merged=True
                    )
                )


_TAG_REMEDY = "Write the value plainly; if a tool replaces the tag, review what it makes of it."


def _index(event: yaml.Event) -> int:
    """Where an event begins, in characters of the chunk."""
    return event.start_mark.index if event.start_mark is not None else 0


def _key_text(key: Node) -> str | None:
    """The key as JSON holds it, or nothing where JSON could not."""
    if not isinstance(key, Scalar) or key.value is None:
        return None
    if isinstance(key.value, str):
        return key.value
    return str(key.value).lower() if isinstance(key.value, bool) else str(key.value)
