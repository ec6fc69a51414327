"""Reviews, and what is asked of the children that read repositories, as bytes and back.

The store keeps reviews in this form, and a child gets its assignment and sends its answer in it.
Decoding validates every field against the dataclasses, since what a child sends has been near
hostile content.
"""

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Review
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.ports import AssessmentRequest, DeploymentRequest
from edgewarden.workflows.wire import WIRE, CodecError, encoded, validated

__all__ = [
    "Assignment",
    "CodecError",
    "DeploymentAssignment",
    "decode_deployment",
    "decode_request",
    "decode_review",
    "encode_deployment",
    "encode_request",
    "encode_review",
]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the analysis child needs to make a review: nothing else reaches it."""

    request: AssessmentRequest
    pack: PolicyPack
    platform: ProfileClaims


@dataclass(frozen=True, slots=True)
class DeploymentAssignment:
    """What a child needs to read what a tree deploys: nothing else reaches it."""

    request: DeploymentRequest
    platform: ProfileClaims


_REVIEW: Final = TypeAdapter[tuple[Review]](tuple[Review], config=WIRE)
_ASSIGNMENT: Final = TypeAdapter[tuple[Assignment]](tuple[Assignment], config=WIRE)
_DEPLOYMENT: Final = TypeAdapter[tuple[DeploymentAssignment]](
    tuple[DeploymentAssignment], config=WIRE
)


def encode_review(review: Review) -> bytes:
    """The review as JSON; equal reviews give equal bytes."""
    return encoded(_REVIEW.dump_python((review,)))


def decode_review(data: bytes) -> Review:
    """The inverse of ``encode_review``, or ``CodecError``."""
    (review,) = validated(_REVIEW, data)
    if review.judged_at.utcoffset() is None:
        raise CodecError("judged_at has no time zone")
    return review


def encode_request(assignment: Assignment) -> bytes:
    """The assignment of an analysis child as JSON."""
    return encoded(_ASSIGNMENT.dump_python((assignment,)))


def decode_request(data: bytes) -> Assignment:
    """The inverse of ``encode_request``, or ``CodecError``."""
    (assignment,) = validated(_ASSIGNMENT, data)
    if assignment.request.now.utcoffset() is None:
        raise CodecError("now has no time zone")
    return assignment


def encode_deployment(assignment: DeploymentAssignment) -> bytes:
    """The assignment of the child that reads what a tree deploys, as JSON."""
    return encoded(_DEPLOYMENT.dump_python((assignment,)))


def decode_deployment(data: bytes) -> DeploymentAssignment:
    """The inverse of ``encode_deployment``, or ``CodecError``."""
    (assignment,) = validated(_DEPLOYMENT, data)
    return assignment
