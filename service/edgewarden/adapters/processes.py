"""A conversation with another program that can neither hang nor flood the service."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

CHUNK = 1 << 16
COMPLAINT_LIMIT = 1 << 16
"""So many bytes of standard error are kept, the last ones."""


class Ending(StrEnum):
    """How a conversation came to its end."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    FLOODED = "flooded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said. ``status`` is negative where a signal ended it.

    ``output`` is incomplete unless ``ending`` is ``exited``.
    """

    ending: Ending
    status: int
    output: bytes
    complaint: bytes


def converse(
    process: subprocess.Popen[bytes], request: bytes, *, deadline: float, output_limit: int
) -> Answer:
    """Send ``request`` to a program and collect what it answers, within bounds.

    ``process`` must lead a session of its own (``start_new_session``) and have pipes for
    standard output and error, and for input where there is a request. A program that still
    runs at ``deadline`` (a reading of the monotonic clock) or writes more than
    ``output_limit`` bytes is killed with all of its group.
    """
    try:
        ending, output, complaint = _exchange(process, request, deadline, output_limit)
        if ending is Ending.EXITED:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                ending = Ending.TIMED_OUT
    finally:
        if process.returncode is None:
            _kill_group(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
    return Answer(ending, process.returncode, output, complaint)


def listen(process: subprocess.Popen[bytes], *, deadline: float) -> Generator[bytes, None, Answer]:
    """What a program without input says, as it says it; in the end how it ended, without output.

    ``process`` and ``deadline`` are those of ``converse``. A program whose listener leaves is
    killed with all of its group.
    """
    complaint = bytearray()
    ending = Ending.TIMED_OUT
    try:
        with selectors.DefaultSelector() as selector:
            for stream in (process.stdout, process.stderr):
                _watch(selector, stream, selectors.EVENT_READ)
            while selector.get_map() and (remaining := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(remaining):
                    chunk = os.read(key.fd, CHUNK)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is process.stderr:
                        complaint += chunk
                        del complaint[:-COMPLAINT_LIMIT]
                    else:
                        yield chunk
            complete = not selector.get_map()
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
            if complete:
                ending = Ending.EXITED
    finally:
        if process.returncode is None:
            _kill_group(process)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    return Answer(ending, process.returncode, b"", bytes(complaint))


def _exchange(
    process: subprocess.Popen[bytes], request: bytes, deadline: float, output_limit: int
) -> tuple[Ending, bytes, bytes]:
    output = bytearray()
    complaint = bytearray()
    unsent = memoryview(request)
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdout, process.stderr):
            _watch(selector, stream, selectors.EVENT_READ)
        if process.stdin is not None:
            if request:
                _watch(selector, process.stdin, selectors.EVENT_WRITE)
            else:
                process.stdin.close()
        while selector.get_map():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return Ending.TIMED_OUT, bytes(output), bytes(complaint)
            for key, _ in selector.select(remaining):
                if key.fileobj is process.stdin:
                    unsent = _send(selector, process.stdin, unsent)
                    continue
                chunk = os.read(key.fd, CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    complaint += chunk
                    del complaint[:-COMPLAINT_LIMIT]
                else:
                    output += chunk
                    if len(output) > output_limit:
                        return Ending.FLOODED, b"", bytes(complaint)
    return Ending.EXITED, bytes(output), bytes(complaint)


def _watch(selector: selectors.BaseSelector, stream: IO[bytes] | None, event: int) -> None:
    if stream is None:
        msg = "the process needs a pipe for each of its streams"
        raise ValueError(msg)
    os.set_blocking(stream.fileno(), False)
    selector.register(stream, event)


def _send(selector: selectors.BaseSelector, stream: IO[bytes], unsent: memoryview) -> memoryview:
    """Write what the pipe takes; a program that stops listening is not an error by itself."""
    try:
        unsent = unsent[os.write(stream.fileno(), unsent[:CHUNK]) :]
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        unsent = unsent[:0]
    if not unsent:
        selector.unregister(stream)
        with suppress(BrokenPipeError):
            stream.close()
    return unsent


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
