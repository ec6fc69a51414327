"""Becomes a program that reaches no network; started by its path, with the standard library only.

A hostile repository decides what a renderer does, so what it must not do is given up before.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

NOT_ISOLATED = 125
"""The exit status where the network cannot be taken away; the reasons are on standard error."""

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_MACHINES = {"x86_64": (0xC000003E, (41, 425)), "aarch64": (0xC00000B7, (198, 425))}
"""By machine: its audit number, and the numbers of ``socket`` and ``io_uring_setup``
(``linux/audit.h``, ``asm/unistd.h``)."""
_X32 = 0x40000000
"""The bit of system calls of a second ABI of x86_64, under other numbers."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets in ``struct seccomp_data``."""


class IsolationError(Exception):
    """A means of isolation cannot be had here; the message says which and why."""


def leave_network() -> None:
    """Enter a network namespace of its own, which has no connection to any other."""
    if _libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        raise IsolationError(f"no network namespace: {os.strerror(ctypes.get_errno())}")


def refuse_sockets() -> None:
    """Let the kernel refuse every new socket, to this process and all that come of it."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise IsolationError(f"no filter of system calls for {machine}")
    refuse(*_MACHINES[machine])


def refuse(architecture: int, calls: Sequence[int]) -> None:
    """Let the kernel refuse system calls, given by their numbers on an ``architecture``."""
    program = _filter(architecture, calls)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    libc = _libc()
    if (
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        or libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) != 0
    ):
        raise IsolationError(f"no filter of system calls: {os.strerror(ctypes.get_errno())}")


def _filter(architecture: int, calls: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Instructions of a classic BPF program: code, jump where true, jump where false, operand.

    A program of another architecture has other numbers and is killed.
    """
    tests = [(_AT_LEAST, len(calls) + 1, 0, _X32)]
    tests += [(_EQUAL, len(calls) - at, 0, number) for at, number in enumerate(calls)]
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *tests,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def isolate() -> None:
    """Use every means that can be had; ``IsolationError`` where that is none."""
    if sys.platform != "linux":
        raise IsolationError("this is not Linux")
    failures = []
    means = (leave_network, refuse_sockets)
    for take in means:
        try:
            take()
        except IsolationError as error:
            failures.append(str(error))
    if len(failures) == len(means):
        raise IsolationError("; ".join(failures))


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def main(limits: str, program: str, *arguments: str) -> NoReturn:
    """Become ``program``. ``limits`` is JSON: numbers by the names of ``resource``'s limits."""
    try:
        isolate()
    except IsolationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(NOT_ISOLATED)
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for name, most in json.loads(limits).items():
        limit = getattr(resource, name)
        _, highest = resource.getrlimit(limit)
        allowed = most if highest == resource.RLIM_INFINITY else min(most, highest)
        resource.setrlimit(limit, (allowed, allowed))
    os.execve(program, [program, *arguments], os.environ)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
