"""The ports that a rule names: by number, or by a name that its destination resolves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgewarden.reachability.model import PolicyPort, Workload
from edgewarden.reachability.ports import (
    ALL_PORTS,
    FIRST_PORT,
    LAST_PORT,
    NO_PORTS,
    PortSet,
    Protocol,
)


@dataclass(frozen=True, slots=True, order=True)
class PortName:
    """A named port as a rule writes it; names of different protocols are different names."""

    protocol: Protocol
    name: str

    def __str__(self) -> str:
        return f"{self.protocol} {self.name}"


@dataclass(frozen=True, slots=True)
class RulePorts:
    """The numbers that port items say, and the names that they leave to resolve."""

    numbers: PortSet = NO_PORTS
    names: frozenset[PortName] = frozenset()

    @classmethod
    def of(cls, items: Iterable[PolicyPort]) -> "RulePorts":
        """Without items every port of every protocol; without ``port`` every one of its own."""
        return cls.union(map(_single, items)) or EVERY_RULE_PORT

    @classmethod
    def union(cls, several: Iterable["RulePorts"]) -> "RulePorts":
        """What any of ``several`` says, put together once and not one after the other."""
        every = list(several)
        names = frozenset(name for each in every for name in each.names)
        return cls(PortSet.union(each.numbers for each in every), names)

    def __bool__(self) -> bool:
        return bool(self.numbers or self.names)

    def __or__(self, other: "RulePorts") -> "RulePorts":
        return RulePorts(self.numbers | other.numbers, self.names | other.names)

    def without(self, other: "RulePorts") -> "RulePorts":
        """What remains beyond ``other``; a name is nothing new where its protocol is all there."""
        names = (n for n in self.names - other.names if whole(n.protocol) - other.numbers)
        return RulePorts(self.numbers - other.numbers, frozenset(names))

    def __str__(self) -> str:
        names = ", ".join(map(str, sorted(self.names)))
        return "; ".join(
            part for part in (str(self.numbers) if self.numbers else "", names) if part
        )


def resolve(name: PortName, destination: Workload) -> PortSet:
    """The ports of that name and protocol on the destination's pods; none is no port."""
    return named_ports(destination).get(name, NO_PORTS)


def named_ports(destination: Workload) -> Mapping[PortName, PortSet]:
    """All ports of the destination's pods that have a name, by their names."""
    found: dict[PortName, list[PortSet]] = {}
    for port in destination.ports:
        number = PortSet.of(port.protocol, port.number)
        found.setdefault(PortName(port.protocol, port.name), []).append(number)
    return {name: PortSet.union(numbers) for name, numbers in found.items()}


def _single(item: PolicyPort) -> RulePorts:
    if isinstance(item.port, str):
        return RulePorts(names=frozenset((PortName(item.protocol, item.port),)))
    if item.port is None:
        return RulePorts(whole(item.protocol))
    return RulePorts(PortSet.of(item.protocol, item.port, item.end_port))


def whole(protocol: Protocol) -> PortSet:
    """Every port of a protocol."""
    return PortSet.of(protocol, FIRST_PORT, LAST_PORT)


EVERY_RULE_PORT = RulePorts(ALL_PORTS)
