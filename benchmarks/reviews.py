"""Reviews of one change with everything about the base at hand, by both engines."""

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import median

from benchmarks.changes import CHANGES
from benchmarks.clusters import cluster
from benchmarks.measure import Times, peak_memory, timed
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.model import ClusterProfile, ClusterState
from edgewarden.reachability.symbolic.diff import difference_from
from edgewarden.reachability.symbolic.readings import Readings
from edgewarden.reachability.symbolic.statements import SymbolicDiff

SEED = 20261123
WARM_UP = 3
"""Changes of each kind that are not counted: they fill what is derived when asked."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Several changes: the times of either engine, and the medians of work and answers."""

    concrete: Times
    symbolic: Times
    lines: float
    judged: float
    rectangles: float
    statements: float

    @property
    def both(self) -> Times:
        """The times of both engines together, change by change."""
        pairs = zip(self.concrete.taken, self.symbolic.taken, strict=True)
        return Times(tuple(map(sum, pairs)))

    def __str__(self) -> str:
        return (
            f"{self.concrete.median:9.2f}{self.concrete.p95:8.2f}"
            f"{self.lines:7.0f}{self.judged:8.0f}{self.rectangles:12.0f}"
            f"{self.symbolic.median:10.2f}{self.symbolic.p95:8.2f}{self.statements:12.0f}"
        )


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews by kind of change; ``memory`` is the peak of a process that does them all, in MB."""

    pods: int
    cluster: str
    by_kind: Mapping[str, Reviewed]
    memory: float

    def concrete(self, kinds: Iterable[str]) -> Times:
        """Of all changes of ``kinds``."""
        return Times(tuple(t for kind in kinds for t in self.by_kind[kind].concrete.taken))

    def symbolic(self, kinds: Iterable[str]) -> Times:
        """Of all changes of ``kinds``."""
        return Times(tuple(t for kind in kinds for t in self.by_kind[kind].symbolic.taken))

    def __str__(self) -> str:
        columns = (
            f"{'':32}{'median':>9}{'p95':>8}{'lines':>7}{'judged':>8}{'rectangles':>12}"
            f"{'median':>10}{'p95':>8}{'statements':>12}"
        )
        head = (
            f"{self.cluster}; {self.memory:.0f} MB at most",
            f"{'':29}concrete, ms{'':37}symbolic, ms",
            columns,
        )
        return "\n".join((*head, *(f"{kind:32}{each}" for kind, each in self.by_kind.items())))


def reviews(pods: int, repeat: int) -> Reviews:
    """Review ``repeat`` changes of every kind."""
    state = cluster(pods, SEED, ClusterProfile())
    index, readings = Index.of(state), Readings(state)
    found = {}
    for kind, change in CHANGES.items():
        random = Random(f"{SEED} {kind}")
        heads = partial(change, state, random)
        found[kind] = _reviewed(index, readings, heads, repeat)
    text = (
        f"{pods} pods of {len(state.workloads)} workloads in {len(state.namespaces)} namespaces, "
        f"{len(state.policies)} policies"
    )
    return Reviews(pods, text, found, peak_memory())


def _reviewed(
    index: Index, readings: Readings, heads: Callable[[], ClusterState], repeat: int
) -> Reviewed:
    concrete: list[tuple[float, Rectangles]] = []
    symbolic: list[tuple[float, SymbolicDiff]] = []
    for turn in range(WARM_UP + repeat):
        if turn == WARM_UP:
            # A service that keeps an index keeps it out of the way of the garbage collector.
            gc.collect()
            gc.freeze()
        head = heads()
        concrete.append(timed(partial(_concretely, index, head)))
        answer = concrete[-1][1]
        symbolic.append(timed(partial(difference_from, readings, answer.transition.head)))
    counted, stated = concrete[WARM_UP:], symbolic[WARM_UP:]
    return Reviewed(
        concrete=Times(tuple(took for took, _ in counted)),
        symbolic=Times(tuple(took for took, _ in stated)),
        lines=median(answer.work.lines for _, answer in counted),
        judged=median(answer.work.judged for _, answer in counted),
        rectangles=median(len(answer.rectangles) for _, answer in counted),
        statements=median(len(answer.opened) + len(answer.closed) for _, answer in stated),
    )


def _concretely(index: Index, head: ClusterState) -> Rectangles:
    return changes(transition(index, head))
