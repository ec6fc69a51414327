"""What a tree deploys, read in a child process that hostile content can break but not leave."""

import signal
from hashlib import sha256

from edgewarden.adapters.analysis import aborted_for_memory
from edgewarden.adapters.cache.code import reading_code
from edgewarden.adapters.confinement import Exit, Limits
from edgewarden.adapters.isolated_python import ask
from edgewarden.adapters.processes import Answer, Ending
from edgewarden.workflows.codec import ReadingAssignment, encode_reading
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.contribution_codec import decode_deployed
from edgewarden.workflows.ports import Deployed, DeploymentRequest, ReadingError
from edgewarden.workflows.wire import CodecError

ANSWER_LIMIT = 8 << 20
"""Bytes that one repository adds to the reviews of all others at most."""

_CHILD = "edgewarden.adapters.contribution_child"


class ChildReader:
    """Reads each tree in a process of its own, as ``TreeReader`` asks.

    Memory, processor time, files and processes are limited. The answer is validated like any
    other input.
    """

    def __init__(self, platform: ProfileClaims, limits: Limits | None = None) -> None:
        self._platform = platform
        self._limits = limits or Limits()

    @property
    def identity(self) -> str:
        return sha256(f"{reading_code()} {self._platform!r}".encode()).hexdigest()

    def deployed(self, request: DeploymentRequest) -> Deployed:
        assignment = encode_reading(ReadingAssignment(request, self._platform))
        answer = ask(_CHILD, assignment, self._limits, output_limit=ANSWER_LIMIT)
        failure = self._failure(answer)
        if failure:
            raise ReadingError(f"its files were not read: {failure}")
        try:
            return decode_deployed(answer.output).of(request.clusters)
        except CodecError as error:
            raise ReadingError("its files were not read: the answer is none") from error

    def _failure(self, answer: Answer) -> str:
        match answer.ending, answer.status:
            case Ending.EXITED, Exit.ANSWERED:
                return ""
            case (Ending.TIMED_OUT, _) | (Ending.EXITED, Exit.TIME):
                return f"it took longer than {self._limits.seconds:g} s"
            case Ending.EXITED, status if status == Exit.MEMORY or aborted_for_memory(answer):
                return f"it needed more than {self._limits.memory >> 20} MiB of memory"
            case Ending.FLOODED, _:
                return f"it is more than {ANSWER_LIMIT >> 20} MiB"
            case Ending.EXITED, status if status < 0:
                return f"the process was ended by {signal.Signals(-status).name}"
            case _:
                return "the process failed"
