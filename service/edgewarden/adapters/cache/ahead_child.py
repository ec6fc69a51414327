"""The program that ``child_reader`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.workflows.ahead_codec import decode_ahead, encode_parts
from edgewarden.workflows.reading_ahead import read_ahead


def main(limits: str) -> NoReturn:
    """Answer the assignment on standard input with readings on standard output."""
    answer(Limits.decode(limits), answer_reading)


def answer_reading(encoded: bytes) -> bytes:
    asked = decode_ahead(encoded)
    return encode_parts(read_ahead(asked.base, asked.platform, asked.recalled, asked.parts))
