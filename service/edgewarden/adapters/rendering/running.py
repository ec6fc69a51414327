"""The renderers at work, so that whoever waits for them can end them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock


class Running:
    """The processes that the threads of one rendering wait for; each leads a group of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    @contextmanager
    def counted(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Know of ``process`` while it is waited for; at the end it is killed at once."""
        with self._lock:
            self._processes.add(process)
            if self._ended:
                _kill(process)
        try:
            yield
        finally:
            with self._lock:
                self._processes.discard(process)

    def end(self) -> None:
        """Kill all of them, with what they started, and whatever starts from now on."""
        with self._lock:
            self._ended = True
            for process in self._processes:
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
