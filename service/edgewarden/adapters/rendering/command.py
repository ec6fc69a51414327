"""One run of a renderer, over the files of one root."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from edgewarden.adapters.processes import Answer, Ending, converse
from edgewarden.adapters.rendering import launch
from edgewarden.adapters.rendering.complaint import complained
from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.running import Running
from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import Obstacle

_LAUNCH = (sys.executable, "-I", "-S", "-B", launch.__file__)

_OUT_OF_MEMORY = re.compile(
    rb"^(?:fatal error|runtime(?:/cgo)?): .*(?:memory|stack overflow|failed)", re.MULTILINE
)
"""How Go's runtime says that its address space is over. Helm says at each start that it could not
have 4 GiB of it for itself, and does without."""


def run(
    plan: Plan, program: Program, place: Path, limits: RenderingLimits, running: Running
) -> bytes | Obstacle:
    """What ``program`` makes of the root, the files of which ``place`` holds, or why not.

    It reaches no network, finds no program to start and no configuration, and is killed with all
    that it started when its time is over.
    """
    tree = place / "tree"
    process = subprocess.Popen(  # noqa: S603 - a program found by the operator's own PATH
        [*_LAUNCH, limits.encoded, *program.command(plan)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tree,
        env=_environment(place / "home"),
        start_new_session=True,
    )
    deadline = time.monotonic() + limits.seconds
    with running.counted(process):
        answer = converse(process, b"", deadline=deadline, output_limit=limits.output)
    return _outcome(answer, plan, tree, limits)


def _environment(home: Path) -> Mapping[str, str]:
    nowhere = os.fspath(home)
    return {
        "PATH": nowhere,
        "HOME": nowhere,
        "TMPDIR": nowhere,
        "LC_ALL": "C.UTF-8",
        "GOMAXPROCS": "1",
    }


def _outcome(answer: Answer, plan: Plan, tree: Path, limits: RenderingLimits) -> bytes | Obstacle:
    match answer.ending, answer.status:
        case Ending.TIMED_OUT, _:
            return _too_much(plan, f"took longer than {round(limits.seconds, 1):g} s")
        case Ending.FLOODED, _:
            return _too_much(plan, f"wrote more than {limits.output >> 20} MiB")
        case Ending.EXITED, 0:
            return answer.output
        case Ending.EXITED, launch.NOT_ISOLATED:
            return _not_isolated(plan, answer.complaint)
        case Ending.EXITED, status if status < 0 or _OUT_OF_MEMORY.search(answer.complaint):
            return _too_much(plan, f"needed more than {limits.memory >> 20} MiB or its time")
        case _:
            return complained(answer.complaint, plan, tree)


def _too_much(plan: Plan, what: str) -> Obstacle:
    return Obstacle(
        plan.marker, 1, f"{plan.tool} {what} and was stopped", "Make what it renders smaller."
    )


def _not_isolated(plan: Plan, complaint: bytes) -> Obstacle:
    why = " ".join(complaint.decode("utf-8", errors="replace").split())
    return Obstacle(
        plan.marker,
        1,
        f"{plan.tool} was not run, since it cannot be kept off the network here ({why})",
        "Let Edgewarden run on Linux where it may make a user namespace or filter system calls.",
    )
