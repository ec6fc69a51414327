"""Who the parties of a contract are in one state: those that are known, and those that could be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from edgewarden.governance.contract.contract import Entry, Party
from edgewarden.governance.contract.parties import selected
from edgewarden.governance.exceptions import PodScope
from edgewarden.reachability.addresses import disjoint, internet
from edgewarden.reachability.concrete.bits import Span, bitset, exactly, numbers
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.designations import NamedWorkload
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import ClusterProfile, Workload
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import resolve, whole


@dataclass(frozen=True, slots=True)
class Members:
    """The known workloads and the addresses of a party.

    ``unknown`` are full sentences on what of it is nothing that is known.
    """

    workloads: Span
    addresses: tuple[AddressEnd, ...]
    unknown: tuple[str, ...]


class Membership:
    """Finds the members of parties in the state of ``index``."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def of(self, party: Party) -> Members:
        found = Span()
        unknown = []
        for scope in party.pods:
            some = self.selected(scope)
            if not some.possible:
                unknown.append(f"No known workload is among {_text(scope, party)}.")
            found |= some
        for named in party.workloads:
            numbered = self._numbers.get((named.namespace, named.name), ())
            meant = [number for kind, number in numbered if named.kind in (None, kind)]
            if not meant:
                unknown.append(self._unknown(named))
            found |= exactly(bitset(meant))
        addresses = addresses_of(party, self._index.state.profile)
        return Members(found, addresses, tuple(unknown))

    def ends(self, ends: Iterable[End]) -> Ends:
        """Those of ``ends`` that this state has."""
        every = list(ends)
        known = self._index.numbers
        found = [
            number
            for each in every
            if isinstance(each, WorkloadEnd)
            and (number := known.get(each.identity)) is not None
            and self._index.workload(number) is not None
        ]
        ranges = (each for each in every if isinstance(each, AddressEnd))
        return Ends(bitset(found), disjoint(ranges))

    def named(self, ends: Ends) -> tuple[End, ...]:
        """The inverse, sorted."""
        workloads = map(self._index.workload, numbers(ends.workloads))
        found = sorted(WorkloadEnd.of(each) for each in workloads if each is not None)
        return (*found, *ends.addresses)

    def selected(self, scope: PodScope) -> Span:
        """``hostNetwork`` pods included: what is agreed on pods is agreed on them as well."""
        inventory = self._index.inventory
        area = exactly(inventory.in_namespaces(scope.namespaces))
        return inventory.selected(scope.pods).meeting(area)

    def workloads(self, party: Party) -> Iterator[Workload]:
        """Those that the party names one by one."""
        for named in party.workloads:
            for kind, number in self._numbers.get((named.namespace, named.name), ()):
                workload = self._index.workload(number)
                if workload is not None and named.kind in (None, kind):
                    yield workload

    def by_ports(self, destinations: int, entry: Entry) -> Iterator[tuple[int, PortSet]]:
        """Destinations with the ports of the entry, those that are called by name included."""
        if not entry.port_names:
            yield destinations, entry.ports
            return
        alike: dict[PortSet, list[int]] = {}
        for number in numbers(destinations):
            workload = self._index.workload(number)
            if workload is not None:
                alike.setdefault(ports_on(workload, entry), []).append(number)
        for ports, some in alike.items():
            yield bitset(some), ports

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], list[tuple[str, int]]]:
        """By namespace and name, the kinds with their numbers."""
        found: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for (namespace, name, kind), number in sorted(self._index.numbers.items()):
            if self._index.workload(number) is not None:
                found.setdefault((namespace, name), []).append((kind, number))
        return found

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for namespace, name in self._numbers:
            found.setdefault(namespace, []).append(name)
        return found

    def _unknown(self, named: NamedWorkload) -> str:
        near = get_close_matches(named.name, self._names.get(named.namespace, ()), n=1)
        meant = f"; did you mean {named.namespace}/{near[0]}?" if near else "."
        return f"No manifest shows a workload {named}{meant}"


def addresses_of(party: Party, profile: ClusterProfile) -> tuple[AddressEnd, ...]:
    """Sorted and disjoint."""
    return disjoint((*party.addresses, *(internet(profile) if party.internet else ())))


def ports_on(workload: Workload, entry: Entry) -> PortSet:
    """Where nothing shows what the workload calls its ports, it may call any of them so."""
    called = (
        whole(name.protocol) if workload.open_ports else resolve(name, workload)
        for name in entry.port_names
    )
    return PortSet.union((entry.ports, *called))


def _text(scope: PodScope, party: Party) -> str:
    if len(party.pods) == 1 and not (party.workloads or party.addresses or party.internet):
        return party.text
    return selected(scope).text
