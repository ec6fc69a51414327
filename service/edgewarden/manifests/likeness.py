"""Nodes that say the same, wherever they are written."""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from edgewarden.manifests.nodes import Entry, Mapping, Node, PlainScalar, Scalar, Sequence

Label: TypeAlias = tuple[str, PlainScalar]
"""A key and its value."""


class Contents:
    """What nodes say, whatever the order of their keys (kustomize sorts them), without what is null
    and what is given ``besides``. Each is looked at once."""

    def __init__(self, besides: AbstractSet[Label] = frozenset()) -> None:
        self._besides = besides
        self._known: dict[int, tuple[Node, str]] = {}

    def of(self, node: Node) -> str:
        """Equal for nodes that say the same."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, self._read(node)
        return known[1]

    def _read(self, node: Node) -> str:
        match node:
            case Scalar(value):
                return json.dumps(value)
            case Sequence(items):
                return f"[{','.join(map(self.of, items))}]"
            case Mapping(entries):
                said = (
                    f"{json.dumps(key)}:{self.of(value)}"
                    for key, value, *_ in entries
                    if not isinstance(value, Scalar)
                    or (value.value is not None and (key, value.value) not in self._besides)
                )
                return f"{{{','.join(sorted(said))}}}"


def mirrored(node: Node, other: Node, number: Callable[[Node | Entry], int]) -> Node:
    """``node``, of which each part has for its line the ``number`` of that part of ``other``, which
    says the same."""
    line = number(other)
    match node, other:
        case Sequence(items), Sequence(others):
            pairs = zip(items, others, strict=True)
            return Sequence(tuple(mirrored(one, two, number) for one, two in pairs), line, 1)
        case Mapping(entries), Mapping():
            known = {entry.key: entry for entry in other.entries}
            return Mapping(
                tuple(_mirrored_entry(e, known.get(e.key), line, number) for e in entries), line, 1
            )
    return node._replace(line=line, column=1)


def _mirrored_entry(
    entry: Entry, other: Entry | None, line: int, number: Callable[[Node | Entry], int]
) -> Entry:
    """What is null need not be written."""
    if other is None:
        return Entry(entry.key, entry.value._replace(line=line, column=1), line, 1)
    return Entry(entry.key, mirrored(entry.value, other.value, number), number(other), 1)
