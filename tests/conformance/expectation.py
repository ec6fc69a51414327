"""What a case expects, in the words in which it is written.

``shop/web -> shop/db: TCP 80, 8000-8010; UDP 53`` says which ports a source reaches. Either side
is a list of ends: a workload (``shop/web``, or ``shop/web[Job]`` where a name is taken twice), all
of a namespace (``shop/*``), ``pods``, an address or range outside the cluster, ``outside`` (all of
those) or ``any``. Of the lines that speak of a pair the last one counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from ipaddress import IPv4Address, IPv6Address, ip_network
from operator import or_

from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.model import Network, Workload
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet, Protocol

Address = IPv4Address | IPv6Address
Place = Workload | Address
"""One end of a connection that a case is asked about."""


def is_at(end: End, place: Place) -> bool:
    """Whether what was said of ``end`` is said of ``place``."""
    if isinstance(end, WorkloadEnd):
        return isinstance(place, Workload) and place.identity == (
            end.namespace,
            end.name,
            end.kind,
        )
    return isinstance(place, type(end.first)) and int(end.first) <= int(place) <= int(end.last)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an expectation."""

    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    ports: PortSet

    def speaks_of(self, src: Place, dst: Place) -> bool:
        return any(_names(text, src) for text in self.sources) and any(
            _names(text, dst) for text in self.destinations
        )


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that are expected between any two places; ``otherwise`` where no line speaks."""

    lines: tuple[Line, ...]
    otherwise: PortSet

    @classmethod
    def of(cls, written: Mapping[str, str], otherwise: PortSet) -> "Ports":
        lines = []
        for pair, ports in written.items():
            source, arrow, destination = pair.partition(" -> ")
            if not arrow:
                raise ValueError(f"{pair!r} is no pair: write `source -> destination`")
            lines.append(Line(_ends(source), _ends(destination), ports_of(ports)))
        return cls(tuple(lines), otherwise)

    def between(self, src: Place, dst: Place) -> PortSet:
        said = [line.ports for line in self.lines if line.speaks_of(src, dst)]
        return said[-1] if said else self.otherwise

    def unmatched(self, pairs: Iterable[tuple[Place, Place]]) -> list[Line]:
        """Lines that speak of none of ``pairs``, and so would hold whatever the answer."""
        known = list(pairs)
        return [each for each in self.lines if not any(each.speaks_of(*pair) for pair in known)]

    def networks(self) -> list[Network]:
        """The ranges that the lines tell apart."""
        texts = (text for line in self.lines for text in (*line.sources, *line.destinations))
        return [network for network in map(_network, texts) if network is not None]


def ports_of(text: str) -> PortSet:
    """``every port``, ``no port``, ``every UDP port``, ``TCP 80, 90-95; UDP 53``, and
    ``every port but ...``."""
    every, but, rest = text.partition(" but ")
    if but:
        return ports_of(every) - ports_of(rest)
    if text == "every port":
        return ALL_PORTS
    if text == "no port":
        return NO_PORTS
    return reduce(or_, map(_of_protocol, text.split("; ")))


def _of_protocol(text: str) -> PortSet:
    if text.startswith("every "):
        return PortSet.of(Protocol(text.split()[1]), 1, 65535)
    protocol, _, numbers = text.partition(" ")
    found = NO_PORTS
    for part in numbers.split(", "):
        first, _, last = part.partition("-")
        found |= PortSet.of(Protocol(protocol), int(first), int(last or first))
    return found


def _ends(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _names(text: str, place: Place) -> bool:
    if text == "any":
        return True
    if isinstance(place, Workload):
        name = f"{place.namespace}/{place.name}"
        return text in ("pods", f"{place.namespace}/*", name, f"{name}[{place.kind}]")
    network = _network(text)
    return text == "outside" or (network is not None and place in network)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None
