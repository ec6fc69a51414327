"""What a change of one file costs, from two commits to the edges that change.

    python -m benchmarks.incremental

With the readings of the base in the cache, with an empty one, and with both trees read in full.
Processor time, that of git included; the memory is that of the process, which is one for each.
"""

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time

from benchmarks.aims import Aim, ratio, table
from benchmarks.changes import port_added
from benchmarks.clusters import cluster
from benchmarks.measure import Result, in_own_process, peak_memory
from benchmarks.reviews import SEED
from benchmarks.trees import object_files
from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.collector import collect_rarely
from edgewarden.manifests.files import read_file
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.tree import read_tree
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterProfile, NetworkPolicy
from edgewarden.workflows.assess import propose
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.states import changed_clusters, states_of
from tests.support.corpus import ARCHIVE, corpus_files
from tests.support.repositories import BareRepository
from tests.support.shared import shared_path_if_present

PODS = 31_250
"""Their cluster has 10,000 objects."""
SIZE = 256 << 20
REPEAT = 5

OPEN = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: opened-by-the-benchmark, namespace: {namespace}}}
spec: {{podSelector: {{}}, ingress: [{{}}]}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Milliseconds, peak memory in MB, how many files were read, and whether edges changed."""

    took: float
    memory: float
    read: int
    found: bool


@dataclass(frozen=True, slots=True)
class Incremental:
    """One change in a repository of ``files``. ``full`` is without a cache, each tree by itself."""

    repository: str
    files: int
    cold: Run
    warm: Run
    full: Run

    def __str__(self) -> str:
        return (
            f"{self.repository}, {self.files} files, one of them changed: {self.warm.took:.0f} ms "
            f"with the base in the cache, {self.warm.read} file read; {self.cold.took:.0f} ms with "
            f"an empty one, {self.cold.read} files read, {self.cold.memory:.0f} MB at most; "
            f"{self.full.took:.0f} ms with both trees read in full"
        )

    def aims(self) -> Iterator[Aim]:
        name = self.repository
        yield Aim(f"{name}, base in the cache", self.warm.took, " ms", most=300)
        yield Aim(f"{name}, empty cache", self.cold.took / 1000, " s", most=6)
        yield Aim(f"{name}, empty cache, peak memory", self.cold.memory, " MB", most=400)
        yield ratio(
            f"{name}, both trees in full, in times of that",
            self.full.took / self.warm.took,
            least=4,
        )
        yield ratio(f"{name}, files read for one that changed", self.warm.read, most=1)


def incremental() -> Iterator[Incremental]:
    """A generated repository, and the reference material where that is present."""
    state = cluster(PODS, SEED, ClusterProfile())
    head = object_files(port_added(state, Random(SEED)))
    yield _measured("a generated repository", object_files(state), head)
    archive = shared_path_if_present(ARCHIVE)
    if archive is not None:
        files = corpus_files(archive)
        yield _measured("a real repository", files, {**files, **opened(files)})


def opened(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """One file that holds a policy, with one more that allows everything."""
    for path, content in files.items():
        for declared in read_file(SourceFile(path, content)).declared:
            if isinstance(declared.value, NetworkPolicy):
                more = OPEN.format(namespace=declared.ref.namespace)
                return {path: content + more.encode()}
    raise LookupError("no file of the repository holds a policy")


def _measured(name: str, base: Mapping[str, bytes], head: Mapping[str, bytes]) -> Incremental:
    with tempfile.TemporaryDirectory() as place:
        repository = BareRepository.create(Path(place) / "mirror.git")
        repository.commit("head", head, repository.commit("base", base))
        repository.git("gc", "--quiet")
        cold = in_own_process(_compared, repository.path, Path(place) / "cache")
        warm = [
            in_own_process(_compared, repository.path, Path(place) / "cache") for _ in range(REPEAT)
        ]
        full = in_own_process(_in_full, repository.path)
    fastest = min(warm, key=lambda run: run.took)
    if not all(run.found for run in (cold, fastest, full)):
        raise LookupError(f"{name}: the change changes no edge")
    return Incremental(name, len(base), cold, fastest, full)


def _compared(repository: Path, cache: Path) -> Run:
    """As the command does it; how much was read is looked up afterwards."""
    entries = Entries(cache, SIZE)

    def work() -> tuple[TreePair, bool]:
        pair = revisions(repository, entries)
        clusters = changed_clusters(
            pair.base,
            pair.head,
            usable_configuration(pair.base),
            recalled=decode_readings(pair.recalled),
        )
        return pair, any(not propose(each).diff.empty for each in clusters.touched)

    took, (pair, found) = timed_with_children(work)
    memory = peak_memory()
    at_hand = sum(file.content is not None for file in pair.base.files)
    base = read_tree(pair.base, recalled=decode_readings(pair.recalled))
    return Run(took, memory, at_hand + len(read_tree(pair.head, base).anew), found)


def _in_full(repository: Path) -> Run:
    def work() -> tuple[int, bool]:
        pair = revisions(repository, NO_ENTRIES)
        (base,), (head,) = (
            states_of(DividedTree.of(tree, usable_configuration(tree)).read())
            for tree in (pair.base, pair.head)
        )
        return len(pair.base.files) + len(pair.head.files), not compare(base, head).empty

    took, (read, found) = timed_with_children(work)
    return Run(took, peak_memory(), read, found)


def revisions(repository: Path, entries: Entries) -> TreePair:
    renderer = ConfinedRenderer(entries=entries)
    return read_revisions(repository, "base", "head", renderer, readings=ReadingCache(entries))


def timed_with_children(work: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of the processor, those of processes that were started included."""
    collect_rarely()
    start = _processor()
    made = work()
    return (_processor() - start) * 1000, made


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def main() -> int:
    aims: list[Aim] = []
    for found in incremental():
        print(f"\n{found}", flush=True)
        aims += found.aims()
    print(f"\n{table(aims)}")
    return int(any(aim.ratio and not aim.reached for aim in aims))


if __name__ == "__main__":
    sys.exit(main())
