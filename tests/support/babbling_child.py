"""A child that ends as it should, and has answered something else."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer


def main(limits: str) -> NoReturn:
    answer(Limits.decode(limits), lambda _: b"\0 and so on")
