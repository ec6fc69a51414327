"""Processes that are kept running, and what a kept process owes to its keeper."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

STEADY_AFTER = 10.0
"""A process that ran for so many seconds has started; its next pause is the shortest again."""
MOST_FALSE_STARTS = 5
"""So many deaths in a row of a process that never became steady end everything."""
_LONGEST_PAUSE = 30.0
_BEAT = 0.1
_STDIN = 0


@dataclass
class _Kept:
    """A process with its history."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    start_again: float = 0.0
    false_starts: int = 0
    was_steady: bool = False


@dataclass
class Supervisor:
    """Runs programs side by side until it is told to end.

    Each is started again when it ends by itself, after a pause that doubles. Each has a session
    of its own, of which nothing is left at the end, and a standard input that ends with this
    process, for ``end_with_keeper``. ``patience`` are the seconds that a program has to end
    after SIGTERM.
    """

    commands: Mapping[str, Sequence[str]]
    patience: float = 15.0
    _asked_to_end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Until SIGTERM or SIGINT: 0. Where a program cannot be started: 1.

        For the main thread, which gets the signals.
        """
        log = structlog.get_logger("edgewarden.supervisor")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._asked_to_end.set())
        kept = [_Kept(name, command) for name, command in self.commands.items()]
        try:
            while not self._asked_to_end.is_set():
                for each in kept:
                    if not self._keep(each, log):
                        return 1
                self._asked_to_end.wait(_BEAT)
            return 0
        finally:
            self._end(kept)

    def _keep(self, each: _Kept, log: structlog.stdlib.BoundLogger) -> bool:
        """Look after one process; false where it is beyond hope."""
        now = time.monotonic()
        if each.process is None:
            if now >= each.start_again:
                each.process = _start(each.command)
                each.started = now
                log.info("started", process=each.name, pid=each.process.pid)
            return True
        status = each.process.poll()
        if status is None:
            if now - each.started >= STEADY_AFTER:
                each.was_steady, each.false_starts = True, 0
            return True
        _kill_group(each.process)
        each.process = None
        each.false_starts += 1
        if not each.was_steady and each.false_starts >= MOST_FALSE_STARTS:
            log.error("does not start", process=each.name, status=status)
            return False
        pause = min(0.25 * 2**each.false_starts, _LONGEST_PAUSE)
        each.start_again = now + pause
        log.warning("ended, is started again", process=each.name, status=status, pause=pause)
        return True

    def _end(self, kept: Sequence[_Kept]) -> None:
        running = [each.process for each in kept if each.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + self.patience
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(process)
            process.wait()


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """The pipe to its standard input is never written to, and ends with us."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        list(command), stdin=subprocess.PIPE, start_new_session=True
    )


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Whatever is left of a process and those it started in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()


def end_with_keeper() -> None:
    """Ask this process to end (SIGTERM) when its keeper is gone, however it went."""

    def watch() -> None:
        while os.read(_STDIN, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="keeper", daemon=True).start()


def kill_children() -> None:
    """Kill what this process has started and left running, with the groups that they lead.

    Reads ``/proc``; does nothing on a system without it.
    """
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, parent = int(status.parent.name), _parent(status.read_text())
            if parent == os.getpid():
                if os.getpgid(pid) == pid:
                    os.killpg(pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGKILL)


def _parent(status: str) -> int:
    """The second field after the name, which is in brackets and may hold any character."""
    return int(status.rpartition(")")[2].split()[1])
