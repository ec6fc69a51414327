"""Address ranges cut by which sets of blocks they lie in."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from edgewarden.reachability.addresses import Address, spans
from edgewarden.reachability.concrete.bits import numbers
from edgewarden.reachability.ends import AddressEnd, end_key
from edgewarden.reachability.model import IPBlock


class Strata:
    """The addresses of both families, as several sets of blocks cover them."""

    def __init__(self, sets: Sequence[Sequence[IPBlock]]) -> None:
        self._layers = {version: _Layers(version, sets) for version in (4, 6)}

    def pieces(self, ends: Iterable[AddressEnd]) -> Iterator[tuple[AddressEnd, int]]:
        """Cut ``ends``, which are disjoint, and tell the sets that cover each piece, as bits."""
        for end in sorted(ends, key=end_key):
            yield from self._layers[end.first.version].pieces(end)

    def covering(self, address: Address) -> Iterator[int]:
        """The places of the sets that cover an address."""
        ((_, places),) = self._layers[address.version].pieces(AddressEnd(address, address))
        return numbers(places)


class _Layers:
    """One family: the addresses at which something begins or ceases, and what covers from there."""

    def __init__(self, version: int, sets: Sequence[Sequence[IPBlock]]) -> None:
        turns: dict[int, Counter[int]] = {}
        for place, blocks in enumerate(sets):
            for block in blocks:
                if block.cidr.version == version:
                    for first, beyond in spans(block):
                        turns.setdefault(first, Counter())[place] += 1
                        turns.setdefault(beyond, Counter())[place] -= 1
        self._starts = [0, *sorted(turns)]
        self._covering = [0]
        depth: Counter[int] = Counter()
        covering = 0
        for start in self._starts[1:]:
            for place, step in turns[start].items():
                depth[place] += step
                covering = covering | 1 << place if depth[place] else covering & ~(1 << place)
            self._covering.append(covering)

    def pieces(self, end: AddressEnd) -> Iterator[tuple[AddressEnd, int]]:
        address = type(end.first)
        start, last = int(end.first), int(end.last)
        place = bisect_right(self._starts, start) - 1
        while start <= last:
            beyond = self._starts[place + 1] if place + 1 < len(self._starts) else last + 1
            stop = min(beyond - 1, last)
            yield AddressEnd(address(start), address(stop)), self._covering[place]
            start, place = stop + 1, place + 1
