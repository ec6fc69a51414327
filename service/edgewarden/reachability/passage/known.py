"""Between known workloads, and between them and addresses: exact, in rectangles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from edgewarden.reachability.concrete.bits import cut, different, lowest, union
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.pairs import Pairs
from edgewarden.reachability.concrete.rectangle import Doubtful, Ends, Rectangle, Shift
from edgewarden.reachability.concrete.rectangles import changes_at
from edgewarden.reachability.concrete.transition import Transition, from_nothing
from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.passage import grounds
from edgewarden.reachability.passage.grounds import Ground
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.symbolic.axes import address_ranges, range_addresses

_BLOCKED = Shift.certain(NO_PORTS, NO_PORTS)


@dataclass(frozen=True, slots=True)
class Part:
    """Pairs that fare alike: ``passing`` ports certainly pass, ``blocked`` ones certainly do not,
    and the others hang on the facts of ``doubts``."""

    sources: Ends
    destinations: Ends
    passing: PortSet
    blocked: PortSet
    doubts: tuple[Doubtful, ...]


class KnownPassage:
    """What one state lets through, asked again and again."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state

    @cached_property
    def step(self) -> Transition:
        return from_nothing(self._state)

    @property
    def index(self) -> Index:
        return self.step.head

    @cached_property
    def _pairs(self) -> Pairs:
        return Pairs(self.index, Side.HEAD, frozenset())

    def parts(self, sources: Ends, destinations: Ends, ports: PortSet) -> Iterator[Part]:
        """All pairs of ``sources`` and ``destinations``, each in one part.

        Between addresses no policy decides: such pairs are in none.
        """
        inside = Ends(destinations.workloads)
        if destinations.workloads:
            yield from _cut(self._found(sources, inside), sources, inside, ports)
        outside = Ends(0, destinations.addresses)
        senders = Ends(sources.workloads)
        if sources.workloads and destinations.addresses:
            found = changes_at(self.step, sources.workloads, Role.SOURCE, 0).rectangles
            yield from _cut(found, senders, outside, ports)

    def _found(self, sources: Ends, inside: Ends) -> Sequence[Rectangle]:
        """What is asked of the fewer workloads; addresses are asked of destinations."""
        some, others = sources.workloads, inside.workloads
        if not sources.addresses and some.bit_count() < others.bit_count():
            return changes_at(self.step, some, Role.SOURCE, others).rectangles
        return changes_at(self.step, others, Role.DESTINATION, some).rectangles

    def ends(self, ends: Ends) -> tuple[End, ...]:
        return self.step.ends(ends)

    def why_passing(self, part: Part) -> tuple[Ground, ...]:
        """What lets the first pair of ``part`` through."""
        source, destination = _example(part)
        connection = self._pairs.connection(source, destination)
        if connection is None:
            return ()
        ends = {
            direction: workload
            for direction, end in ((Direction.EGRESS, source), (Direction.INGRESS, destination))
            if isinstance(end, int) and (workload := self.index.workload(end)) is not None
        }
        return grounds.opening(connection, part.passing, ends)

    def why_blocked(self, part: Part) -> tuple[Ground, ...]:
        """What holds the first pair of ``part`` back."""
        connection = self._pairs.connection(*_example(part))
        return () if connection is None else grounds.closing(connection, part.blocked)


def _example(part: Part) -> tuple[int | AddressEnd, int | AddressEnd]:
    if part.sources.workloads and part.destinations.workloads:
        return different(part.sources.workloads, part.destinations.workloads)
    return _any(part.sources), _any(part.destinations)


def _any(ends: Ends) -> int | AddressEnd:
    if ends.workloads:
        return lowest(ends.workloads)
    first = ends.addresses[0].first
    return AddressEnd(first, first)


def _cut(
    found: Iterable[Rectangle], sources: Ends, destinations: Ends, ports: PortSet
) -> Iterator[Part]:
    """The rectangles as far as they are asked about, and the pairs that are in none of them."""
    inside = []
    for each in found:
        some, others = meet(each.sources, sources), meet(each.destinations, destinations)
        if some and others:
            inside.append(Rectangle(some, others, each.shift))
            yield from _split(some, others, each.shift, ports)
    for others, some in _left(inside, sources, destinations):
        yield from _split(some, others, _BLOCKED, ports)


def _split(sources: Ends, destinations: Ends, shift: Shift, ports: PortSet) -> Iterator[Part]:
    """Workloads apart from addresses, since the reasons of one pair stand for a part."""
    passing = shift.opened & ports
    doubts = tuple(
        replace(each, ports=asked) for each in shift.may_open if (asked := each.ports & ports)
    )
    blocked = ports - PortSet.union((passing, *(each.ports for each in doubts)))
    for some in _apart(sources):
        for others in _apart(destinations):
            if some.workloads or others.workloads:
                yield Part(some, others, passing, blocked, doubts)


def _apart(ends: Ends) -> Iterator[Ends]:
    if ends.workloads:
        yield Ends(ends.workloads)
    if ends.addresses:
        yield Ends(0, ends.addresses)


def _left(
    inside: Sequence[Rectangle], sources: Ends, destinations: Ends
) -> Iterator[tuple[Ends, Ends]]:
    """Destinations with the sources that no rectangle puts beside them."""
    for some in cut(destinations.workloads, (each.destinations.workloads for each in inside)):
        beside = [each.sources for each in inside if each.destinations.workloads & some]
        rest = without(sources, *beside)
        if rest:
            yield Ends(some), rest
    pieces = [(range_addresses(destinations.addresses), 0)]
    for each in inside:
        here = range_addresses(each.destinations.addresses)
        pieces = [
            piece
            for addresses, reached in pieces
            for piece in (
                (addresses & here, reached | each.sources.workloads),
                (addresses - here, reached),
            )
            if piece[0]
        ]
    for addresses, reached in pieces:
        rest = Ends(sources.workloads & ~reached)
        if addresses and rest:
            yield Ends(0, address_ranges(addresses)), rest


def meet(one: Ends, other: Ends) -> Ends:
    """What is in both."""
    workloads = one.workloads & other.workloads
    if not (one.addresses and other.addresses):
        return Ends(workloads)
    common = range_addresses(one.addresses) & range_addresses(other.addresses)
    return Ends(workloads, address_ranges(common))


def without(ends: Ends, *some: Ends) -> Ends:
    """What of ``ends`` is in none of ``some``."""
    workloads = ends.workloads & ~union(each.workloads for each in some)
    if not ends.addresses:
        return Ends(workloads)
    left = range_addresses(ends.addresses)
    for each in some:
        left = left - range_addresses(each.addresses)
    return Ends(workloads, address_ranges(left))
