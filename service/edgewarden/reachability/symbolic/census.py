"""How many known workloads the sets of a statement hold, counted over bitsets."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_

from edgewarden.reachability.concrete.bits import union
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    Members,
    PodSet,
    StatedPorts,
)


class Census:
    """The workloads that policies bind in one state, as statements on two states see them.

    A label of a namespace on which the manifests of both states do not agree counts as absent.
    """

    def __init__(self, index: Index, namespaces: Namespaces) -> None:
        self._inventory = index.inventory
        self._weights = index.weights
        self._namespaces = namespaces
        self._everyone = index.inventory.present & ~index.inventory.nodes
        self._shifting = sorted({name for names in namespaces.shifting.values() for name in names})

    def members(self, ends: EndSet) -> Members:
        return self._members(ends, self._in(ends))

    def members_with(self, ends: EndSet, ports: StatedPorts) -> Members:
        """Those that have the ports."""
        return self._members(ends, self._in(ends) & self._having(ports))

    def _members(self, ends: EndSet, found: int) -> Members:
        return Members(
            workloads=found.bit_count(),
            pods=self._weights.total(found),
            in_every_namespace=self._in_every_namespace(ends, found),
        )

    def _in(self, ends: EndSet) -> int:
        """The workloads that certainly are among ``ends``."""
        if isinstance(ends, AddressSet):
            return 0
        if isinstance(ends, Anything):
            return self._everyone
        found = self._everyone & self._named(ends.namespaces) & self._within(ends.namespace_labels)
        for key, values in ends.labels.items():
            if not found:
                break
            found &= self._labelled(key, values)
        return found

    def _named(self, names: Values) -> int:
        """The workloads of the namespaces ``names``."""
        listed = union(self._inventory.of_namespace(name) for name in filter(None, names.listed))
        return ~listed if names.inverted else listed

    def _within(self, labels: Mapping[str, Values]) -> int:
        """The workloads of the namespaces that have ``labels``."""
        if not labels:
            return self._everyone
        found = self._everyone
        for key, values in labels.items():
            found &= union(map(self._inventory.in_namespaces, _alternatives(key, values)))
        for name in self._shifting:
            members = self._inventory.of_namespace(name)
            fixed = self._namespaces.fixed(name)
            there = all(fixed.get(key) in values for key, values in labels.items())
            found = found | members & self._everyone if there else found & ~members
        return found

    def _labelled(self, key: str, values: Values) -> int:
        """The workloads that certainly have one of ``values`` as their label ``key``."""
        return union(self._inventory.selected(each).certain for each in _alternatives(key, values))

    def _having(self, ports: StatedPorts) -> int:
        """The workloads on which some port of ``ports`` is called as these want it."""
        wanted, unwanted = ports.named, ports.unnamed
        if not wanted:
            return ~self._calling_all(ports.numbers, unwanted) if unwanted else -1
        found = 0
        for number, calling in self._inventory.named(wanted[0]).items():
            if (wanted[0].protocol, number) in ports.numbers:
                others = union(self._called(name, number) for name in unwanted)
                found |= reduce(
                    and_, (self._called(name, number) for name in wanted[1:]), calling & ~others
                )
        return found

    def _called(self, name: PortName, number: int) -> int:
        return self._inventory.named(name).get(number, 0)

    def _calling_all(self, numbers: PortSet, names: Sequence[PortName]) -> int:
        """The workloads that give one of ``names`` to each of ``numbers``."""
        calling: dict[tuple[Protocol, int], int] = {}
        for name in names:
            for number, bits in self._inventory.named(name).items():
                place = name.protocol, number
                calling[place] = calling.get(place, 0) | bits
        found = self._everyone
        for place in _some(numbers, len(calling) + 1):
            found &= calling.get(place, 0)
        return found

    def _in_every_namespace(self, ends: EndSet, members: int) -> bool:
        """Whether ``ends`` are pods of namespaces that each have one of ``members``, or none."""
        if not isinstance(ends, PodSet):
            return isinstance(ends, AddressSet)
        return not ends.namespaces.inverted and all(
            self._inventory.of_namespace(name) & members
            for name in filter(None, ends.namespaces.listed)
        )


def _alternatives(key: str, values: Values) -> Iterator[LabelSelector]:
    """Disjoint selectors that together admit the objects with one of ``values`` as ``key``."""
    present = tuple(sorted(value for value in values.listed if value is not None))
    if values.inverted:
        shut_out = [Requirement(key, Operator.NOT_IN, present)] if present else []
        there = [Requirement(key, Operator.EXISTS)] if None in values.listed else []
        yield LabelSelector.of(*shut_out, *there)
        return
    if present:
        yield LabelSelector.of(Requirement(key, Operator.IN, present))
    if None in values.listed:
        yield LabelSelector.of(Requirement(key, Operator.DOES_NOT_EXIST))


def _some(numbers: PortSet, most: int) -> Iterator[tuple[Protocol, int]]:
    """The first ``most`` of ``numbers``."""
    for protocol, spans in numbers.by_protocol():
        for first, last in spans:
            for number in range(first, min(last, first + most) + 1):
                if most <= 0:
                    return
                most -= 1
                yield protocol, number
