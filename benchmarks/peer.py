"""``edgewarden diff`` as a whole process, beside the tool that people would use otherwise.

That is ``network-config-analyzer``, which compares two directories with ``--semantic_diff``. It
gets an environment of its own and reads the same files.
"""

import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.changes import peer_widened
from benchmarks.clusters import cluster
from benchmarks.measure import Run, run
from benchmarks.reviews import SEED
from benchmarks.trees import write_tree
from edgewarden.reachability.model import ClusterProfile, ClusterState

VERSION = "2.1.0"
DIFFERENT = 1
"""What the analyzer exits with where it found differences."""
WARM_UP = 1
"""Runs that are not counted: the first one compiles what was never run."""
PODS = 10_000
POLICIES = 640


class PeerError(Exception):
    """A comparison could not be made; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run of the analyzer, and several of ours."""

    theirs: Run
    ours: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """What one of our runs takes of the processor."""
        return median(run.processor for run in self.ours)

    def __str__(self) -> str:
        ours = self.ours[0]
        return (
            f"edgewarden diff of {PODS} pods and {POLICIES} policies: {self.seconds:.2f} s of the "
            f"processor, {ours.clock:.2f} s by the clock, {ours.memory:.0f} MB\n"
            f"network-config-analyzer {VERSION}: {self.theirs.processor:.0f} s of the processor, "
            f"{self.theirs.clock:.0f} s by the clock, {self.theirs.memory:.0f} MB"
        )


def small_company() -> tuple[ClusterState, ClusterState]:
    """2,000 workloads in 200 namespaces, of which 128 have five policies each; one is widened."""
    state = cluster(PODS, SEED, ClusterProfile())
    governed = replace(state, policies=state.policies[:POLICIES])
    random = Random(SEED)
    while (head := peer_widened(governed, random)).policies == governed.policies:
        pass
    return governed, head


def against_analyzer(environments: Path, repeat: int) -> Comparison:
    """Raises ``PeerError``."""
    analyzer = _analyzer(environments / f"network-config-analyzer-{VERSION}")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        base, head = root / "base", root / "head"
        for state, directory in zip(small_company(), (base, head), strict=True):
            write_tree(state, directory)
        ours = tuple(
            _run([sys.executable, "-m", "edgewarden", "diff", base, head], root, {0})
            for _ in range(WARM_UP + repeat)
        )
        theirs = _run([analyzer, "--semantic_diff", "-r", head, "-rb", base], root, {DIFFERENT})
    return Comparison(theirs, ours[WARM_UP:])


def _run(command: list[str | Path], root: Path, expected: set[int]) -> Run:
    output = root / "output.txt"
    ended = run(command, output)
    if ended.status not in expected:
        said = output.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise PeerError(f"{command[0]} ended with status {ended.status} and said: {said}")
    return ended


def _analyzer(environment: Path) -> Path:
    """The command, installed where it is not there yet."""
    command = environment / "bin" / "nca"
    if not command.exists():
        print(f"installing network-config-analyzer {VERSION} into {environment}", flush=True)
        venv.EnvBuilder(clear=True, with_pip=True).create(environment)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            subprocess.run(
                [environment / "bin" / "python", *install, f"network-config-analyzer=={VERSION}"],
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise PeerError(
                f"network-config-analyzer {VERSION} cannot be installed: look above for why, and "
                f"run the benchmark where a package index can be reached"
            ) from error
    return command
