"""What keeps zones from meaning one thing, found over all peers that could exist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from edgewarden.governance.zones.partition import member_box
from edgewarden.governance.zones.zones import ANY, Cell, Dimension, Zone
from edgewarden.reachability.facts import Role
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.stating import end_set

_END = Role.SOURCE


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two zones, by their places in the dimension, that hold the peers ``common`` alike."""

    first: int
    second: int
    common: str


def overlaps(dimension: Dimension) -> Iterator[Overlap]:
    """The pairs of zones of equal priority that have peers in common: the first that they have."""
    boxes = [tuple(_boxes(zone)) for zone in dimension.zones]
    for (first, one), (second, other) in combinations(enumerate(dimension.zones), 2):
        if one.priority == other.priority:
            common = _common(boxes[first], boxes[second])
            if common is not None:
                yield Overlap(first, second, str(end_set(common, _END)))


def _common(one: Sequence[Box], other: Sequence[Box]) -> Box | None:
    shared = (a & b for a, b in product(one, other))
    return next((each for each in shared if each is not None), None)


def _boxes(zone: Zone) -> Iterator[Box]:
    boxes = (member_box(member, _END) for member in zone.members)
    return (box for box in boxes if box is not None)


def disagreements(dimension: Dimension) -> Iterator[tuple[Cell, Cell]]:
    """Two cells, one for any source and one for any destination, that give a pair other terms.

    A cell that names the pair settles it.
    """
    stated = {(cell.source, cell.destination) for cell in dimension.cells}
    to = [each for each in dimension.cells if each.source == ANY != each.destination]
    of = [each for each in dimension.cells if each.destination == ANY != each.source]
    for one, other in product(of, to):
        pair = one.source, other.destination
        if one.source != other.destination and pair not in stated:
            terms = ((each.terms.ruling, each.terms.services) for each in (one, other))
            if len(set(terms)) > 1:
                yield one, other
