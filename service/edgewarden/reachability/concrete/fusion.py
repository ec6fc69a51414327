"""Fewer rectangles for the same connections."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from edgewarden.reachability.addresses import adjacent
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.ends import AddressEnd, end_key


class HasEnds(Protocol):
    """Something that is said of each of ``sources`` with each of ``destinations``."""

    @property
    def sources(self) -> Ends: ...

    @property
    def destinations(self) -> Ends: ...


Shape = TypeVar("Shape", bound=HasEnds)


def fused(
    shapes: Iterable[Shape],
    alike: Callable[[Shape], Hashable],
    join: Callable[[Ends, Ends, Sequence[Shape]], Shape],
) -> tuple[Shape, ...]:
    """Join shapes that are ``alike`` and differ in one end only, until none do.

    They are disjoint before and after. ``join`` makes one of several and of their ends.
    """
    left = list(shapes)
    while True:
        before = len(left)
        left = _stacked(left, lambda each: (each.sources, alike(each)), join)
        left = _stacked(left, lambda each: (each.destinations, alike(each)), join)
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
    found: list[AddressEnd] = []
    for piece in sorted(set(pieces), key=end_key):
        if found and adjacent(found[-1], piece):
            found[-1] = AddressEnd(found[-1].first, piece.last)
        else:
            found.append(piece)
    return tuple(found)


def _stacked(
    shapes: Iterable[Shape],
    key: Callable[[Shape], Hashable],
    join: Callable[[Ends, Ends, Sequence[Shape]], Shape],
) -> list[Shape]:
    """Join those of one key, which have one coordinate in common."""
    together: dict[Hashable, list[Shape]] = {}
    for each in shapes:
        together.setdefault(key(each), []).append(each)
    return [_one(some, join) if len(some) > 1 else some[0] for some in together.values()]


def _one(some: Sequence[Shape], join: Callable[[Ends, Ends, Sequence[Shape]], Shape]) -> Shape:
    return join(
        union_of(each.sources for each in some), union_of(each.destinations for each in some), some
    )
