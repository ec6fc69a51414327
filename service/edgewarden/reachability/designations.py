"""How people name the ends and the port of a connection.

====================================  ==========================================================
``shop/web``, ``shop/web[Job]``       a workload, with its kind where the name alone is ambiguous
``shop/app=web,tier=front``           pods of namespace shop with these labels
``shop/*``                            every pod of namespace shop
``192.0.2.7``, ``2001:db8::/32``      addresses outside the cluster
``internet``                          every address that is neither private nor the cluster's own
``5432``, ``53/udp``, ``udp/53``      a port by its number; the protocol is TCP unless given
``http``, ``dns/udp``                 a port by the name that the destination gives it
====================================  ==========================================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TypeAlias

from edgewarden.reachability.model import Network
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, Protocol
from edgewarden.reachability.rule_ports import PortName

INTERNET = "internet"
_WORKLOAD = re.compile(r"(?P<name>[^\[\]=,*\s]+)(?:\[(?P<kind>\w+)\])?")
_END_FORMS = (
    "write namespace/name for a workload, namespace/key=value for pods by their labels, or an IP"
    " address; where several ends can be meant, namespace/*, a network or internet as well"
)
_PORT_FORMS = "write a number such as 5432, a number and protocol such as 53/udp, or a port's name"


class DesignationError(ValueError):
    """What was written names no end, or no port; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class NamedWorkload:
    """A workload by its name; without ``kind`` the name has to be enough."""

    namespace: str
    name: str
    kind: str | None = None

    def __str__(self) -> str:
        kind = f"[{self.kind}]" if self.kind else ""
        return f"{self.namespace}/{self.name}{kind}"


@dataclass(frozen=True, slots=True)
class LabelledPods:
    """Pods of a namespace by labels that they carry."""

    namespace: str
    labels: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        labels = ",".join(f"{key}={value}" for key, value in sorted(self.labels.items()))
        return f"{self.namespace}/{labels}"


@dataclass(frozen=True, slots=True)
class NamespacePods:
    """Every pod of a namespace."""

    namespace: str

    def __str__(self) -> str:
        return f"{self.namespace}/*"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a network outside the cluster; one address is a network of one."""

    network: Network

    def __str__(self) -> str:
        single = self.network.num_addresses == 1
        return str(self.network.network_address if single else self.network)


@dataclass(frozen=True, slots=True)
class Internet:
    """Every address that is neither private nor the cluster's own."""

    def __str__(self) -> str:
        return INTERNET


EndDesignation: TypeAlias = NamedWorkload | LabelledPods | NamespacePods | Addresses | Internet


@dataclass(frozen=True, slots=True)
class NumberedPort:
    protocol: Protocol
    number: int

    def __str__(self) -> str:
        return f"{self.protocol} {self.number}"


PortDesignation: TypeAlias = NumberedPort | PortName


def parse_end(text: str) -> EndDesignation:
    """Raises ``DesignationError``."""
    if text == INTERNET:
        return Internet()
    network = _network(text)
    if network is not None:
        return Addresses(network)
    namespace, slash, pods = text.partition("/")
    if not slash or not namespace or not pods:
        raise DesignationError(f"{text!r} names no end of a connection: {_END_FORMS}")
    if pods == "*":
        return NamespacePods(namespace)
    if "=" in pods:
        return LabelledPods(namespace, _labels(text, pods))
    workload = _WORKLOAD.fullmatch(pods)
    if workload is None:
        raise DesignationError(f"{text!r} names no workload: write namespace/name[Kind]")
    return NamedWorkload(namespace, workload["name"], workload["kind"])


def parse_port(text: str) -> PortDesignation:
    """Raises ``DesignationError``."""
    first, slash, second = text.partition("/")
    protocols = {each.value.lower(): each for each in Protocol}
    port, protocol = first, protocols.get(second.lower()) if slash else Protocol.TCP
    if protocol is None:
        port, protocol = second, protocols.get(first.lower())
    if protocol is None or not port:
        raise DesignationError(f"{text!r} names no port: {_PORT_FORMS}")
    if not port.isascii() or not port.isdecimal():
        return PortName(protocol, port)
    number = int(port) if len(port) <= len(str(LAST_PORT)) else 0
    if not FIRST_PORT <= number <= LAST_PORT:
        raise DesignationError(
            f"{text!r} is no port: write a number from {FIRST_PORT} to {LAST_PORT}"
        )
    return NumberedPort(protocol, number)


def _network(text: str) -> Network | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    if "%" in text:
        raise DesignationError(
            f"{text!r} has a zone, which no policy knows: write the address alone"
        )
    return network


def _labels(text: str, written: str) -> Mapping[str, str]:
    labels: dict[str, str] = {}
    for item in written.split(","):
        key, equals, value = item.partition("=")
        if not key or not equals:
            raise DesignationError(
                f"{text!r} is no list of labels: write namespace/key=value,key=value"
            )
        if labels.setdefault(key, value) != value:
            raise DesignationError(f"{text!r} gives {key} two values: write each label once")
    return labels
