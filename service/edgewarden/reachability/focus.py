"""What concerns some ends and ports, of everything that the engine answers.

Rectangles are cut and never taken apart into pairs, except by what ports of one name are on
their destinations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from edgewarden.reachability.causes import because
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd, end_key
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.report import (
    Connectivity,
    Edge,
    EdgeChange,
    Edges,
    MayChange,
    MayEdge,
    ReachabilityDiff,
    concerning,
)
from edgewarden.reachability.symbolic.concern import PodsLike, could_concern
from edgewarden.reachability.symbolic.statements import (
    EndSet,
    IsolationStatement,
    Members,
    StatedPorts,
    Statement,
    SymbolicDiff,
)


@dataclass(frozen=True, slots=True)
class EndFocus:
    """Some ends: workloads, and ranges of addresses, which are sorted and disjoint.

    ``text`` is what they were called. ``pods`` are all pods that are meant, also those of which
    there is no manifest. ``known`` are those of workloads, with how many there are.
    """

    text: str
    workloads: frozenset[Identity]
    pods: tuple[PodsLike, ...]
    ranges: tuple[AddressEnd, ...]
    known: tuple[tuple[PodsLike, int], ...]

    @property
    def all_known(self) -> bool:
        """Whether workloads and addresses are meant, and no pods that no manifest shows."""
        return all(each.no_other_labels for each in self.pods)

    def holds(self, workload: WorkloadEnd) -> bool:
        return workload.identity in self.workloads

    def could_be(self, ends: EndSet) -> bool:
        """Whether some of them, known or not, could be among ``ends``."""
        return any(each.meet(ends) for each in self.pods) or could_concern(ends, self.ranges)

    def could_receive(self, ends: EndSet, ports: StatedPorts, meant: PortSet) -> bool:
        """Whether some of them could be among ``ends``, with some of ``ports`` that are meant."""
        return any(each.meet(ends) and each.have(ports, meant) for each in self.pods) or (
            could_concern(ends, self.ranges) and bool(ports.numbers & meant)
        )

    def of(self, ends: Iterable[End]) -> tuple[End, ...]:
        """Those of ``ends`` that are meant, sorted; ranges cut to what is meant of them."""
        return tuple(sorted((part for end in ends for part in self._parts(end)), key=end_key))

    def _parts(self, end: End) -> Iterator[End]:
        if isinstance(end, WorkloadEnd):
            if self.holds(end):
                yield end
            return
        for each in self.ranges:
            if each.first.version == end.first.version:
                first, last = (
                    max(int(each.first), int(end.first)),
                    min(int(each.last), int(end.last)),
                )
                if first <= last:
                    address = type(end.first)
                    yield AddressEnd(address(first), address(last))


@dataclass(frozen=True, slots=True)
class PortFocus:
    """Some ports: by number, and of each workload those that it calls by some names.

    ``text`` is what they were called.
    """

    text: str
    numbers: PortSet
    called: Mapping[Identity, PortSet]

    @property
    def every(self) -> PortSet:
        """The ports of any destination that are meant."""
        return PortSet.union((self.numbers, *self.called.values()))

    def of(self, destination: End) -> PortSet:
        """The ports of one destination that are meant."""
        if isinstance(destination, AddressEnd):
            return self.numbers
        return self.numbers | self.called.get(destination.identity, NO_PORTS)


@dataclass(frozen=True, slots=True)
class _Part(Edges):
    """Edges of which the same ``ports`` are meant; all ports where there are none."""

    ports: PortSet | None


@dataclass(frozen=True, slots=True)
class Focus:
    """Connections from some ends to some ends on some ports; what is absent is everything."""

    sources: EndFocus | None
    destinations: EndFocus | None
    ports: PortFocus | None

    def __str__(self) -> str:
        """``from shop/web to shop/db on TCP 5432``; empty for everything."""
        parts = ("from", self.sources), ("to", self.destinations), ("on", self.ports)
        return " ".join(f"{word} {part.text}" for word, part in parts if part is not None)

    def connectivity(self, found: Connectivity) -> Connectivity:
        """The edges of one state that concern it."""
        edges = (
            Edge(part.sources, part.destinations, ports)
            for edge in found.edges
            for part in self._parts(edge)
            if (ports := _meant(edge.ports, part))
        )
        may_edges = (
            MayEdge(part.sources, part.destinations, ports, edge.facts_of(*part.example))
            for edge in found.may_edges
            for part in self._parts(edge)
            if (ports := _meant(edge.ports, part))
        )
        return Connectivity(
            tuple(sorted(edges, key=lambda edge: edge.place)),
            tuple(sorted(may_edges, key=lambda edge: edge.place)),
            scope=str(self),
        )

    def diff(self, found: ReachabilityDiff) -> ReachabilityDiff:
        """What concerns it of a difference.

        An edge that is allowed on other ports than before may be new, or gone, on those that
        are meant.
        """
        every = (*found.added, *found.removed, *found.changed)
        changes = [change for each in every for change in self._changes(each)]
        changes.sort(key=lambda change: change.place)
        return replace(
            found,
            added=tuple(change for change in changes if not change.before),
            removed=tuple(change for change in changes if change.before and not change.after),
            changed=tuple(change for change in changes if change.before and change.after),
            may_added=self._may_changes(found.may_added),
            may_removed=self._may_changes(found.may_removed),
            isolation=tuple(
                each
                for each in found.isolation
                if self._isolates(each.direction, partial(EndFocus.holds, workload=each.workload))
            ),
            symbolic=self._symbolic(found.symbolic),
            scope=str(self),
        )

    def _changes(self, change: EdgeChange) -> Iterator[EdgeChange]:
        for part in self._parts(change):
            opened, closed = _meant(change.opened, part), _meant(change.closed, part)
            if opened or closed:
                causes = concerning(change.causes, part.ends())
                yield EdgeChange(
                    part.sources,
                    part.destinations,
                    before=_meant(change.before, part),
                    after=_meant(change.after, part),
                    opened=opened,
                    closed=closed,
                    because=because(causes),
                    causes=causes,
                )

    def _may_changes(self, changes: Iterable[MayChange]) -> tuple[MayChange, ...]:
        found = (
            MayChange(
                part.sources,
                part.destinations,
                ports,
                change.facts_of(*part.example),
                because(causes),
                causes,
            )
            for change in changes
            for part in self._parts(change)
            if (ports := _meant(change.ports, part))
            for causes in (concerning(change.causes, part.ends()),)
        )
        return tuple(sorted(found, key=lambda change: change.place))

    def _symbolic(self, found: SymbolicDiff) -> SymbolicDiff:
        """The statements that could be about such connections, with what is known of these.

        Between ends that are all known the edges say everything.
        """
        return SymbolicDiff(
            tuple(self._concerning(found.opened)),
            tuple(self._concerning(found.closed)),
            tuple(filter(self._could_isolate, found.isolation)),
        )

    def _concerning(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        sources, destinations = self.sources, self.destinations
        if sources and destinations and sources.all_known and destinations.all_known:
            return
        for each in filter(self._could_concern, statements):
            yield replace(each, sources=self._sources(each), destinations=self._destinations(each))

    @property
    def _meant(self) -> PortSet:
        return ALL_PORTS if self.ports is None else self.ports.every

    def _could_concern(self, statement: Statement) -> bool:
        if self.sources is not None and not self.sources.could_be(statement.source):
            return False
        if self.destinations is None:
            return bool(statement.ports.numbers & self._meant)
        return self.destinations.could_receive(statement.destination, statement.ports, self._meant)

    def _sources(self, statement: Statement) -> Members:
        if self.sources is None:
            return statement.sources
        found = (each for each in self.sources.known if each[0].lie_in(statement.source))
        return _counted(statement.sources, found)

    def _destinations(self, statement: Statement) -> Members:
        if self.destinations is None:
            return statement.destinations
        found = (
            (pods, replicas)
            for pods, replicas in self.destinations.known
            if pods.lie_in(statement.destination) and pods.have(statement.ports, self._meant)
        )
        return _counted(statement.destinations, found)

    def _could_isolate(self, statement: IsolationStatement) -> bool:
        return self._isolates(statement.direction, partial(EndFocus.could_be, ends=statement.pods))

    def _isolates(self, direction: Direction, is_meant: Callable[[EndFocus], bool]) -> bool:
        """Isolation matters at the ends that are named; at all ends where none is."""
        if self.sources is None and self.destinations is None:
            return True
        bound = self.sources if direction is Direction.EGRESS else self.destinations
        return bound is not None and is_meant(bound)

    def _parts(self, edges: Edges) -> Iterator[_Part]:
        sources, destinations = edges.sources, edges.destinations
        if self.sources is not None:
            sources = self.sources.of(sources)
        if self.destinations is not None:
            destinations = self.destinations.of(destinations)
        if not sources or not destinations:
            return
        if self.ports is None:
            yield _Part(sources, destinations, None)
            return
        alike: dict[PortSet, list[End]] = {}
        for end in destinations:
            alike.setdefault(self.ports.of(end), []).append(end)
        for ports, some in alike.items():
            yield _Part(sources, tuple(some), ports)


def _counted(every: Members, found: Iterable[tuple[PodsLike, int]]) -> Members:
    """``every`` with no more of the workloads than those that are ``found``."""
    replicas = [each for _, each in found]
    return replace(every, workloads=len(replicas), pods=sum(replicas))


def _meant(ports: PortSet, part: _Part) -> PortSet:
    return ports if part.ports is None else ports & part.ports
