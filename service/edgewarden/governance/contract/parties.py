"""Parties as people write them, in the words of ``edgewarden connectivity`` and ``explain``.

Beside those, ``*`` stands for every namespace (``*/*``, ``*/app=web``), ``outside`` for every
address outside the cluster, and addresses may be ``10.0.0.0/8 except 10.1.0.0/16`` or
``192.0.2.7-192.0.2.19``.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from edgewarden.governance.contract.contract import Party
from edgewarden.governance.exceptions import PodScope
from edgewarden.reachability.addresses import EVERY_NETWORK, disjoint
from edgewarden.reachability.designations import (
    Addresses,
    DesignationError,
    Internet,
    LabelledPods,
    NamedWorkload,
    NamespacePods,
    NumberedPort,
    parse_end,
    parse_port,
)
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector, Operator
from edgewarden.reachability.model import Network
from edgewarden.reachability.ports import ALL_PORTS, PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.axes import address_ranges, range_addresses

OUTSIDE = "outside"
EVERYWHERE = "*"
_EVERY_POD = LabelSelector()


def party_of(texts: Iterable[str]) -> Party:
    """All that is named. Raises ``DesignationError`` for what names nothing."""
    return joined(map(_party, texts))


def selected(scope: PodScope) -> Party:
    """Pods by two selectors."""
    pods = "all pods" if scope.pods.selects_everything else f"pods {scope.pods}"
    return Party(f"{pods} in {_area(scope.namespaces)}", pods=(scope,))


def _area(namespaces: LabelSelector) -> str:
    if namespaces.selects_everything:
        return "any namespace"
    texts = (
        ", ".join(each.values)
        if each.key == NAMESPACE_NAME_LABEL and each.operator is Operator.IN
        else str(each)
        for each in namespaces.requirements
    )
    return f"namespaces {' with '.join(texts)}"


def joined(parties: Iterable[Party]) -> Party:
    every = list(parties)
    return Party(
        ", ".join(each.text for each in every),
        tuple(scope for each in every for scope in each.pods),
        tuple(workload for each in every for workload in each.workloads),
        disjoint(range_ for each in every for range_ in each.addresses),
        any(each.internet for each in every),
    )


def _party(text: str) -> Party:
    if text == OUTSIDE:
        return Party(text, addresses=EVERY_ADDRESS)
    if addresses := _addresses(text):
        return Party(text, addresses=addresses)
    match parse_end(text):
        case NamedWorkload(namespace=namespace) if namespace == EVERYWHERE:
            raise DesignationError(
                f"{text!r} names a workload of no namespace: write its namespace, or labels, as in"
                " */app=web"
            )
        case NamedWorkload() as workload:
            return Party(text, workloads=(workload,))
        case NamespacePods(namespace):
            return Party(text, pods=(PodScope(_named(namespace), _EVERY_POD),))
        case LabelledPods(namespace, labels):
            scope = PodScope(_named(namespace), LabelSelector.matching(labels))
            return Party(text, pods=(scope,))
        case Addresses(network):
            return Party(text, addresses=(_range(network),))
        case Internet():
            return Party(text, internet=True)


def _range(network: Network) -> AddressEnd:
    return AddressEnd(network.network_address, network.broadcast_address)


EVERY_ADDRESS = tuple(map(_range, EVERY_NETWORK))


def _addresses(text: str) -> tuple[AddressEnd, ...]:
    """``10.0.0.0/8 except 10.1.0.0/16 and 10.2.0.0/16``, or ``192.0.2.7-192.0.2.19``; nothing where
    this is neither."""
    whole, excepted, holes = text.partition(" except ")
    if not excepted and "-" not in text:
        return ()
    try:
        inside = range_addresses([_addresses_from_to(whole.strip())])
        if excepted:
            texts = re.split(r",\s*|\s+and\s+", holes.strip())
            inside = inside - range_addresses(map(_addresses_from_to, texts))
    except ValueError:
        return ()
    return address_ranges(inside)


def _addresses_from_to(text: str) -> AddressEnd:
    """A network, or the first and the last address. Raises ``ValueError``."""
    first, dash, last = text.partition("-")
    if not dash:
        return _range(ip_network(text))
    ends = ip_address(first), ip_address(last)
    if ends[0].version != ends[1].version or int(ends[0]) > int(ends[1]):
        raise ValueError(f"{text} is no range of addresses")
    return AddressEnd(*ends)


def _named(namespace: str) -> LabelSelector:
    if namespace == EVERYWHERE:
        return _EVERY_POD
    return LabelSelector.matching({NAMESPACE_NAME_LABEL: namespace})


def ports_of(texts: Iterable[str]) -> tuple[PortSet, tuple[PortName, ...]]:
    """By number and by name: ``5432``, ``53/udp``, ``8000-8100``, ``http``.

    Without any every port of every protocol. Raises ``DesignationError``.
    """
    numbers, names = [], []
    for text in texts:
        match _port(text):
            case PortName() as name:
                names.append(name)
            case ports:
                numbers.append(ports)
    if not (numbers or names):
        return ALL_PORTS, ()
    return PortSet.union(numbers), tuple(sorted(set(names)))


def _port(text: str) -> PortSet | PortName:
    numbers, slash, protocol = text.partition("/")
    first, dash, last = numbers.partition("-")
    if dash and first.isdecimal() and last.isdecimal():
        low, high = (parse_port(f"{number}{slash}{protocol}") for number in (first, last))
        if isinstance(low, NumberedPort) and isinstance(high, NumberedPort):
            if low.number > high.number:
                raise DesignationError(f"{text!r} is no range: write the smaller number first")
            return PortSet.of(low.protocol, low.number, high.number)
    port = parse_port(text)
    return PortSet.of(port.protocol, port.number) if isinstance(port, NumberedPort) else port


def port_texts(ports: PortSet) -> tuple[str, ...]:
    """The inverse of ``ports_of`` for numbers; none for every port."""
    if ports == ALL_PORTS:
        return ()
    return tuple(
        _range_text(protocol, first, last)
        for protocol, spans in ports.by_protocol()
        for first, last in spans
    )


def _range_text(protocol: Protocol, first: int, last: int) -> str:
    numbers = str(first) if first == last else f"{first}-{last}"
    return numbers if protocol is Protocol.TCP else f"{numbers}/{protocol.value.lower()}"
