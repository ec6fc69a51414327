"""A question to a child process that hostile content can break but not leave."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from edgewarden.adapters.confinement import Exit, Limits
from edgewarden.adapters.processes import Answer, Ending, converse

T = TypeVar("T")

# Isolated, Python knows neither its environment nor this directory, so it is told the path.
_START = (
    "import sys, importlib;"
    "child, limits, *sys.path = sys.argv[1:];"
    "importlib.import_module(child).main(limits)"
)
_OUT_OF_MEMORY = b"memory allocation of "
"""What a library in Rust complains of before it aborts, where Python has its MemoryError."""


class Failure(StrEnum):
    """Why a child gave no answer."""

    TIME = "time"
    MEMORY = "memory"
    SIZE = "size"
    """Its answer was larger than any that is taken."""
    SIGNAL = "signal"
    FAULT = "fault"


class ChildFailedError(Exception):
    """A child gave no answer. The message is what it did, such as ``took longer than 60 s``."""

    def __init__(self, failure: Failure, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.failure = failure
        self._answer = answer

    @property
    def facts(self) -> dict[str, object]:
        """For a log: they tell nothing of what the child was asked about."""
        return {
            "failure": self.failure.value,
            "status": self._answer.status,
            "complaint": self._answer.complaint.decode("ascii", "replace"),
        }


@dataclass(frozen=True, slots=True)
class Child:
    """The module ``name``, whose ``main`` runs in a process of its own.

    Memory, processor time, files and processes are limited, and so are the bytes of its answer.
    """

    name: str
    limits: Limits
    answer_limit: int

    def ask(self, request: bytes, decoded: Callable[[bytes], T]) -> T:
        """What it says on standard output, as ``decoded`` understands it, or ``ChildFailedError``.

        It gets ``request`` on its standard input and no environment, so it holds no credential,
        and is killed with all that it started when its time is over. ``decoded`` validates the
        answer like any other input, and raises ``ValueError`` for what is none.
        """
        path = [entry for entry in sys.path if entry]
        process = subprocess.Popen(  # noqa: S603 - the program is this Python, given by path
            [sys.executable, "-I", "-B", "-c", _START, self.name, self.limits.encoded, *path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        deadline = time.monotonic() + self.limits.seconds
        answer = converse(process, request, deadline=deadline, output_limit=self.answer_limit)
        if answer.ending is Ending.EXITED and answer.status == Exit.ANSWERED:
            try:
                return decoded(answer.output)
            except ValueError as error:
                message = "gave nothing that can be used"
                raise ChildFailedError(Failure.FAULT, message, answer) from error
        raise self._failed(answer)

    def _failed(self, answer: Answer) -> ChildFailedError:
        match answer.ending, answer.status:
            case (Ending.TIMED_OUT, _) | (Ending.EXITED, Exit.TIME):
                said = Failure.TIME, f"took longer than {self.limits.seconds:g} s"
            case Ending.FLOODED, _:
                said = Failure.SIZE, f"came to more than {self.answer_limit >> 20} MiB"
            case _ if _out_of_memory(answer):
                said = Failure.MEMORY, f"needed more than {self.limits.memory >> 20} MiB of memory"
            case _, status if status < 0:
                said = Failure.SIGNAL, f"was ended by {signal.Signals(-status).name}"
            case _:
                said = Failure.FAULT, "failed"
        return ChildFailedError(*said, answer)


def _out_of_memory(answer: Answer) -> bool:
    """Also where too little was left to say so in the way that was agreed on."""
    match answer.status:
        case Exit.MEMORY:
            return True
        case Exit.UNCAUGHT:
            return answer.complaint.rstrip().endswith(MemoryError.__name__.encode())
        case _:
            return answer.status == -signal.SIGABRT and _OUT_OF_MEMORY in answer.complaint
