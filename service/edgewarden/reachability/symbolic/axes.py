"""The dimensions of the space of connections.

A point is a connection that could exist: two ends and a port. An end is a pod (its namespace's
name, its namespace's labels, its own labels) or an address outside the cluster; a port is a
number of a protocol, and perhaps has names on the destination pod. A restriction of a pod's
dimension says that the end is a pod, one of an address that it is an address. Where ``ipBlock``
matches pods, a pod has an address as well, on an axis of its own.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Role
from edgewarden.reachability.intervals import Interval
from edgewarden.reachability.model import IPBlock, Network
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import (
    ALL_VALUES,
    Restriction,
    Spans,
    Values,
)

_KIND, _NAMESPACE, _NAMESPACE_LABEL, _POD_LABEL, _POD_ADDRESS, _ADDRESS, _PORTS, _PORT_NAME = range(
    8
)


class Axis(NamedTuple):
    """One dimension; the order of axes is the order in which differences are cut.

    ``rank`` tells the sort of dimension, ``end`` which end it belongs to (empty for ports), and
    ``key`` the label key or the port name.
    """

    rank: int
    end: str = ""
    key: str = ""

    @property
    def is_namespace_label(self) -> bool:
        return self.rank == _NAMESPACE_LABEL

    @property
    def is_pod_label(self) -> bool:
        return self.rank == _POD_LABEL

    @property
    def is_port_name(self) -> bool:
        return self.rank == _PORT_NAME

    @property
    def everything(self) -> Restriction:
        """The whole dimension."""
        if self.rank in (_ADDRESS, _POD_ADDRESS):
            return EVERY_ADDRESS
        return EVERY_PORT if self.rank == _PORTS else ALL_VALUES


def kind(end: Role) -> Axis:
    """Whether the end is a pod (``POD``) or an address (``ADDRESS``)."""
    return Axis(_KIND, end.value)


def namespace(end: Role) -> Axis:
    return Axis(_NAMESPACE, end.value)


def namespace_label(end: Role, key: str) -> Axis:
    return Axis(_NAMESPACE_LABEL, end.value, key)


def pod_label(end: Role, key: str) -> Axis:
    return Axis(_POD_LABEL, end.value, key)


def pod_address(end: Role) -> Axis:
    """The address that the pod has in the eyes of ``ipBlock``."""
    return Axis(_POD_ADDRESS, end.value)


def address(end: Role) -> Axis:
    return Axis(_ADDRESS, end.value)


def port_name(name: PortName) -> Axis:
    """Whether the destination pod calls the port so (``NAMED``) or not."""
    return Axis(_PORT_NAME, key=f"{name.protocol.value}/{name.name}")


def named(axis: Axis) -> PortName:
    """The inverse of ``port_name``."""
    protocol, _, name = axis.key.partition("/")
    return PortName(Protocol(protocol), name)


PORTS = Axis(_PORTS)

POD = Values.only("pod")
ADDRESS = ~POD
NAMED = Values.only("named")

_PROTOCOLS = tuple(Protocol)
_STRIDE = LAST_PORT + 1
_IPV6 = 1 << 32
"""Where IPv6 begins on the line on which IPv4 comes first."""
_LAST_ADDRESS = _IPV6 + (1 << 128) - 1

EVERY_ADDRESS = Spans.of(((0, _IPV6 - 1), (_IPV6 + 1, _LAST_ADDRESS + 1)))
"""Both families; a gap keeps the last address of one from touching the first of the other."""


def port_span(protocol: Protocol, first: int = FIRST_PORT, last: int = LAST_PORT) -> Interval:
    offset = _PROTOCOLS.index(protocol) * _STRIDE
    return offset + first, offset + last


EVERY_PORT = Spans.of(map(port_span, Protocol))


def port_set(ports: Spans) -> PortSet:
    found: dict[str, list[tuple[int, int]]] = {}
    for first, last in ports.spans:
        protocol = _PROTOCOLS[first // _STRIDE]
        found.setdefault(protocol.value, []).append((first % _STRIDE, last % _STRIDE))
    return PortSet.from_mapping(found)


def port_spans(ports: PortSet) -> Spans:
    """The inverse of ``port_set``."""
    return Spans.of(
        port_span(protocol, first, last)
        for protocol, spans in ports.by_protocol()
        for first, last in spans
    )


def block_addresses(block: IPBlock) -> Spans:
    """``cidr`` without ``excepts``."""
    return network_addresses((block.cidr,)) - network_addresses(block.excepts)


def network_addresses(networks: Iterable[Network]) -> Spans:
    return Spans.of(map(_network_span, networks))


def address_ranges(addresses: Spans) -> tuple[AddressEnd, ...]:
    """Sorted, IPv4 first."""
    return tuple(AddressEnd(_address(first), _address(last)) for first, last in addresses.spans)


def range_addresses(ranges: Iterable[AddressEnd]) -> Spans:
    """The inverse of ``address_ranges``."""
    return Spans.of((_number(each.first), _number(each.last)) for each in ranges)


def _number(address: IPv4Address | IPv6Address) -> int:
    return int(address) if address.version == 4 else _IPV6 + 1 + int(address)


def _network_span(network: Network) -> Interval:
    return _number(network.network_address), _number(network.broadcast_address)


def _address(number: int) -> IPv4Address | IPv6Address:
    if number < _IPV6:
        return IPv4Address(number)
    return IPv6Address(number - _IPV6 - 1)
