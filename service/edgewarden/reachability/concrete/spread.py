"""Where the connections of a line differ between two states, port by port and end by end."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from edgewarden.reachability.addresses import EVERY_NETWORK, atoms
from edgewarden.reachability.concrete.bits import (
    Span,
    bitset,
    cut,
    lowest,
    memberships,
    numbers,
    runs,
    union,
)
from edgewarden.reachability.concrete.contrast import Contrast
from edgewarden.reachability.concrete.fusion import ranges
from edgewarden.reachability.concrete.lines import Half, Line, TierTerm
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.tiers import Action, Decision, passing
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import IPBlock, Network
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, PortSet, Protocol

_SPACE = LAST_PORT + 1
"""Ports of all protocols on one axis: a protocol begins at a multiple of this."""

Segment: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """``ends`` are other ends with which connections change from ``before`` to ``after``."""

    ends: int
    before: PortSet
    after: PortSet


@dataclass(frozen=True, slots=True)
class Spread:
    """The differences of one line, disjoint.

    Bits from ``width`` on are addresses, those of ``pieces`` in order. ``doubtful`` are other
    ends of which something hangs on facts on some port. Addresses in the same ones of
    ``address_sets`` are in the same blocks.
    """

    width: int
    pieces: tuple[AddressEnd, ...]
    differences: tuple[Difference, ...]
    doubtful: int
    address_sets: frozenset[int]

    def end(self, number: int) -> int | AddressEnd:
        """The workload number or the addresses of a bit."""
        return number if number < self.width else self.pieces[number - self.width]

    def ends(self, bits: int) -> Ends:
        """The workloads and address ranges of a set."""
        addresses = bits >> self.width
        return Ends(
            bits & ((1 << self.width) - 1),
            ranges(self.pieces[place] for place in numbers(addresses)) if addresses else (),
        )


def spread(base: Line | None, head: Line | None, width: int, where: Contrast) -> Spread:
    """Compare a line in two states, with the other ends of ``where``."""
    lines = [each for each in (base, head) if each is not None]
    segments = _segments(lines)
    pieces = _pieces(lines) if where.addresses else ()
    field = _Field(segments, pieces, width)
    before, after = field.readings(base), field.readings(head)
    changed = doubtful = 0
    for (b_low, b_high), (h_low, h_high) in zip(before, after, strict=True):
        doubtful |= (b_low ^ b_high) | (h_low ^ h_high)
        changed |= b_low ^ h_low
    changed = (changed | doubtful) & (where.workloads | field.addresses)
    certain = changed & ~doubtful
    return Spread(
        width,
        pieces,
        tuple(_differences(certain, before, after, segments)),
        changed & doubtful,
        frozenset(field.covered(term.blocks) for each in lines for term in each.direct.granted),
    )


_Reading: TypeAlias = tuple[int, int]
"""The connections that pass at least, and at most."""
_Reader: TypeAlias = Callable[[Span, Action], int]
"""Says of a set with open members what it is in one reading, where it is used in that way."""


class _Field:
    """What the sets of ports and ends in a comparison are cut into."""

    def __init__(
        self, segments: Sequence[Segment], pieces: Sequence[AddressEnd], width: int
    ) -> None:
        self.segments = segments
        self.addresses = ((1 << len(pieces)) - 1) << width
        self._first_ports = [first for first, _ in segments]
        self._first_addresses = [(piece.first.version, int(piece.first)) for piece in pieces]
        self._width = width

    def readings(self, line: Line | None) -> list[_Reading]:
        """For every segment of ports the connections of ``line`` that pass."""
        if line is None:
            return [(0, 0)] * len(self.segments)
        everyone = line.everyone | self.addresses
        direct = self._passing(line.direct, everyone)
        transposed = self._passing(line.transposed, everyone)
        return [(a & c, b & d) for (a, b), (c, d) in zip(direct, transposed, strict=True)]

    def _passing(self, half: Half, everyone: int) -> list[_Reading]:
        low, high = self._granted(half)
        if half.certain and low == high:
            free, bound = everyone & ~half.isolated.certain, everyone & half.isolated.certain
            return [(free | bound & each,) * 2 for each in low]
        found = []
        for (first, _), at_least, at_most in zip(self.segments, low, high, strict=True):
            closed = self._read(half, _at_least, everyone, at_least, first)
            if half.certain and at_least == at_most:
                found.append((closed, closed))
            else:
                found.append((closed, self._read(half, _at_most, everyone, at_most, first)))
        return found

    def _read(self, half: Half, reader: _Reader, everyone: int, granted: int, port: int) -> int:
        return passing(
            everyone,
            _decisions(half.admin, reader, port),
            reader(half.isolated, Action.DENY),
            granted,
            _decisions(half.baseline, reader, port),
        )

    def _granted(self, half: Half) -> tuple[list[int], list[int]]:
        """For every segment the ends that rules admit, at least and at most."""
        low, high = [0] * len(self.segments), [0] * len(self.segments)
        starts = self._first_ports
        for term in half.granted:
            addresses = self.covered(term.blocks)
            at_least = term.ends.certain | (addresses if term.certain_addresses else 0)
            at_most = term.ends.possible | addresses
            for first, last in flat(term.ports):
                for place in range(bisect_left(starts, first), bisect_left(starts, last + 1)):
                    low[place] |= at_least
                    high[place] |= at_most
        return low, high

    def covered(self, blocks: frozenset[IPBlock] | None) -> int:
        """The pieces of address space in any of ``blocks``."""
        if blocks is None:
            return self.addresses
        return union(self._pieces_of(block) for block in blocks)

    def _pieces_of(self, block: IPBlock) -> int:
        holes = union(map(self._run, block.excepts))
        return self._run(block.cidr) & ~holes

    def _run(self, network: Network) -> int:
        """The pieces of a network, which follow each other."""
        version = network.version
        start = bisect_left(self._first_addresses, (version, int(network.network_address)))
        end = bisect_left(self._first_addresses, (version, int(network.broadcast_address) + 1))
        return ((1 << end) - (1 << start)) << self._width


def _differences(
    ends: int, before: Sequence[_Reading], after: Sequence[_Reading], segments: Sequence[Segment]
) -> Iterator[Difference]:
    """Cut ``ends``, of which nothing is open, by the ports that they have before and after."""
    was = [ends & at_least for at_least, _ in before]
    is_ = [ends & at_least for at_least, _ in after]
    classes = cut(ends, (*was, *is_))
    examples = union(1 << lowest(some) for some in classes)
    had, has = memberships(examples, was), memberships(examples, is_)
    ports = _PortsOf(segments)
    for some in classes:
        example = lowest(some)
        yield Difference(some, ports.of(had[example]), ports.of(has[example]))


class _PortsOf:
    """Sets of segments, as bits, as sets of ports."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._known: dict[int, PortSet] = {}
        self._protocols = [
            bitset([n for n, (first, _) in enumerate(segments) if first // _SPACE == place])
            for place in range(len(Protocol))
        ]

    def of(self, places: int) -> PortSet:
        found = self._known.get(places)
        if found is None:
            found = self._known[places] = port_set(
                (self._segments[first][0], self._segments[last][1])
                for protocol in self._protocols
                for first, last in runs(places & protocol)
            )
        return found


def _at_least(ends: Span, action: Action) -> int:
    """What is met in the reading in which the least passes."""
    return ends.possible if action is Action.DENY else ends.certain


def _at_most(ends: Span, action: Action) -> int:
    """What is met in the reading in which the most passes."""
    return ends.certain if action is Action.DENY else ends.possible


def _decisions(tier: Iterable[TierTerm], reader: _Reader, port: int) -> list[Decision]:
    return [
        (term.action, reader(term.ends, term.action))
        for term in tier
        if any(first <= port <= last for first, last in flat(term.ports))
    ]


@lru_cache(maxsize=4096)
def flat(ports: PortSet) -> tuple[Segment, ...]:
    """The ports of all protocols on one axis."""
    return tuple(
        (place * _SPACE + first, place * _SPACE + last)
        for place, spans in enumerate(ports.intervals)
        for first, last in spans
    )


def port_set(segments: Iterable[Segment]) -> PortSet:
    """The reverse of ``flat``, for segments in any order."""
    found: dict[str, list[tuple[int, int]]] = {}
    protocols = tuple(Protocol)
    for first, last in segments:
        place = first // _SPACE
        start = place * _SPACE
        found.setdefault(protocols[place].value, []).append((first - start, last - start))
    return PortSet.from_mapping(found)


def _segments(lines: Iterable[Line]) -> tuple[Segment, ...]:
    """Cut the ports of every protocol where a term of ``lines`` begins or ends."""
    starts = {place * _SPACE + FIRST_PORT for place in range(len(Protocol))}
    for each in lines:
        for half in (each.direct, each.transposed):
            for ports in half.ports():
                for first, last in flat(ports):
                    starts.add(first)
                    if (last + 1) % _SPACE:
                        starts.add(last + 1)
    ordered = sorted(starts)
    ends = [start - 1 for start in ordered[1:]]
    ends.append(len(Protocol) * _SPACE - 1)
    return tuple(
        (first, last if last % _SPACE else last - 1)
        for first, last in zip(ordered, ends, strict=True)
    )


def _pieces(lines: Iterable[Line]) -> tuple[AddressEnd, ...]:
    """Cut all addresses so that each block of ``lines`` covers each piece wholly or not."""
    blocks = {
        block for each in lines for term in each.direct.granted for block in term.blocks or ()
    }
    return atoms(blocks, EVERY_NETWORK)
