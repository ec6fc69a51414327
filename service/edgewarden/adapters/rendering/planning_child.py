"""The program that ``planning`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.adapters.rendering.planning import answer_plans


def main(limits: str) -> NoReturn:
    """Answer the trees on standard input with what is to be rendered, on standard output."""
    answer(Limits.decode(limits), answer_plans)
