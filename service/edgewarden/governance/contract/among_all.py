"""An entry held against the connections of all pods that could exist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edgewarden.governance.contract.contract import Entry, Party
from edgewarden.governance.contract.members import Membership, addresses_of, ports_on
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import ClusterProfile, Workload
from edgewarden.reachability.passage import sets
from edgewarden.reachability.passage.conceivable import ConceivablePassage
from edgewarden.reachability.passage.connections import Connections
from edgewarden.reachability.reasons import Fact
from edgewarden.reachability.symbolic.axes import range_addresses
from edgewarden.reachability.symbolic.boxes import Box, conjunction
from edgewarden.reachability.symbolic.translation import pods_of


@dataclass(frozen=True, slots=True)
class Told:
    """Connections that could exist as text, with what they go back to."""

    text: str
    connections: Connections


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of all connections that an entry could be about.

    ``passing`` and ``blocked`` are certain unless they have facts; ``may_allow`` and ``may_deny``
    are what policies of kinds that are not judged could do. ``told`` is false where the policies
    were too many to tell.
    """

    passing: tuple[Told, ...]
    blocked: tuple[Told, ...]
    may_allow: tuple[Fact, ...]
    may_deny: tuple[Fact, ...]
    told: bool = True


@dataclass(frozen=True, slots=True)
class _End:
    """One thing that a party names; ``workload`` where that is one."""

    box: Box
    workload: Workload | None = None
    selects: bool = False


class AmongAll:
    """Asks one state about entries."""

    def __init__(
        self, passage: ConceivablePassage, membership: Membership, profile: ClusterProfile
    ) -> None:
        self._passage = passage
        self._membership = membership
        self._profile = profile

    def of(self, entry: Entry) -> Outlook | None:
        """Nothing where no end is pods by their labels: then known pods are all that is meant."""
        boxes = [
            (source, destination, box)
            for source in self._ends(entry.source, Role.SOURCE)
            for destination in self._ends(entry.destination, Role.DESTINATION)
            if source.selects or destination.selects
            for ports in self._ports(entry, destination)
            if (box := conjunction(source.box, destination.box, ports)) is not None
        ]
        if not boxes:
            return None
        passing: list[Told] = []
        blocked: list[Told] = []
        may_allow: list[Fact] = []
        may_deny: list[Fact] = []
        for source, destination, box in boxes:
            answer = self._passage.ask(box)
            if answer is None:
                return Outlook((), (), (), (), told=False)
            passing += [_told(each, source, destination) for each in answer.passing]
            blocked += [_told(each, source, destination) for each in answer.blocked]
            may_allow += answer.may_allow
            may_deny += answer.may_deny
        return Outlook(
            tuple(passing),
            tuple(blocked),
            tuple(dict.fromkeys(may_allow)),
            tuple(dict.fromkeys(may_deny)),
        )

    def _ends(self, party: Party, role: Role) -> Iterator[_End]:
        yield from _unnamed(party, role, self._profile)
        for workload in self._membership.workloads(party):
            if not workload.host_network:
                yield _End(sets.like(role, workload, self._passage.asked), workload)

    def _ports(self, entry: Entry, destination: _End) -> Iterator[Box]:
        if destination.workload is None:
            yield from _ports(entry, destination)
            return
        ports = ports_on(destination.workload, entry)
        yield from sets.on_workload(ports, destination.workload, self._passage.asked)


def boxes(entry: Entry, profile: ClusterProfile) -> Iterator[Box]:
    """All connections that an entry speaks of, but for those of workloads by their names."""
    for source in _unnamed(entry.source, Role.SOURCE, profile):
        for destination in _unnamed(entry.destination, Role.DESTINATION, profile):
            for ports in _ports(entry, destination):
                box = conjunction(source.box, destination.box, ports)
                if box is not None:
                    yield box


def _unnamed(party: Party, role: Role, profile: ClusterProfile) -> Iterator[_End]:
    """Pods by their labels, and addresses."""
    for scope in party.pods:
        box = pods_of(role, scope.namespaces, scope.pods)
        if box is not None:
            yield _End(box, selects=True)
    ranges = addresses_of(party, profile)
    if ranges:
        yield _End(sets.outside(role, range_addresses(ranges)))


def _ports(entry: Entry, destination: _End) -> Iterator[Box]:
    if entry.ports:
        yield sets.on(entry.ports)
    if destination.selects:
        yield from map(sets.called, entry.port_names)


def _told(found: Connections, source: _End, destination: _End) -> Told:
    """Workloads by their names and not by the labels that they have."""
    ports = found.ports
    if destination.workload is not None:
        ports = replace(ports, named=(), unnamed=())
    ends: Sequence[object] = (
        source.workload or found.source,
        destination.workload or found.destination,
    )
    return Told(f"{ends[0]} → {ends[1]}: {ports}", found)
