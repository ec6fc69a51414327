"""Every root of a pair of trees, rendered."""

import posixpath
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.git.leftovers import remove_leftovers
from edgewarden.adapters.rendering.command import run
from edgewarden.adapters.rendering.identity import rendering_key
from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.planning import PlanningError, planned
from edgewarden.adapters.rendering.programs import MISSING, Program, find_programs
from edgewarden.adapters.rendering.running import Running
from edgewarden.adapters.rendering.tree import LEFTOVERS, written
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import (
    Obstacle,
    Rendering,
    Snapshot,
    SourceFile,
    makers_of_roots,
    without_feed,
)
from edgewarden.manifests.tree import by_path

_AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class _Job:
    """A root with its files. Jobs of equal files are equal, whatever tree they are of."""

    plan: Plan
    files: tuple[SourceFile, ...]


class ConfinedRenderer:
    """Renders by kustomize and Helm, as ``Renderer`` asks.

    What is to be rendered is found out in one child process, and each root is rendered in one of
    its own, which reaches no network. A root whose tool is not among ``programs`` is not rendered.
    Files are written below ``scratch``, where what a killed process left behind is removed; without
    one, where temporary files belong on this machine. An output among ``entries`` is taken from
    there; what could not be rendered is tried again.
    """

    def __init__(
        self,
        limits: RenderingLimits | None = None,
        programs: Mapping[Tool, Program] | None = None,
        scratch: Path | None = None,
        entries: Entries = NO_ENTRIES,
    ) -> None:
        self._limits = limits or RenderingLimits()
        self._scratch = scratch
        self._entries = entries
        if scratch is not None:
            remove_leftovers(scratch, LEFTOVERS, 2 * self._limits.total_seconds)
        self._programs = find_programs() if programs is None else programs

    def render(self, trees: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
        if not any(_marked(tree) for tree in trees):
            return tuple(trees)
        deadline = time.monotonic() + self._limits.total_seconds
        try:
            each_planned = planned(trees, Limits(seconds=self._limits.seconds))
        except PlanningError as error:
            return tuple(_unplanned(tree, str(error)) for tree in trees)
        jobs = [_jobs(tree, plans) for tree, plans in zip(trees, each_planned, strict=True)]
        outcomes = self._outcomes([job for tree_jobs in jobs for job in tree_jobs], deadline)
        return tuple(
            replace(
                without_feed(tree),
                renderings=tuple(_rendering(job.plan, outcomes[job]) for job in tree_jobs),
            )
            for tree, tree_jobs in zip(trees, jobs, strict=True)
        )

    def _outcomes(self, jobs: Sequence[_Job], deadline: float) -> dict[_Job, bytes | Obstacle]:
        """What becomes of each job; equal ones are done once."""
        different = tuple(dict.fromkeys(jobs))
        running = Running()
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            try:
                found = list(pool.map(lambda job: self._outcome(job, deadline, running), different))
            except BaseException:
                running.end()  # the pool waits for its threads, and they remove their files
                raise
        outcomes: dict[_Job, bytes | Obstacle] = {}
        room = self._limits.total_output
        for job, outcome in zip(different, found, strict=True):
            room -= len(outcome) if isinstance(outcome, bytes) else 0
            outcomes[job] = outcome if room >= 0 else self._flooded(job.plan)
        return outcomes

    def _outcome(self, job: _Job, deadline: float, running: Running) -> bytes | Obstacle:
        plan = job.plan
        if plan.obstacle is not None:
            return plan.obstacle
        program = self._programs.get(plan.tool)
        if program is None:
            return Obstacle(plan.marker, 1, *MISSING[plan.tool])
        if len(job.files) > self._limits.files:
            return Obstacle(
                plan.marker,
                1,
                f"{plan.directory or '.'} holds {len(job.files)} files, and {plan.tool} is given "
                f"no more than {self._limits.files}",
                "Put what is rendered into a directory of its own.",
            )
        files = {file.path: file.content for file in job.files if file.content is not None}
        files |= {path: text.encode() for path, text in plan.canonical}
        try:
            key = rendering_key(plan, program, files)
            known = self._entries.get(key)
            if known is not None:
                return known
            outcome = self._run(plan, program, files, deadline, running)
        except OSError as error:
            return Obstacle(
                plan.marker,
                1,
                f"{plan.tool} was not run, since its files cannot be written ({error.strerror})",
                "Correct the names of the files, and see whether the disk is full.",
            )
        if isinstance(outcome, bytes):
            self._entries.put({key: outcome})
        return outcome

    def _run(
        self,
        plan: Plan,
        program: Program,
        files: Mapping[str, bytes],
        deadline: float,
        running: Running,
    ) -> bytes | Obstacle:
        """Raises ``OSError`` where the files cannot be written."""
        seconds = min(self._limits.seconds, deadline - time.monotonic())
        if seconds <= 0:
            return Obstacle(
                plan.marker,
                1,
                f"all roots together took longer than {self._limits.total_seconds:g} s to render",
                "Split the repository.",
            )
        with written(files, self._scratch) as place:
            limits = replace(self._limits, seconds=seconds)
            return run(plan, program, place, limits, running)

    def _flooded(self, plan: Plan) -> Obstacle:
        size = self._limits.total_output >> 20
        return Obstacle(
            plan.marker, 1, f"all roots together render to more than {size} MiB", "Split it."
        )


def _marked(tree: Snapshot) -> list[str]:
    """The files that could make roots."""
    return makers_of_roots(file.path for file in tree.files)


def _jobs(tree: Snapshot, plans: Sequence[Plan]) -> list[_Job]:
    files = by_path(tree)
    return [_Job(plan, tuple(files[path] for path in plan.inputs)) for plan in plans]


def _rendering(plan: Plan, outcome: bytes | Obstacle) -> Rendering:
    if isinstance(outcome, bytes):
        return Rendering(plan.directory, outcome, release=plan.release)
    return Rendering(plan.directory, None, outcome, plan.release)


def _unplanned(tree: Snapshot, why: str) -> Snapshot:
    """Nothing is known of what its renderers' files make of it."""
    remedy = "Make the kustomizations smaller, or split the repository."
    obstacles = {posixpath.dirname(at): Obstacle(at, 1, why, remedy) for at in _marked(tree)}
    renderings = (Rendering(directory, None, each) for directory, each in obstacles.items())
    return replace(without_feed(tree), renderings=tuple(renderings))
