"""Fewer rectangles for the same connections."""

from collections.abc import Callable, Iterable

from edgewarden.reachability.concrete.rectangle import Ends, Rectangle
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.ranges import Stretch, joined


def fused(rectangles: Iterable[Rectangle]) -> tuple[Rectangle, ...]:
    """Join rectangles that differ in one end only, until none do.

    The rectangles are disjoint before and after.
    """
    left = list(rectangles)
    while True:
        before = len(left)
        left = _stacked(left, lambda each: (each.sources, each.shift.kind))
        left = _stacked(left, lambda each: (each.destinations, each.shift.kind))
        if len(left) == before:
            return tuple(left)


def union_of(ends: Iterable[Ends]) -> Ends:
    """All of ``ends`` together."""
    workloads = 0
    addresses: list[AddressEnd] = []
    for each in ends:
        workloads |= each.workloads
        addresses.extend(each.addresses)
    return Ends(workloads, ranges(addresses))


def ranges(pieces: Iterable[AddressEnd]) -> tuple[AddressEnd, ...]:
    """The largest ranges that disjoint ``pieces`` make up."""
    ordered = sorted(set(pieces), key=lambda piece: (piece.first.version, int(piece.first)))
    stretches = (Stretch(piece, None, frozenset[None]()) for piece in ordered)
    return tuple(stretch.range for stretch in joined(stretches))


def _stacked(
    rectangles: Iterable[Rectangle], key: Callable[[Rectangle], object]
) -> list[Rectangle]:
    """Join those of one key, which have one coordinate in common."""
    together: dict[object, list[Rectangle]] = {}
    for each in rectangles:
        together.setdefault(key(each), []).append(each)
    return [
        Rectangle(
            union_of(each.sources for each in some),
            union_of(each.destinations for each in some),
            some[0].shift,
        )
        if len(some) > 1
        else some[0]
        for some in together.values()
    ]
