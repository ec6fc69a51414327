"""Nodes that say the same, wherever they are written."""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from edgewarden.manifests.nodes import Entry, Mapping, Node, Plain, PlainScalar, Scalar, Sequence

Label: TypeAlias = tuple[str, PlainScalar]
"""A key and its value."""


def content(node: Node, besides: AbstractSet[Label] = frozenset()) -> str:
    """What a node says, whatever the order of its keys (kustomize sorts them), without what is null
    and what is given ``besides``."""
    return json.dumps(_said(node, besides), sort_keys=True)


def _said(node: Node, besides: AbstractSet[Label]) -> Plain:
    match node:
        case Scalar(value):
            return value
        case Sequence(items):
            return [_said(item, besides) for item in items]
        case Mapping(entries):
            return {
                key: _said(value, besides)
                for key, value, *_ in entries
                if not isinstance(value, Scalar)
                or (value.value is not None and (key, value.value) not in besides)
            }


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
