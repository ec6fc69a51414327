"""What a repository deploys to a cluster, as the store keeps it and back.

It was read from hostile content, so every field is validated, each time.
"""

import zlib
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from pydantic import TypeAdapter

from edgewarden.manifests.contribution import Contribution
from edgewarden.workflows.wire import WIRE, CodecError, encoded, validated


class Packed(NamedTuple):
    """``digest`` is the SHA-256 (hex) of what ``body`` holds, however well it is compressed."""

    body: bytes
    digest: str


@cache
def _one() -> TypeAdapter[tuple[Contribution]]:
    """Made when it is first needed: most processes read none."""
    return TypeAdapter(tuple[Contribution], config=WIRE)


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
