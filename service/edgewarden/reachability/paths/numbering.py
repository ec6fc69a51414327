"""Numbers for the ends that paths begin with, lead over and end at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from edgewarden.reachability.addresses import disjoint
from edgewarden.reachability.concrete.bits import bitset, numbers
from edgewarden.reachability.concrete.fusion import ranges
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd, End


class EndNumbers:
    """Workloads have the numbers of ``step``, pieces of addresses the numbers after them.

    Only addresses of ``asked`` have numbers. They are cut where one of ``cutting`` begins or
    ends, so only ranges that are among those can be told apart.
    """

    def __init__(
        self, step: Transition, asked: Iterable[AddressEnd], cutting: Iterable[AddressEnd]
    ) -> None:
        self._step = step
        self._width = len(step.head.inventory.workloads)
        self._pieces = tuple(_pieces(asked, cutting))
        self._starts = [(piece.first.version, int(piece.first)) for piece in self._pieces]

    @property
    def workloads(self) -> int:
        return (1 << self._width) - 1

    def bits(self, ends: Ends) -> int:
        """A set of ends; addresses that nobody asked about are left out."""
        return ends.workloads | self._of_addresses(ends.addresses)

    def of(self, ends: Iterable[End]) -> int:
        workloads: list[int] = []
        addresses: list[AddressEnd] = []
        for end in ends:
            if isinstance(end, AddressEnd):
                addresses.append(end)
            else:
                workloads.append(self._step.head.numbers[end.identity])
        return bitset(workloads) | self._of_addresses(addresses)

    def ends(self, bits: int) -> tuple[End, ...]:
        """Sorted, addresses as the largest ranges."""
        addresses = (self._pieces[number] for number in numbers(bits >> self._width))
        return self._step.ends(Ends(bits & self.workloads, ranges(addresses)))

    def _of_addresses(self, addresses: Iterable[AddressEnd]) -> int:
        found = 0
        for each in addresses:
            version = each.first.version
            start = bisect_left(self._starts, (version, int(each.first)))
            stop = bisect_right(self._starts, (version, int(each.last)))
            found |= ((1 << (stop - start)) - 1) << start
        return found << self._width


def _pieces(asked: Iterable[AddressEnd], cutting: Iterable[AddressEnd]) -> Iterator[AddressEnd]:
    cuts: set[tuple[int, int]] = set()
    for each in cutting:
        cuts.add((each.first.version, int(each.first)))
        cuts.add((each.first.version, int(each.last) + 1))
    ordered = sorted(cuts)
    for each in disjoint(asked):
        version, address = each.first.version, type(each.first)
        start = bisect_right(ordered, (version, int(each.first)))
        stop = bisect_right(ordered, (version, int(each.last)))
        firsts = [int(each.first), *(cut for _, cut in ordered[start:stop])]
        lasts = [*(first - 1 for first in firsts[1:]), int(each.last)]
        for first, last in zip(firsts, lasts, strict=True):
            yield AddressEnd(address(first), address(last))
