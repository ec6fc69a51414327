"""What a child read of what a tree deploys, as bytes and back.

It was read from hostile content, so every field is validated.
"""

from functools import cache

from pydantic import TypeAdapter

from edgewarden.workflows.ports import Deployed
from edgewarden.workflows.wire import WIRE, encoded, validated


@cache
def _adapter() -> TypeAdapter[tuple[Deployed]]:
    """Made when it is first needed: most processes read none."""
    return TypeAdapter(tuple[Deployed], config=WIRE)


def encode_deployed(found: Deployed) -> bytes:
    """As JSON."""
    return encoded(_adapter().dump_python((found,)))


def decode_deployed(data: bytes) -> Deployed:
    """The inverse of ``encode_deployed``, or ``CodecError``."""
    (found,) = validated(_adapter(), data)
    return found
