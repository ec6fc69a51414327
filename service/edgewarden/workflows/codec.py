"""Reviews, and what a review is made from, as bytes and back.

The store keeps reviews in this form, and the analysis child gets its assignment and sends its
answer in it. Decoding validates every field against the dataclasses, since what a child
sends has been near hostile content. The bytes are ASCII: lone surrogates, which stand for
bytes of a file name that are not UTF-8, travel as JSON escapes, and file contents as base64.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edgewarden.governance.findings import PolicyPack
from edgewarden.governance.review import Review
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.ports import AssessmentRequest


class CodecError(ValueError):
    """The bytes do not spell the value asked for; the message says where."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the analysis child needs to make a review: nothing else reaches it."""

    request: AssessmentRequest
    pack: PolicyPack
    platform: ProfileClaims


@dataclass(frozen=True, slots=True)
class ReadingAssignment:
    """What the child needs that reads a base ahead: the arguments of ``read_ahead``."""

    base: Snapshot
    platform: ProfileClaims
    recalled: tuple[bytes, ...]
    parts: frozenset[int]


T = TypeVar("T")

# Configuration does not apply to a dataclass at the top, so each value travels in a list.
_WIRE: Final = ConfigDict(val_json_bytes="base64", extra="forbid")
_REVIEW: Final = TypeAdapter[tuple[Review]](tuple[Review], config=_WIRE)
_ASSIGNMENT: Final = TypeAdapter[tuple[Assignment]](tuple[Assignment], config=_WIRE)
_READING: Final = TypeAdapter[tuple[ReadingAssignment]](tuple[ReadingAssignment], config=_WIRE)
_READINGS: Final = TypeAdapter[dict[int, bytes]](dict[int, bytes], config=_WIRE)


def encode_review(review: Review) -> bytes:
    """The review as JSON; equal reviews give equal bytes."""
    return _encoded(_REVIEW.dump_python((review,)))


def decode_review(data: bytes) -> Review:
    """The inverse of ``encode_review``, or ``CodecError``."""
    (review,) = _validated(_REVIEW, data)
    if review.judged_at.utcoffset() is None:
        raise CodecError("judged_at has no time zone")
    return review


def encode_request(assignment: Assignment) -> bytes:
    """The assignment of an analysis child as JSON."""
    return _encoded(_ASSIGNMENT.dump_python((assignment,)))


def decode_request(data: bytes) -> Assignment:
    """The inverse of ``encode_request``, or ``CodecError``."""
    (assignment,) = _validated(_ASSIGNMENT, data)
    if assignment.request.now.utcoffset() is None:
        raise CodecError("now has no time zone")
    return assignment


def encode_reading(assignment: ReadingAssignment) -> bytes:
    """The assignment of a child that reads ahead, as JSON."""
    return _encoded(_READING.dump_python((assignment,)))


def decode_reading(data: bytes) -> ReadingAssignment:
    """The inverse of ``encode_reading``, or ``CodecError``."""
    (assignment,) = _validated(_READING, data)
    return assignment


def encode_parts(parts: Mapping[int, bytes]) -> bytes:
    """What such a child answers: readings by part."""
    return _encoded(_READINGS.dump_python(dict(parts)))


def decode_parts(data: bytes) -> dict[int, bytes]:
    """The inverse of ``encode_parts``, or ``CodecError``."""
    return _validated(_READINGS, data)


def _encoded(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=_plain)
    return text.encode("ascii")


def _plain(value: object) -> object:
    """What JSON has no form for; sets are sorted, so that equal values give equal bytes."""
    match value:
        case frozenset():
            return sorted(value, key=_none_first)
        case bytes():
            return b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
        case IPv4Address() | IPv6Address() | IPv4Network() | IPv6Network():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def _none_first(member: object) -> tuple[bool, object]:
    return member is not None, member


def _validated(adapter: TypeAdapter[T], data: bytes) -> T:
    try:
        return adapter.validate_python(json.loads(data))
    except ValidationError as error:
        raise CodecError(_complaint(error)) from error
    except (ValueError, RecursionError) as error:
        raise CodecError(f"not a JSON document: {error}") from error


def _complaint(error: ValidationError) -> str:
    """The first few errors with their places, without the values that were sent."""
    errors = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in errors[:5])
