"""The program that ``analysis`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.governance.review import Review
from edgewarden.workflows.assess import assess
from edgewarden.workflows.codec import Assignment


def main(limits: str) -> NoReturn:
    """Answer the assignment on standard input with a review on standard output."""
    answer(Limits.decode(limits), assess_assignment)


def assess_assignment(assignment: Assignment) -> Review:
    request = assignment.request
    return assess(
        request.trees,
        pack=assignment.pack,
        profile=assignment.profile,
        exceptions=request.exceptions,
        now=request.now,
    )
