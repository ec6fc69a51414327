"""The changed rectangles of two states, before anybody asks for reasons."""

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.model import ClusterState


def rectangles(base: ClusterState, head: ClusterState) -> Rectangles:
    """What differs between two states of one profile."""
    return changes(transition(Index.of(base), head))


def pairs(found: Rectangles) -> int:
    """How many pairs of workloads change."""
    return sum(
        each.sources.workloads.bit_count() * each.destinations.workloads.bit_count()
        for each in found.rectangles
    )
