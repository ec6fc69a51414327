"""Times and sizes of work, in this process, in one of its own, or of a command."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts the memory of a process."""


@dataclass(frozen=True)
class Times:
    """Milliseconds that repeated work took."""

    taken: tuple[float, ...]

    @cached_property
    def median(self) -> float:
        return median(self.taken)

    @cached_property
    def p95(self) -> float:
        return quantiles(self.taken, n=20, method="inclusive")[-1]


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ended: seconds by the clock and of the processor, and peak memory in MB."""

    clock: float
    processor: float
    memory: float
    status: int


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of the processor, which other work on the machine hardly touches."""
    start = process_time()
    made = work()
    return (process_time() - start) * 1000, made


def peak_memory() -> float:
    """The most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6


def in_own_process(
    work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """What ``work`` returns from a new process, with whose memory no other work interferes."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def run(command: Sequence[str | Path], output: Path) -> Run:
    """Run ``command`` to its end, with what it prints in the file ``output``.

    Python may keep its bytecode, as it does of a command that is installed.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = perf_counter()
    with (
        output.open("wb") as stream,
        subprocess.Popen(
            [str(part) for part in command],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
        ) as process,
    ):
        _, ended, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
    return Run(
        clock=perf_counter() - start,
        processor=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss * _UNIT / 1e6,
        status=process.returncode,
    )
