"""The edges of one state: what it allows where an empty cluster would allow nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Rectangle
from edgewarden.reachability.concrete.rectangles import changes
from edgewarden.reachability.concrete.transition import Transition, transition
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity, Edge, Edges, MayEdge


def connectivity(state: ClusterState) -> Connectivity:
    """Every edge between known workloads, and between them and addresses outside.

    Address ends are the largest ranges with equal ports, each family for itself.
    """
    nothing = replace(state, namespaces=(), workloads=(), policies=(), lingering=())
    step = transition(Index.of(nothing), state)
    found = changes(step).rectangles
    return Connectivity(
        tuple(sorted(_edges(step, found), key=lambda edge: edge.place)),
        tuple(sorted(_may_edges(step, found), key=lambda edge: edge.place)),
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
