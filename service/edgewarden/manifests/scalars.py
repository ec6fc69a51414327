"""What a YAML scalar means to ``kubectl``.

Kubernetes reads YAML by sigs.k8s.io/yaml, that is go-yaml v2 and then JSON. It follows YAML 1.1
with a few turns of its own: ``y`` and ``n`` are booleans, there are no sexagesimal numbers, a
timestamp stays a text, ``1e3`` is a number and so is ``080`` (a float, since it is no octal).
"""

import base64
import binascii
import math
import re
from collections.abc import Callable

from edgewarden.manifests.nodes import PlainScalar

CORE_TAG = "tag:yaml.org,2002:"

_WORDS: dict[str, PlainScalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NO_JSON = re.compile(r"\.(nan|NaN|NAN)|[-+]?\.(inf|Inf|INF)")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("+-.0123456789")
_LONGEST_INTEGER = 80
"""Digits, in any base, beyond which a number cannot fit 64 bits."""
_REMEMBERED = 16_384
_LONGEST_REMEMBERED = 100


class PlainScalars(dict[str, PlainScalar]):
    """The values of unquoted scalars without a tag, by their text; any text may be asked for.

    Raises ``ValueError`` for infinities and ``.nan``, which become no JSON. Most texts come
    again and again, so short ones are remembered, up to a bound.
    """

    def __missing__(self, text: str) -> PlainScalar:
        value = _resolve(text)
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = value
        return value


PLAIN_SCALARS = PlainScalars()


def _resolve(text: str) -> PlainScalar:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _NO_JSON.fullmatch(text):
        raise ValueError(f"{text} is a number that JSON cannot write")
    digits = text.replace("_", "")
    if (match := _INTEGER.fullmatch(digits)) and (whole := _integer(match)) is not None:
        return whole
    if _FLOAT.fullmatch(digits) and math.isfinite(number := float(digits)):
        return number
    return text


def _integer(match: re.Match[str]) -> int | None:
    sign, hexadecimal, binary, octal, decimal = match.groups()
    for digits, radix in ((hexadecimal, 16), (binary, 2), (octal, 8), (decimal, 10)):
        if digits is not None and len(digits) <= _LONGEST_INTEGER:
            number = int(digits, radix)
            number = -number if sign == "-" else number
            return number if -(2**63) <= number < 2**64 else None
    return None


def key_text(value: PlainScalar) -> str | None:
    """The key as JSON holds it, or nothing where JSON could not (``sigs.k8s.io/yaml``)."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return format(value, "g")
    return str(value)


def resolve_tagged(tag: str, text: str) -> PlainScalar:
    """The value of a scalar with a tag of YAML itself, such as ``!!str``.

    Raises ``ValueError`` where the text is nothing of that kind, or the tag is not known.
    """
    reader = _TAGS.get(tag.removeprefix(CORE_TAG))
    if reader is None:
        raise ValueError(f"the tag {tag!r} is none that Kubernetes knows")
    return reader(text)


def _text(text: str) -> PlainScalar:
    return text


def _binary(text: str) -> PlainScalar:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("!!binary holds no base64 of a text") from error


def _float(text: str) -> PlainScalar:
    value = PLAIN_SCALARS[text]
    if type(value) in {int, float}:
        return float(text if isinstance(value, float) else str(value))
    raise ValueError(f"{text!r} is no number")


def _only(kind: type, article: str) -> Callable[[str], PlainScalar]:
    def read(text: str) -> PlainScalar:
        value = PLAIN_SCALARS[text]
        if type(value) is not kind:
            raise ValueError(f"{text!r} is no {article}")
        return value

    return read


_TAGS: dict[str, Callable[[str], PlainScalar]] = {
    "str": _text,
    "timestamp": _text,
    "binary": _binary,
    "float": _float,
    "int": _only(int, "integer"),
    "bool": _only(bool, "boolean"),
    "null": _only(type(None), "null"),
}
