"""Reports as JSON text, written as it is made: it may be far longer than what it tells."""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MOST_REMEMBERED = 1 << 24
"""Characters."""


def json_text(report: "DataclassInstance") -> Iterator[str]:
    """The text of a report in pieces, with a line feed at its end.

    The items of fields that are iterators are written one by one. They are dataclasses, and lists
    and mappings that several of them share are spelled once.
    """
    before = "{"
    for each in fields(report):
        value = getattr(report, each.name)
        yield f'{before}\n  "{each.name}": '
        if isinstance(value, Iterator):
            yield from _items(value)
        else:
            yield _spelled(value, "  ")
        before = ","
    yield "\n}\n"


def _items(reports: "Iterator[DataclassInstance]") -> Iterator[str]:
    shared = _Shared()
    before = "["
    for report in reports:
        told = (f'      "{each.name}": {shared.text(report, each.name)}' for each in fields(report))
        yield f"{before}\n    {{\n" + ",\n".join(told) + "\n    }"
        before = ","
    yield "[]" if before == "[" else "\n  ]"


class _Shared:
    """The texts of values that several items have in common."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}
        self._remembered = 0

    def text(self, report: "DataclassInstance", field: str) -> str:
        value = getattr(report, field)
        if not isinstance(value, list | dict):
            return json.dumps(value)
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        text = _spelled(value, "      ")
        if self._remembered > _MOST_REMEMBERED:
            self._known.clear()
            self._remembered = 0
        self._remembered += len(text)
        self._known[id(value)] = value, text
        return text


def _spelled(value: object, margin: str) -> str:
    return json.dumps(value, indent=2, default=asdict).replace("\n", f"\n{margin}")
