"""Something added to an object: an item to a list of its ``spec``, in the style of the file."""

import json
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import yaml

from edgewarden.manifests.mending.source import Part, Source

Item: TypeAlias = str | Mapping[str, object]
"""What is added: a text, or an object of what JSON has."""

_SPEC: Final = "spec"
_BEFORE_ITEM = re.compile(r"[ ]*- +")
_LEAD = re.compile(r"\s*,?(\s*)")
_WIDE = 1_000


def add_item(source: Source, line: int, column: int, key: str, item: Item) -> str | None:
    """The text with ``item`` behind the others of ``spec.<key>`` of the object that begins there.

    The list is made where there is none. Nothing where something else shares it.
    """
    root = source.mapping(line, column)
    spec = root.get(_SPEC) if root else None
    if spec is None or not spec.mapping or not spec.parts or spec.shared or "<<" in spec.keys:
        return None
    listed = spec.get(key)
    if listed is None:
        return _new_entry(source, spec, key, item)
    if listed.shared:
        return None
    if listed.null or (listed.sequence and not listed.parts):
        return _first_item(source, spec, listed, item)
    if not listed.sequence:
        return None
    return _next_item(source, listed, item)


def _new_entry(source: Source, spec: Part, key: str, item: Item) -> str:
    text, last = source.text, spec.parts[-1]
    if spec.flow:
        added = f"{json.dumps(key)}: {json.dumps([item])}"
        return f"{text[: last.end]}, {added}{text[last.end :]}"
    end = source.line_end(last.end)
    name = f"{' ' * (spec.column - 1)}{key}:"
    return f"{text[:end]}\n{name}\n{_item_lines(source, spec, item)}{text[end:]}"


def _first_item(source: Source, spec: Part, value: Part, item: Item) -> str:
    """In the place of null or of an empty list."""
    text = source.text
    if spec.flow:
        return f"{text[: value.start]}{json.dumps([item])}{text[value.end :]}"
    end = source.line_end(value.end)
    line = f"{text[: value.start].rstrip(' ')}{text[value.end : end]}"
    return f"{line}\n{_item_lines(source, spec, item)}{text[end:]}"


def _next_item(source: Source, listed: Part, item: Item) -> str | None:
    text, last = source.text, listed.parts[-1]
    if listed.flow:
        before = listed.parts[-2].end if listed.parts[1:] else listed.start + 1
        lead = _LEAD.fullmatch(text, before, last.start)
        if lead is None:
            return None
        joint = f",{lead[1]}" if "\n" in lead[1] else ", "
        return f"{text[: last.end]}{joint}{_like(source, last, item)}{text[last.end :]}"
    start, end = source.line_start(last.start), source.line_end(listed.end)
    if not isinstance(item, str):
        return f"{text[:end]}\n{_block(item, listed.column - 1, source)}{text[end:]}"
    dash = text[start : last.start]
    if not _BEFORE_ITEM.fullmatch(dash):
        return None
    return f"{text[:end]}\n{dash}{_like(source, last, item)}{text[end:]}"


def _like(source: Source, beside: Part, item: Item) -> str:
    """As flow style, a text in the quotes of the one ``beside``."""
    if not isinstance(item, str):
        return json.dumps(item)
    quote = source.text[beside.start]
    return f"{quote}{item}{quote}" if quote in {"'", '"'} else item


def _item_lines(source: Source, spec: Part, item: Item) -> str:
    return _block(item, spec.column - 1 + _list_offset(source), source)


def _block(item: Item, indentation: int, source: Source) -> str:
    dumper = _Indented if _list_offset(source) else yaml.SafeDumper
    shown = yaml.dump([item], Dumper=dumper, sort_keys=False, default_flow_style=False, width=_WIDE)
    return "\n".join(" " * indentation + line for line in shown.rstrip("\n").split("\n"))


class _Indented(yaml.SafeDumper):
    """Writes the items of a list below its key a step to the right."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - the signature of PyYAML
        super().increase_indent(flow, False)


def _list_offset(source: Source) -> int:
    """How far to the right of its key the first list of the file stands; else as kubectl does."""
    for part in source.every:
        if part.mapping and not part.flow:
            for key, value in part.entries:
                if value.sequence and not value.flow and value.line > key.line and not value.shared:
                    return 2 if value.column > key.column else 0
    return 0
