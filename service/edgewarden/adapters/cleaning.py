"""What was rendered, cleaned in a child process that hostile content can break but not leave."""

import structlog

from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.isolated_python import Child, ChildFailedError, Failure
from edgewarden.manifests.uploads.cleaning import Tally
from edgewarden.manifests.uploads.document import RenderedFile, Upload
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from edgewarden.workflows.cleaning_codec import Refused, decode_cleaning, encode_file

ANSWER_LIMIT = 64 << 20
"""Bytes of cleaned manifests that are taken from a child."""

_SMALLER = (
    "`edgewarden rendered push` cleans it before it sends it; whoever runs the service can raise "
    "EDGEWARDEN_ANALYSIS_MEMORY and EDGEWARDEN_ANALYSIS_SECONDS."
)
_REPORT = "Let whoever runs the service look into its log, and report it as a fault."


class ChildCleaner:
    """Cleans each file in a process of its own, as ``Cleaner`` asks.

    Memory, processor time, files and processes are limited. ``child`` is the module whose
    ``main`` runs in the process.
    """

    def __init__(
        self, limits: Limits | None = None, child: str = "edgewarden.adapters.cleaning_child"
    ) -> None:
        self._child = Child(child, limits or Limits(), ANSWER_LIMIT)
        self._log = structlog.get_logger("edgewarden.cleaning")

    def cleaned(self, file: RenderedFile) -> tuple[Upload, Tally]:
        try:
            answer = self._child.ask(encode_file(file), decode_cleaning)
        except ChildFailedError as error:
            self._log.warning("cleaning failed", **error.facts)
            message = f"Cleaning what was rendered {error}, so nothing of it is kept."
            if error.failure in {Failure.TIME, Failure.MEMORY, Failure.SIZE}:
                raise UploadTooLargeError(f"{message} {_SMALLER}") from error
            raise UploadError(f"{message} {_REPORT}") from error
        if isinstance(answer, Refused):
            raise answer.error
        return answer.upload, answer.tally
