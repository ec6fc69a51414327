"""What judging by the whole pack of rules costs.

    python -m benchmarks.judging

All policies of a repository at once, from its files to the findings; and a change of one file, from
two commits to the review, with the readings of the base in the cache. Processor time, of processes
that have loaded their code and the pack.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.aims import Aim, ratio, table
from benchmarks.changes import port_added
from benchmarks.clusters import cluster
from benchmarks.incremental import SIZE, opened, revisions, timed_with_children
from benchmarks.measure import in_own_process
from benchmarks.reviews import SEED
from benchmarks.trees import object_files
from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.governance.ownership.owners import Owners
from edgewarden.governance.rules.rule import Rule
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.model import ClusterProfile, ClusterState
from edgewarden.workflows.assess import assess
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.configuration.configuration import NO_CONFIGURATION
from edgewarden.workflows.standing import standing_findings
from edgewarden.workflows.states import states_of
from tests.support.corpus import ARCHIVE, corpus_files
from tests.support.repositories import BareRepository
from tests.support.shared import shared_path_if_present

PODS = 10_000
"""Their cluster has 1,000 policies."""
REPEAT = 5
_NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judging:
    """``standing`` and ``reading`` are seconds: files to findings, and files to states alone;
    ``change`` milliseconds."""

    repository: str
    policies: int
    rules: int
    findings: int
    standing: float
    reading: float
    change: float

    def __str__(self) -> str:
        return (
            f"{self.repository}, {self.policies} policies by {self.rules} rules: all of them "
            f"{self.standing:.1f} s from their files, of which reading takes {self.reading:.1f} s, "
            f"{self.findings} findings; a change of one file {self.change:.0f} ms from its commits"
        )

    def aims(self) -> Iterator[Aim]:
        name = self.repository
        yield Aim(f"{name}, all policies judged", self.standing, " s", most=10)
        yield Aim(f"{name}, one changed file reviewed", self.change, " ms", most=200)
        yield ratio(
            f"{name}, all policies judged, in changes of one file",
            self.standing * 1000 / self.change,
            least=5,
        )


def judging() -> Iterator[Judging]:
    """A generated repository, and the reference material where that is present."""
    state = cluster(PODS, SEED, ClusterProfile())
    head = object_files(port_added(state, Random(SEED)))
    yield _measured("a generated repository", object_files(state), head)
    archive = shared_path_if_present(ARCHIVE)
    if archive is not None:
        files = corpus_files(archive)
        yield _measured("a real repository", files, {**files, **opened(files)})


def _measured(name: str, base: Mapping[str, bytes], head: Mapping[str, bytes]) -> Judging:
    standing, reading, policies, findings = in_own_process(_standing, base)
    with tempfile.TemporaryDirectory() as place:
        repository = BareRepository.create(Path(place) / "mirror.git")
        repository.commit("head", head, repository.commit("base", base))
        repository.git("gc", "--quiet")
        runs = [
            in_own_process(_change, repository.path, Path(place) / "cache")
            for _ in range(REPEAT + 1)
        ]
    rules = len(shipped_policy_pack().rules)
    return Judging(name, policies, rules, findings, standing, reading, min(runs[1:]))


def _standing(files: Mapping[str, bytes]) -> tuple[float, float, int, int]:
    pack = shipped_policy_pack()
    for terms in pack.rules:
        Rule.of(terms)
    tree = Snapshot(tuple(SourceFile(path, content) for path, content in sorted(files.items())))

    def read() -> tuple[ClusterState, ...]:
        return states_of(DividedTree.of(tree, NO_CONFIGURATION).read())

    reading, states = timed_with_children(read)
    judged, found = timed_with_children(
        lambda: [standing_findings(state, pack, Owners()) for state in states]
    )
    policies = sum(len(state.policies) for state in states)
    return (reading + judged) / 1000, reading / 1000, policies, sum(map(len, found))


def _change(repository: Path, cache: Path) -> float:
    """The first run fills the cache."""
    pack = shipped_policy_pack()
    for terms in pack.rules:
        Rule.of(terms)
    entries = Entries(cache, SIZE)
    milliseconds, review = timed_with_children(
        lambda: assess(
            revisions(repository, entries), pack=pack, platform=NO_CLAIMS, exceptions=(), now=_NOW
        )
    )
    if not review.different:
        raise LookupError("the change changes no edge")
    return milliseconds


def main() -> int:
    aims: list[Aim] = []
    for found in judging():
        print(f"\n{found}", flush=True)
        aims += found.aims()
    print(f"\n{table(aims)}")
    return int(any(aim.ratio and not aim.reached for aim in aims))


if __name__ == "__main__":
    sys.exit(main())
