"""What is asked of the child that reads a base ahead, and what it answers, as bytes and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.wire import WIRE, encoded, validated


@dataclass(frozen=True, slots=True)
class AheadAssignment:
    """The arguments of ``read_ahead``."""

    base: Snapshot
    platform: ProfileClaims
    recalled: tuple[bytes, ...]
    parts: frozenset[int]


_AHEAD: Final = TypeAdapter[tuple[AheadAssignment]](tuple[AheadAssignment], config=WIRE)
_PARTS: Final = TypeAdapter[dict[int, bytes]](dict[int, bytes], config=WIRE)


def encode_ahead(assignment: AheadAssignment) -> bytes:
    """The assignment of the child as JSON."""
    return encoded(_AHEAD.dump_python((assignment,)))


def decode_ahead(data: bytes) -> AheadAssignment:
    """The inverse of ``encode_ahead``, or ``CodecError``."""
    (assignment,) = validated(_AHEAD, data)
    return assignment


def encode_parts(parts: Mapping[int, bytes]) -> bytes:
    """What the child answers: readings by part."""
    return encoded(_PARTS.dump_python(dict(parts)))


def decode_parts(data: bytes) -> dict[int, bytes]:
    """The inverse of ``encode_parts``, or ``CodecError``."""
    return validated(_PARTS, data)
