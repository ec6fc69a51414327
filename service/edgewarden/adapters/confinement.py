"""What a process does that reads hostile content: confine itself, work, answer, end.

What it says on standard error names types and places of its own code only, never what a
repository holds.
"""

import json
import math
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import IntEnum
from types import FrameType
from typing import NoReturn

NICENESS = 10


class Exit(IntEnum):
    """The exit statuses of a child."""

    ANSWERED = 0
    UNCAUGHT = 1
    """The interpreter's own, for an error that nothing could be done about."""
    FAULT = 70
    MEMORY = 71
    TIME = 72


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` is the address space in bytes, ``seconds`` bounds wall clock and processor."""

    memory: int = 1536 << 20
    seconds: float = 60.0

    @property
    def encoded(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> "Limits":
        return cls(**json.loads(text))


def answer(limits: Limits, work: Callable[[bytes], bytes]) -> NoReturn:
    """Confine this process, answer standard input on standard output, and end.

    The exit status is one of ``Exit``.
    """
    confine(limits)
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is no part of the answer
    try:
        answered = work(sys.stdin.buffer.read())
        with os.fdopen(answers, "wb") as stream:
            stream.write(answered)
    except MemoryError:
        os._exit(Exit.MEMORY)
    except BaseException as error:
        _complain(error)
        os._exit(Exit.FAULT)
    os._exit(Exit.ANSWERED)


def confine(limits: Limits) -> None:
    """Give up what reading does not need; none of it can be taken back."""
    seconds = math.ceil(limits.seconds)
    os.nice(NICENESS)
    signal.signal(signal.SIGXCPU, _out_of_time)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _out_of_time(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    os._exit(Exit.TIME)


def _complain(error: BaseException) -> None:
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    places = ", ".join(f"{frame.name} line {frame.lineno}" for frame in frames)
    sys.stderr.write(f"{type(error).__name__} in {places}\n")
    sys.stderr.flush()
