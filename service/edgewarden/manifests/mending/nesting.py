"""Selectors put where they belong: below ``podSelector``, below ``matchLabels``."""

import re

from edgewarden.manifests.mending.source import Part, Source

_SELECTORS = frozenset({"podSelector", "namespaceSelector"})
_OF_A_SELECTOR = frozenset({"matchLabels", "matchExpressions"})
_STEP = "  "
_BLANK = re.compile(r"[ ]*")


def nest_selector(source: Source, line: int, column: int) -> str | None:
    """The text with the key there, and those like it behind it, one level further in; the key
    may be that of the empty selector before them.

    ``matchLabels`` that stands beside an empty ``podSelector`` moves into it, and labels that stand
    in a selector without it get it.
    """
    found = source.holder(line, column)
    if found is None or found[0].shared:
        return None
    holder, number = found
    following = holder.keys[number + 1 : number + 2]
    if holder.keys[number] in _SELECTORS and _OF_A_SELECTOR.intersection(following):
        number += 1
    if holder.keys[number] in _OF_A_SELECTOR:
        return _into_selector(source, holder, number)
    return _into_labels(source, holder)


def _into_selector(source: Source, holder: Part, number: int) -> str | None:
    entries = list(holder.entries)
    if holder.flow or number == 0:
        return None
    before, nothing = entries[number - 1]
    if before.text not in _SELECTORS or not nothing.null or nothing.start != nothing.end:
        return None
    moved = [entries[number]]
    for entry in entries[number + 1 :]:
        if entry[0].text not in _OF_A_SELECTOR:
            break
        moved.append(entry)
    return _indented(source, moved[0][0], moved[-1])


def _into_labels(source: Source, selector: Part) -> str | None:
    """``podSelector: {app: web}``."""
    named = [
        key.text
        for part in source.every
        if part.mapping
        for key, value in part.entries
        if value is selector
    ]
    labels = all(value.scalar and not value.null for _, value in selector.entries)
    if not labels or not _SELECTORS.intersection(named) or "<<" in selector.keys:
        return None
    text, first, last = source.text, selector.parts[0], selector.parts[-1]
    if selector.flow:
        name = '"matchLabels"' if source.json else "matchLabels"
        inner = text[first.start : last.end]
        return f"{text[: first.start]}{name}: {{{inner}}}{text[last.end :]}"
    start = source.line_start(first.start)
    indented = _indented(source, first, (first, last))
    if indented is None:
        return None
    return f"{text[:start]}{' ' * (selector.column - 1)}matchLabels:\n{indented[start:]}"


def _indented(source: Source, first: Part, last: tuple[Part, Part]) -> str | None:
    """The lines from ``first`` to the end of the entry ``last``, a step further in."""
    text = source.text
    start, end = source.line_start(first.start), source.line_end(last[1].end)
    block = text[start:end]
    if not _BLANK.fullmatch(text, start, first.start) or "\t" in block or last[1].end < first.end:
        return None
    shifted = "\n".join(f"{_STEP}{line}" if line.strip() else line for line in block.split("\n"))
    return f"{text[:start]}{shifted}{text[end:]}"
