"""Parameters of an ``ApplicationSet`` put into its template, as far as they stand there plainly.

Both dialects of ``applicationset/utils/utils.go`` of Argo CD: with ``goTemplate`` a reference such
as ``{{ .path.basename }}`` or ``{{ index .path.segments 1 }}``, else one such as
``{{path.basename}}``. What else a Go template can do (functions, conditions) stays as it is
written, and so does a parameter that is not known.
"""

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.nodes import Plain

Parameters: TypeAlias = Mapping[str, Plain]
"""Nested with ``goTemplate``, else flat: then each value is a text under its whole name."""

LONGEST_TEXT = 10_000
"""Characters of a text with its parameters put in."""

MOST_WORK = 20_000_000
"""Characters of all texts together, each as often as parameters are put into it."""

_TAG = re.compile(r"\{\{(-\s)?([^{}]*?)(\s-)?\}\}")
"""What stands between braces; with a hyphen the white space on its side is taken away."""
_FIELD = re.compile(r"\.[A-Za-z_][\w.]*")
_INDEX = re.compile(r"\(?\s*index\s+(\.[A-Za-z_][\w.]*)\s+(\d{1,4})\s*\)?")


def check_work(value: Plain, times: int) -> None:
    """Raises ``UnclearError`` where to put parameters into ``value`` that often takes too long."""
    if times > 1 and len(json.dumps(value)) * times > MOST_WORK:
        raise UnclearError(
            "its template is too large for the number of its Applications",
            "Write several ApplicationSets, each with a part of its generators.",
        )


def substituted(value: Plain, parameters: Parameters, *, go: bool) -> Plain:
    """``value`` with the parameters put into all of its texts.

    Raises ``UnclearError`` where a text becomes too long.
    """
    match value:
        case str():
            return _text(value, parameters, go=go)
        case list():
            return [substituted(item, parameters, go=go) for item in value]
        case dict():
            return {key: substituted(item, parameters, go=go) for key, item in value.items()}
    return value


def _text(text: str, parameters: Parameters, *, go: bool) -> str:
    put = ""
    end = 0
    trims = False
    for tag in _TAG.finditer(text):
        before = text[end : tag.start()]
        before = before.lstrip() if trims else before
        written = tag[2].strip()
        found = _go(written, parameters) if go else parameters.get(written)
        put += before.rstrip() if tag[1] else before
        put += found if isinstance(found, str) else tag[0]
        end, trims = tag.end(), bool(tag[3])
        if len(put) > LONGEST_TEXT:
            raise UnclearError(
                f"a text of it has more than {LONGEST_TEXT} characters with its parameters",
                "Use shorter parameters.",
            )
    rest = text[end:]
    return put + (rest.lstrip() if trims else rest)


def _go(written: str, parameters: Parameters) -> str | None:
    """The text that an expression stands for, where it names one plainly."""
    if _FIELD.fullmatch(written):
        return _shown(_looked_up(written, parameters))
    if index := _INDEX.fullmatch(written):
        segments = _looked_up(index[1], parameters)
        place = int(index[2])
        if isinstance(segments, list) and place < len(segments):
            return _shown(segments[place])
    return None


def _looked_up(name: str, parameters: Parameters) -> Plain:
    found: Plain = dict(parameters)
    for key in name.strip(".").split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _shown(value: Plain) -> str | None:
    """As Go prints it: of numbers with a point and of what is nested, nobody is sure."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
    return None
