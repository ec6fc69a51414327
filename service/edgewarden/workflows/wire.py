"""Values as JSON and back.

Decoding validates every field. The bytes are ASCII: lone surrogates, which stand for bytes of a
file name that are not UTF-8, travel as JSON escapes, and bytes as base64.
"""

import json
from base64 import b64encode
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")

WIRE: Final = ConfigDict(val_json_bytes="base64", extra="forbid")
"""Configuration does not apply to a dataclass at the top, so each value travels in a list."""


class CodecError(ValueError):
    """The bytes do not spell the value asked for; the message says where."""


def encoded(value: object) -> bytes:
    """What a pydantic adapter dumped; equal values give equal bytes."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=_plain)
    return text.encode("ascii")


def validated(adapter: TypeAdapter[T], data: bytes) -> T:
    """The inverse, or ``CodecError``."""
    try:
        return adapter.validate_python(json.loads(data))
    except ValidationError as error:
        raise CodecError(_complaint(error)) from error
    except (ValueError, RecursionError) as error:
        raise CodecError(f"not a JSON document: {error}") from error


def _plain(value: object) -> object:
    """What JSON has no form for; sets are sorted, so that equal values give equal bytes."""
    match value:
        case frozenset():
            return sorted(value, key=_none_first)
        case bytes():
            return b64encode(value).decode("ascii")
        case date():
            return value.isoformat()
        case IPv4Address() | IPv6Address() | IPv4Network() | IPv6Network():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def _none_first(member: object) -> tuple[bool, object]:
    return member is not None, member


def _complaint(error: ValidationError) -> str:
    """The first few errors with their places, without the values that were sent."""
    errors = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in errors[:5])
