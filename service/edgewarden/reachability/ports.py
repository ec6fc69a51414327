"""Sets of ports over the protocols that a NetworkPolicy can name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.intervals import Intervals, common, merged, without

FIRST_PORT = 1
LAST_PORT = 65535


class Protocol(StrEnum):
    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


@dataclass(frozen=True, slots=True)
class PortSet:
    """A set of (protocol, port) points, canonical: equal sets are equal values.

    ``intervals`` holds for each protocol, in the order of ``Protocol``, sorted intervals that
    neither overlap nor touch.
    """

    intervals: tuple[Intervals, Intervals, Intervals] = (
        (),
        (),
        (),
    )

    @classmethod
    def of(cls, protocol: Protocol, first: int, last: int | None = None) -> "PortSet":
        """The ports ``first`` to ``last`` of one protocol; a single port without ``last``."""
        span = ((first, first if last is None else last),)
        tcp, udp, sctp = (span if each is protocol else () for each in Protocol)
        return cls((tcp, udp, sctp))

    @classmethod
    def from_mapping(cls, ports: Mapping[str, Iterable[Iterable[int]]]) -> "PortSet":
        """The inverse of ``as_mapping``; the intervals may come in any order and overlap."""
        tcp, udp, sctp = (
            merged((first, last) for first, last in ports.get(each.value, ())) for each in Protocol
        )
        return cls((tcp, udp, sctp))

    @classmethod
    def union(cls, sets: Iterable["PortSet"]) -> "PortSet":
        """The ports of any of ``sets``, put together once and not one after the other."""
        every = list(sets)
        tcp, udp, sctp = (
            merged(span for each in every for span in each.intervals[place])
            for place in range(len(Protocol))
        )
        return cls((tcp, udp, sctp))

    def as_mapping(self) -> dict[str, list[list[int]]]:
        """``{"TCP": [[80, 80]], ...}``, protocols without ports left out."""
        return {
            protocol.value: [[first, last] for first, last in spans]
            for protocol, spans in self.by_protocol()
        }

    def by_protocol(self) -> Iterator[tuple[Protocol, Intervals]]:
        """The protocols that have ports, with their intervals."""
        return ((p, spans) for p, spans in zip(Protocol, self.intervals, strict=True) if spans)

    def __bool__(self) -> bool:
        return any(self.intervals)

    def __or__(self, other: "PortSet") -> "PortSet":
        if not other or self == other:
            return self
        if not self:
            return other
        tcp, udp, sctp = (
            merged((*a, *b)) for a, b in zip(self.intervals, other.intervals, strict=True)
        )
        return PortSet((tcp, udp, sctp))

    def __and__(self, other: "PortSet") -> "PortSet":
        if not self or self == other:
            return self
        tcp, udp, sctp = (
            common(a, b) for a, b in zip(self.intervals, other.intervals, strict=True)
        )
        return PortSet((tcp, udp, sctp))

    def __sub__(self, other: "PortSet") -> "PortSet":
        if not self or not other:
            return self
        if self == other:
            return NO_PORTS
        tcp, udp, sctp = (
            without(a, b) for a, b in zip(self.intervals, other.intervals, strict=True)
        )
        return PortSet((tcp, udp, sctp))

    def __contains__(self, point: tuple[Protocol, int]) -> bool:
        protocol, port = point
        spans = self.intervals[list(Protocol).index(protocol)]
        return any(first <= port <= last for first, last in spans)

    def __str__(self) -> str:
        """As people write it: ``TCP 80, 8000-8100; UDP 53``, ``every port``, ``no port``.

        What is nearly everything is said by what it leaves out: ``every port except TCP 22``.
        """
        if self == ALL_PORTS:
            return "every port"
        direct = _protocols_text(self)
        inverse = f"every port except {_protocols_text(ALL_PORTS - self)}"
        return inverse if self and len(inverse) < len(direct) else direct


def _protocols_text(ports: PortSet) -> str:
    return "; ".join(map(_protocol_text, ports.by_protocol())) or "no port"


def _protocol_text(ports: tuple[Protocol, Intervals]) -> str:
    protocol, spans = ports
    if spans == ((FIRST_PORT, LAST_PORT),):
        return f"every {protocol} port"
    texts = (str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return f"{protocol} {', '.join(texts)}"


_EVERY = ((FIRST_PORT, LAST_PORT),)
NO_PORTS = PortSet()
ALL_PORTS = PortSet((_EVERY, _EVERY, _EVERY))
