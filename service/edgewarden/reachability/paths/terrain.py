"""The connections of the head over which ways to some ends can lead."""

from collections.abc import Iterable, Iterator

from edgewarden.reachability.concrete.bits import union
from edgewarden.reachability.concrete.rectangle import Rectangle
from edgewarden.reachability.concrete.rectangles import Rectangles, changes_at
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.facts import Role
from edgewarden.reachability.focus import EndFocus


def leading_to(step: Transition, targets: EndFocus, hops: int) -> Iterator[Rectangle]:
    """What is certainly allowed to ``targets``, and to whatever is less than ``hops`` from them.

    The rows of one distance after the other are looked at, each once.
    """
    frontier, seen, outward = step.named(targets.workloads), 0, 0
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


def _allowed(found: Rectangles) -> Iterable[Rectangle]:
    return (each for each in found.rectangles if each.shift.opened)
