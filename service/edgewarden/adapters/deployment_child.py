"""The program that ``deployments`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.workflows.codec import decode_deployment
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.deployed_codec import encode_deployed


def main(limits: str) -> NoReturn:
    """Answer the assignment on standard input with contributions on standard output."""
    answer(Limits.decode(limits), answer_assignment)


def answer_assignment(encoded: bytes) -> bytes:
    assignment = decode_deployment(encoded)
    return encode_deployed(deployed(assignment.request, assignment.platform))
