"""YAML values that know where they were written.

They are named tuples because a repository has hundreds of thousands of them.
"""

from typing import NamedTuple, TypeAlias

PlainScalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "PlainScalar | list[Plain] | dict[str, Plain]"
"""What a document means once its locations are forgotten: the shapes of JSON."""


class Scalar(NamedTuple):
    """A text, number, boolean or null. Lines and columns count from 1."""

    value: PlainScalar
    line: int
    column: int


class Entry(NamedTuple):
    """A key of a mapping, located at the key. Keys are the texts that JSON would hold."""

    key: str
    value: "Node"
    line: int
    column: int


class Mapping(NamedTuple):
    """Entries in the order written, no key twice; merged entries (``<<``) come last."""

    entries: tuple[Entry, ...]
    line: int
    column: int

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key == key), None)

    def text(self, key: str) -> str:
        """The text under ``key``; empty where there is none or something else."""
        node = self.get(key)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


class Sequence(NamedTuple):
    items: tuple["Node", ...]
    line: int
    column: int


Node: TypeAlias = Scalar | Mapping | Sequence


def plain(node: Node) -> Plain:
    """Forget the locations. The reader bounds depth and size, aliases expanded."""
    match node:
        case Scalar(value):
            return value
        case Mapping(entries):
            return {entry.key: plain(entry.value) for entry in entries}
        case Sequence(items):
            return [plain(item) for item in items]


def mapping_at_line(value: "dict[str, Plain]", line: int) -> Mapping:
    """The inverse of ``plain``, all of it at one line."""
    entries = (Entry(key, _at_line(each, line), line, 1) for key, each in value.items())
    return Mapping(tuple(entries), line, 1)


def _at_line(value: Plain, line: int) -> Node:
    match value:
        case dict():
            return mapping_at_line(value, line)
        case list():
            return Sequence(tuple(_at_line(each, line) for each in value), line, 1)
        case _:
            return Scalar(value, line, 1)
