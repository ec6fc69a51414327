"""The program that ``analysis`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.manifests.collector import collect_rarely
from edgewarden.workflows.assess import assess
from edgewarden.workflows.codec import decode_request, encode_review


def main(limits: str) -> NoReturn:
    """Answer the assignment on standard input with a review on standard output."""
    answer(Limits.decode(limits), answer_assignment)


def answer_assignment(encoded: bytes) -> bytes:
    collect_rarely()
    assignment = decode_request(encoded)
    request = assignment.request
    review = assess(
        request.trees,
        pack=assignment.pack,
        platform=assignment.platform,
        exceptions=request.exceptions,
        surroundings=request.surroundings.reader(),
        uploads=request.uploads,
        request=request.request,
        now=request.now,
    )
    return encode_review(review)
