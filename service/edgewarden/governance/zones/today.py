"""What known workloads may do today, held against the terms of their zones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgewarden.governance.zones.matrix import Matrix
from edgewarden.governance.zones.standing import Standing
from edgewarden.governance.zones.zones import Dimension, Ruling, Terms, Zones
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.report import Connectivity, Edge
from edgewarden.reachability.rule_ports import named_ports
from edgewarden.reachability.symbolic.restrictions import Values


@dataclass(slots=True)
class Traffic:
    """Edges from ends in zones of ``source`` to ends in zones of ``destination``.

    Pods whose zone hangs on labels that a controller sets are in several, and then the strictest
    terms are meant. ``against`` are pairs with ``ports`` that the terms do not let pass, of which
    ``example`` is one.
    """

    source: Values
    destination: Values
    terms: Terms
    pairs: int = 0
    against: int = 0
    ports: PortSet = NO_PORTS
    example: tuple[End, End] | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Known workloads in ``zones``, and the namespaces that they lie in."""

    zones: Values
    workloads: int
    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One dimension as it is today. Workloads that are in no zone come last."""

    dimension: Dimension
    members: tuple[Members, ...]
    traffic: tuple[Traffic, ...]


def today(state: ClusterState, connectivity: Connectivity, zones: Zones) -> tuple[Picture, ...]:
    """Every known workload by the zone that it is in, and what passes between different zones;
    within one as far as the terms refuse it."""
    seen = _Today(state, connectivity, zones)
    return tuple(Picture(each, seen.members(each), seen.traffic(each)) for each in zones)


def edges_against(pictures: Iterable[Picture]) -> int:
    """How many edges the terms do not let pass, in each dimension by itself."""
    return sum(each.against for picture in pictures for each in picture.traffic)


class _Today:
    """One state with all its edges, seen by zones."""

    def __init__(self, state: ClusterState, connectivity: Connectivity, zones: Zones) -> None:
        self._state = state
        self._edges = connectivity.edges
        self._standing = Standing(state, zones)
        self._workloads = {each.identity: each for each in state.workloads}

    def members(self, dimension: Dimension) -> tuple[Members, ...]:
        found: dict[Values, list[str]] = {}
        for workload in self._state.workloads:
            zones = self._standing.of_workload(workload, dimension.respect)
            found.setdefault(zones, []).append(workload.namespace)
        return tuple(
            Members(zones, len(names), tuple(sorted(set(names))))
            for zones, names in sorted(found.items(), key=lambda each: _place(each[0]))
        )

    def traffic(self, dimension: Dimension) -> tuple[Traffic, ...]:
        matrix = Matrix(dimension)
        found: dict[tuple[Values, Values], Traffic] = {}
        for edge in self._edges:
            sources = self._by_zone(edge.sources, dimension)
            for destination, those in self._by_zone(edge.destinations, dimension).items():
                for source, these in sources.items():
                    known = found.get((source, destination))
                    if known is None:
                        terms = _strictest(matrix, source, destination)
                        known = found[source, destination] = Traffic(source, destination, terms)
                    self._count(known, edge, these, those)
        told = (each for each in found.values() if each.source != each.destination or each.against)
        return tuple(sorted(told, key=lambda each: (_place(each.source), _place(each.destination))))

    def _by_zone(self, ends: Iterable[End], dimension: Dimension) -> Mapping[Values, list[End]]:
        found: dict[Values, list[End]] = {}
        for end in ends:
            if isinstance(end, AddressEnd):
                for zones, part in self._standing.of_addresses(end, dimension.respect):
                    found.setdefault(zones, []).append(part)
            else:
                workload = self._workloads[end.identity]
                zones = self._standing.of_workload(workload, dimension.respect)
                found.setdefault(zones, []).append(end)
        return found

    def _count(
        self, traffic: Traffic, edge: Edge, sources: list[End], destinations: list[End]
    ) -> None:
        for destination in destinations:
            pairs = sum(source != destination for source in sources)
            traffic.pairs += pairs
            refused = self._refused(traffic.terms, destination, edge.ports)
            if refused and pairs:
                traffic.against += pairs
                traffic.ports |= refused
                other = next(source for source in sources if source != destination)
                traffic.example = traffic.example or (other, destination)

    def _refused(self, terms: Terms, destination: End, ports: PortSet) -> PortSet:
        """What of ``ports`` the terms do not let pass to ``destination``."""
        if terms.ruling is not Ruling.ALLOW_ONLY:
            return NO_PORTS if terms.ruling is Ruling.ALLOW else ports
        left = ports - terms.allowed.numbers
        if isinstance(destination, WorkloadEnd):
            called = named_ports(self._workloads[destination.identity])
            for name in terms.allowed.names:
                left -= called.get(name, NO_PORTS)
        return left


def _strictest(matrix: Matrix, source: Values, destination: Values) -> Terms:
    every = (passage.terms for passage in matrix.passages(source, destination))
    return max(every, key=lambda each: list(Ruling).index(each.ruling))


def _place(zones: Values) -> tuple[object, ...]:
    """Sorts zones by name, several behind one and none behind all."""
    names = sorted(filter(None, zones.listed))
    return not names, zones.inverted, len(names), names
