"""The edges of one state: what it allows where an empty cluster would allow nothing."""

from collections.abc import Iterable, Iterator

from edgewarden.reachability.concrete.rectangle import Rectangle
from edgewarden.reachability.concrete.rectangles import Rectangles, changes, changes_at
from edgewarden.reachability.concrete.transition import Transition, from_nothing
from edgewarden.reachability.facts import Role
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity, Edge, Edges, MayEdge


def connectivity(state: ClusterState) -> Connectivity:
    """Every edge between known workloads, and between them and addresses outside.

    Address ends are the largest ranges with equal ports, each family for itself.
    """
    return _told(changes(from_nothing(state)))


def connectivity_of(state: ClusterState, focus: Focus) -> Connectivity:
    """The edges that concern ``focus``.

    Where it names nothing but workloads at one end, only these are looked at.
    """
    return focus.connectivity(_told(_around(from_nothing(state), focus)))


def _around(step: Transition, focus: Focus) -> Rectangles:
    for ends, role in (
        (focus.destinations, Role.DESTINATION),
        (focus.sources, Role.SOURCE),
    ):
        if ends is not None and not ends.ranges:
            return changes_at(step, step.named(ends.workloads), role)
    return changes(step)


def _told(found: Rectangles) -> Connectivity:
    step = found.transition
    return Connectivity(
        tuple(sorted(_edges(step, found.rectangles), key=lambda edge: edge.place)),
        tuple(sorted(_may_edges(step, found.rectangles), key=lambda edge: edge.place)),
    )


def _edges(step: Transition, found: Iterable[Rectangle]) -> Iterator[Edge]:
    for each in found:
        if each.shift.opened:
            yield Edge(step.ends(each.sources), step.ends(each.destinations), each.shift.opened)


def _may_edges(step: Transition, found: Iterable[Rectangle]) -> Iterator[MayEdge]:
    for each in found:
        edges = Edges(step.ends(each.sources), step.ends(each.destinations))
        for doubt in each.shift.may_open:
            facts = doubt.facts_about(*edges.example)
            yield MayEdge(edges.sources, edges.destinations, doubt.ports, facts)
