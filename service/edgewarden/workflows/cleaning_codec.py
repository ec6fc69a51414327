"""What is asked of the child that cleans rendered files, and what it answers, as bytes and back."""

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from edgewarden.manifests.uploads.cleaning import Tally
from edgewarden.manifests.uploads.document import RenderedFile, Upload, check_paths
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from edgewarden.workflows.wire import WIRE, encoded, validated


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept of a file, and what became of its objects."""

    upload: Upload
    tally: Tally


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing of a file is kept."""

    reason: str
    too_large: bool

    @classmethod
    def by(cls, error: UploadError) -> "Refused":
        return cls(str(error), isinstance(error, UploadTooLargeError))

    @property
    def error(self) -> UploadError:
        return UploadTooLargeError(self.reason) if self.too_large else UploadError(self.reason)


_FILE: Final = TypeAdapter[tuple[RenderedFile]](tuple[RenderedFile], config=WIRE)
_ANSWER: Final = TypeAdapter[tuple[Cleaned | Refused]](tuple[Cleaned | Refused], config=WIRE)


def encode_file(file: RenderedFile) -> bytes:
    """The assignment of the child as JSON."""
    return encoded(_FILE.dump_python((file,)))


def decode_file(data: bytes) -> RenderedFile:
    """The inverse of ``encode_file``, or ``CodecError``."""
    (file,) = validated(_FILE, data)
    return file


def encode_cleaning(answer: Cleaned | Refused) -> bytes:
    """The answer of the child as JSON."""
    return encoded(_ANSWER.dump_python((answer,)))


def decode_cleaning(data: bytes) -> Cleaned | Refused:
    """The inverse of ``encode_cleaning``. Raises ``ValueError``, also for paths that are none."""
    (answer,) = validated(_ANSWER, data)
    if isinstance(answer, Cleaned):
        check_paths(answer.upload.files)
    return answer
