"""The connections of the head over which ways to some ends can lead."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edgewarden.reachability.concrete.bits import bitset, union
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Rectangle
from edgewarden.reachability.concrete.rectangles import Rectangles, changes_at
from edgewarden.reachability.concrete.transition import Transition, transition
from edgewarden.reachability.facts import Role
from edgewarden.reachability.focus import EndFocus
from edgewarden.reachability.model import ClusterState


def standing(head: ClusterState) -> Transition:
    """From nothing to ``head``: what differs is what it allows."""
    nothing = replace(head, namespaces=(), workloads=(), policies=(), lingering=())
    return transition(Index.of(nothing), head)


def leading_to(step: Transition, targets: EndFocus, hops: int) -> Iterator[Rectangle]:
    """What is certainly allowed on ways of so many hops to ``targets``; other things may be, too.

    The rows of one distance after the other are looked at, each once.
    """
    frontier, seen, outward = workloads_of(step, targets), 0, 0
    if targets.ranges:
        for each in _allowed(changes_at(step, step.head.inventory.present, Role.SOURCE, 0)):
            if targets.of(each.destinations.addresses):
                outward |= each.sources.workloads
                yield each
    for _ in range(hops):
        rows = tuple(_allowed(changes_at(step, frontier & ~seen, Role.DESTINATION)))
        yield from rows
        seen |= frontier
        frontier = outward | union(each.sources.workloads for each in rows)


def workloads_of(step: Transition, ends: EndFocus) -> int:
    """The workloads of the head that are meant."""
    numbers = step.head.numbers
    return bitset([numbers[each] for each in ends.workloads if each in numbers])


def _allowed(found: Rectangles) -> Iterable[Rectangle]:
    return (each for each in found.rectangles if each.shift.opened)
