"""Which edges a contract speaks of, and which it does not, by exact parts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.contract.contract import Entry
from edgewarden.governance.contract.members import Membership
from edgewarden.reachability.concrete.fusion import fused
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.passage.known import meet, without
from edgewarden.reachability.ports import PortSet


@dataclass(frozen=True, slots=True)
class Area:
    """Connections from each of ``sources`` to each of ``destinations`` on ``ports``."""

    sources: Ends
    destinations: Ends
    ports: PortSet

    @classmethod
    def joining(cls, sources: Ends, destinations: Ends, some: Sequence["Area"]) -> "Area":
        return cls(sources, destinations, some[0].ports)

    def __and__(self, other: "Area") -> "Area":
        return Area(
            meet(self.sources, other.sources),
            meet(self.destinations, other.destinations),
            self.ports & other.ports,
        )

    def __bool__(self) -> bool:
        return bool(self.sources and self.destinations and self.ports)

    def minus(self, other: "Area") -> Iterator["Area"]:
        """What is not in ``other``, in at most three disjoint areas."""
        common = self & other
        if not common:
            yield self
            return
        parts = (
            Area(without(self.sources, other.sources), self.destinations, self.ports),
            Area(common.sources, without(self.destinations, other.destinations), self.ports),
            Area(common.sources, common.destinations, self.ports - other.ports),
        )
        yield from (part for part in parts if part)


class Coverage:
    """What the entries of a contract speak of in one state.

    An entry covers the known workloads that its parties certainly hold, whatever it expects.
    """

    def __init__(self, entries: Sequence[Entry], membership: Membership) -> None:
        self.areas = tuple((entry, tuple(areas_of(entry, membership))) for entry in entries)

    def uncovered(self, area: Area) -> tuple[Area, ...]:
        """The part of ``area`` that no entry speaks of."""
        left = [area]
        for _, covered in self.areas:
            for each in covered:
                if left and each & area:
                    left = [part for some in left for part in some.minus(each)]
        return fused(left, lambda part: part.ports, Area.joining)

    def speaking(self, areas: Iterable[Area]) -> frozenset[str]:
        """The names of the entries that speak of some of ``areas``."""
        asked = list(areas)
        return frozenset(
            entry.name
            for entry, covered in self.areas
            if any(each & area for each in covered for area in asked)
        )


def areas_of(entry: Entry, membership: Membership) -> Iterator[Area]:
    """The known connections that an entry speaks of, disjoint."""
    sources, destinations = map(membership.of, (entry.source, entry.destination))
    senders = Ends(sources.workloads.certain, sources.addresses)
    for some, ports in membership.by_ports(destinations.workloads.certain, entry):
        yield Area(senders, Ends(some), ports)
    if destinations.addresses:
        yield Area(Ends(senders.workloads), Ends(0, destinations.addresses), entry.ports)
