"""Objects set apart: the ``---`` that somebody forgot between them."""

import re

from edgewarden.manifests.mending.source import Source

_COMMENT = re.compile(r"#")
_OF_AN_OBJECT = frozenset({"apiVersion", "kind"})


def separate(source: Source, line: int, column: int) -> str | None:
    """The text with ``---`` before the key there and wherever it comes again in its mapping.

    Nothing unless the mapping is a document that names its type more than once.
    """
    found = source.holder(line, column)
    if source.json or found is None or column != 1:
        return None
    root, number = found
    keys = root.keys
    if not any(root is each for each in source.roots) or root.flow:
        return None
    if not any(keys.count(each) > 1 for each in _OF_AN_OBJECT):
        return None
    name = root.parts[2 * number].text
    places = [key.start for key, _ in root.entries if key.text == name][1:]
    text = source.text
    for place in reversed(places):
        start = _above(source, place)
        text = f"{text[:start]}---\n{text[start:]}"
    return text


def _above(source: Source, place: int) -> int:
    """Where the comments begin that stand right above."""
    while place > 0:
        above = source.line_start(place - 1)
        if not _COMMENT.match(source.text, above):
            break
        place = above
    return place
