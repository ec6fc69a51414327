"""A review with nothing at hand, and the recomputation that a review spares."""

from dataclasses import dataclass, replace
from random import Random

from benchmarks.changes import peer_widened
from benchmarks.clusters import cluster
from benchmarks.measure import peak_memory, timed
from benchmarks.reviews import SEED
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.model import ClusterProfile, ClusterState
from edgewarden.reachability.symbolic.diff import difference_from
from edgewarden.reachability.symbolic.readings import Readings


@dataclass(frozen=True, slots=True)
class Scratch:
    """Milliseconds of indexing both states and of a review by either engine; memory in MB."""

    index: float
    concrete: float
    symbolic: float
    memory: float

    def __str__(self) -> str:
        return (
            f"from scratch: {self.index:.0f} ms to index both states, {self.concrete:.0f} ms "
            f"concrete, {self.symbolic:.0f} ms symbolic; {self.memory:.0f} MB at most"
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """Milliseconds of all connections of both states, with the lines of both; memory in MB."""

    took: float
    lines: int
    memory: float

    def __str__(self) -> str:
        return (
            f"all connections of both states: {self.took:.0f} ms for {self.lines} lines; "
            f"{self.memory:.0f} MB at most"
        )


def from_scratch(pods: int) -> Scratch:
    """Review one change of two states that share no object, as if each was just read."""
    base = cluster(pods, SEED, ClusterProfile())
    head = peer_widened(cluster(pods, SEED, ClusterProfile()), Random(SEED))
    index, step = timed(lambda: transition(Index.of(base), head))
    concrete, _ = timed(lambda: changes(step))
    symbolic, _ = timed(lambda: difference_from(Readings(base), step.head))
    return Scratch(index, concrete, symbolic, peak_memory())


def whole(pods: int) -> Whole:
    """All connections of both states, computed with the engine whose difference is reviewed."""
    base = cluster(pods, SEED, ClusterProfile())
    head = peer_widened(base, Random(SEED))
    took, found = timed(lambda: [_connections(state).work.lines for state in (base, head)])
    return Whole(took, sum(found), peak_memory())


def _connections(state: ClusterState) -> Rectangles:
    nothing = Index.of(replace(state, workloads=()))
    return changes(transition(nothing, state))
