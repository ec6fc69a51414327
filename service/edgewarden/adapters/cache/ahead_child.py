"""The program that ``child_reader`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.workflows.ahead_codec import decode_ahead, encode_parts
from edgewarden.workflows.reading_ahead import read_ahead
from edgewarden.workflows.recalled_readings import decode_readings


def main(limits: str) -> NoReturn:
    """Answer the assignment on standard input with readings on standard output."""
    answer(Limits.decode(limits), answer_reading)


def answer_reading(encoded: bytes) -> bytes:
    """Raises ``ValueError`` where what it made cannot be read back: kept, it would fail reviews."""
    asked = decode_ahead(encoded)
    made = read_ahead(asked.base, asked.platform, asked.recalled, asked.parts)
    decode_readings(made.values())
    return encode_parts(made)
