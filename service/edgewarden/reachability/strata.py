"""Address ranges cut by which sets of blocks they lie in."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import IPBlock, Network

Owner = TypeVar("Owner", bound=Hashable)

_Span: TypeAlias = tuple[int, int]
"""The first address, and the one after the last."""


def strata(
    ends: Iterable[AddressEnd], blocks: Mapping[Owner, Sequence[IPBlock]]
) -> Iterator[tuple[AddressEnd, frozenset[Owner]]]:
    """Cut ``ends`` into pieces, each with those whose blocks cover it, in one pass."""
    by_family: dict[int, list[AddressEnd]] = {}
    for end in ends:
        by_family.setdefault(end.first.version, []).append(end)
    for version, ranges in sorted(by_family.items()):
        yield from _of_family(ranges, _turns(version, blocks))


def _turns(
    version: int, blocks: Mapping[Owner, Sequence[IPBlock]]
) -> list[tuple[int, Counter[Owner]]]:
    """The addresses at which owners begin, or cease, to cover, in order."""
    turns: dict[int, Counter[Owner]] = {}
    for owner, owned in blocks.items():
        for block in owned:
            if block.cidr.version == version:
                for first, beyond in _spans(block):
                    turns.setdefault(first, Counter())[owner] += 1
                    turns.setdefault(beyond, Counter())[owner] -= 1
    return sorted(turns.items(), key=lambda turn: turn[0])


def _spans(block: IPBlock) -> Iterator[_Span]:
    """The addresses of ``cidr`` that are in no except."""
    start, beyond = _bounds(block.cidr)
    for hole in sorted(map(_bounds, block.excepts)):
        if start < hole[0]:
            yield start, hole[0]
        start = max(start, hole[1])
    if start < beyond:
        yield start, beyond


def _bounds(network: Network) -> _Span:
    return int(network.network_address), int(network.broadcast_address) + 1


def _of_family(
    ranges: Iterable[AddressEnd], turns: Sequence[tuple[int, Counter[Owner]]]
) -> Iterator[tuple[AddressEnd, frozenset[Owner]]]:
    covering: Counter[Owner] = Counter()
    place = 0
    for each in sorted(ranges, key=lambda end: int(end.first)):
        address = type(each.first)
        start, last = int(each.first), int(each.last)
        while start <= last:
            while place < len(turns) and turns[place][0] <= start:
                covering.update(turns[place][1])
                place += 1
            beyond = turns[place][0] if place < len(turns) else last + 1
            stop = min(beyond - 1, last)
            owners = frozenset(owner for owner, count in covering.items() if count)
            yield AddressEnd(address(start), address(stop)), owners
            start = stop + 1
