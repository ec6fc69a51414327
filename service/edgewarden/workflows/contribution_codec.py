"""What repositories deploy to clusters, as bytes and back.

A child answers in this form, and the store keeps one contribution compressed. What they hold was
read from hostile content, so every field is validated, each time.
"""

import zlib
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from pydantic import TypeAdapter

from edgewarden.manifests.contribution import Contribution
from edgewarden.workflows.ports import Deployed
from edgewarden.workflows.wire import WIRE, CodecError, encoded, validated


class Packed(NamedTuple):
    """``digest`` is the SHA-256 (hex) of what ``body`` holds, however well it is compressed."""

    body: bytes
    digest: str


@cache
def _one() -> TypeAdapter[tuple[Contribution]]:
    """Made when it is first needed: most processes read none."""
    return TypeAdapter(tuple[Contribution], config=WIRE)


@cache
def _all() -> TypeAdapter[tuple[Deployed]]:
    return TypeAdapter(tuple[Deployed], config=WIRE)


def pack(contribution: Contribution) -> Packed:
    """Equal contributions have equal digests."""
    content = encoded(_one().dump_python((contribution,)))
    return Packed(zlib.compress(content), sha256(content).hexdigest())


def unpack(body: bytes) -> Contribution:
    """The inverse of ``pack``, or ``CodecError``."""
    try:
        content = zlib.decompress(body)
    except zlib.error as error:
        raise CodecError("not compressed as contributions are") from error
    (contribution,) = validated(_one(), content)
    return contribution


def encode_deployed(found: Deployed) -> bytes:
    """As JSON."""
    return encoded(_all().dump_python((found,)))


def decode_deployed(data: bytes) -> Deployed:
    """The inverse of ``encode_deployed``, or ``CodecError``."""
    (found,) = validated(_all(), data)
    return found
