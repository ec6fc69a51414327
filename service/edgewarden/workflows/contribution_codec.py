"""What repositories deploy to clusters, as bytes and back.

A child answers in this form and the store keeps it. What it holds was read from hostile content,
so every field is validated, each time.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter

from edgewarden.manifests.contribution import Contribution
from edgewarden.workflows.wire import WIRE, encoded, validated


@cache
def _one() -> TypeAdapter[tuple[Contribution]]:
    """Made when it is first needed: most processes read none."""
    return TypeAdapter(tuple[Contribution], config=WIRE)


@cache
def _several() -> TypeAdapter[tuple[dict[str, Contribution]]]:
    return TypeAdapter(tuple[dict[str, Contribution]], config=WIRE)


def encode_contribution(contribution: Contribution) -> bytes:
    """As JSON; equal contributions give equal bytes."""
    return encoded(_one().dump_python((contribution,)))


def decode_contribution(data: bytes) -> Contribution:
    """The inverse of ``encode_contribution``, or ``CodecError``."""
    (contribution,) = validated(_one(), data)
    return contribution


def digest_of(body: bytes) -> str:
    """Of an encoded contribution: SHA-256 in hex."""
    return sha256(body).hexdigest()


def encode_contributions(contributions: Mapping[str, Contribution]) -> bytes:
    """By the names of the clusters."""
    return encoded(_several().dump_python((dict(contributions),)))


def decode_contributions(data: bytes) -> dict[str, Contribution]:
    """The inverse of ``encode_contributions``, or ``CodecError``."""
    (contributions,) = validated(_several(), data)
    return contributions
