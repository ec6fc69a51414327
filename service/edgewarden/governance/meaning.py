"""What values mean, without the places where they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from edgewarden.reachability.location import Location
from edgewarden.reachability.reasons import Cause

_ATOMS = (str, int, type(None), IPv4Address, IPv4Network, IPv6Address, IPv6Network)
_PLACES = (Location, Cause)
"""Where something is written, and which of several rules there account for it."""


def digest(*values: object) -> str:
    """The SHA-256 (hex) of what values mean: the same wherever they are written.

    Of a dataclass those fields count that make two of them equal.
    """
    return sha256("".join(_pieces(values)).encode()).hexdigest()


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, _ATOMS):
        yield ascii(value)
    elif isinstance(value, _PLACES):
        yield "*"
    elif isinstance(value, Mapping):
        yield from _pieces(sorted((key, tuple(_pieces(value[key]))) for key in value))
    elif isinstance(value, frozenset):
        yield from _pieces(sorted("".join(_pieces(each)) for each in value))
    elif isinstance(value, tuple | list):
        yield "("
        for each in value:
            yield from _pieces(each)
            yield ","
        yield ")"
    elif is_dataclass(value):
        yield type(value).__name__
        yield from _pieces([getattr(value, each.name) for each in fields(value) if each.compare])
    else:
        raise TypeError(f"{type(value).__name__} has no meaning of its own: take its parts")
