"""The program that ``cleaning`` starts in an isolated interpreter."""

from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.manifests.uploads.errors import UploadError
from edgewarden.workflows.cleaning_codec import Cleaned, Refused, decode_file, encode_cleaning


def main(limits: str) -> NoReturn:
    """Answer the file on standard input with what is kept of it, or why nothing is."""
    answer(Limits.decode(limits), answer_file)


def answer_file(encoded: bytes) -> bytes:
    file = decode_file(encoded)
    try:
        return encode_cleaning(Cleaned(*cleaned(file.streams)))
    except UploadError as error:
        return encode_cleaning(Refused.by(error))
