"""How ports, addresses, times and numbers of things read."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    summarize_address_range,
)

from edgewarden.reachability.addresses import internet
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.symbolic.statements import StatedPorts

_MOST_LEFT_OUT = 6
"""More blocks than these are not listed behind "except"."""
_MOST_BLOCKS = 8
"""A range that takes more blocks than these is written by its first and last address."""

_Network = IPv4Network | IPv6Network
_Span = tuple[int, int]


def counted(number: int, singular: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``; ``plural`` where an *s* does not make it."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def ports_text(ports: PortSet | StatedPorts) -> str:
    """Ports as they are written in a sentence: ``TCP 80, 443 and UDP 53``."""
    return str(ports).replace("; ", " and ")


def address_texts(ends: Iterable[AddressEnd]) -> tuple[str, ...]:
    """Ranges of addresses outside the cluster as people write them, adjacent ones joined.

    ``any address outside the cluster``; ``10.0.0.0/8`` and ``192.0.2.7``;
    ``any IPv4 address outside the cluster except 10.0.0.0/8``; ``the internet``. IPv4 comes
    before IPv6.
    """
    spans: dict[int, list[_Span]] = {4: [], 6: []}
    for end in ends:
        spans[end.first.version].append((int(end.first), int(end.last)))
    joined = {version: _joined(found) for version, found in spans.items()}
    if all(joined[version] == [(0, _last(version))] for version in spans):
        return ("any address outside the cluster",)
    if joined == _INTERNET:
        return ("the internet",)
    return tuple(
        text for version, found in joined.items() if found for text in _family_texts(version, found)
    )


def _family_texts(version: int, spans: list[_Span]) -> list[str]:
    if spans == _INTERNET[version]:
        return [f"the IPv{version} internet"]
    anything = f"any IPv{version} address outside the cluster"
    left_out = _span_texts(version, _gaps(spans, _last(version)))
    if not left_out:
        return [anything]
    texts = _span_texts(version, spans)
    if len(left_out) < len(texts) and len(left_out) <= _MOST_LEFT_OUT:
        return [f"{anything} except {listed(left_out)}"]
    return texts


def _span_texts(version: int, spans: Iterable[_Span]) -> list[str]:
    """Blocks, or first and last address where many blocks would be needed."""
    texts: list[str] = []
    for span in spans:
        blocks = _blocks(version, span)
        if len(blocks) > _MOST_BLOCKS:
            texts.append(f"{blocks[0].network_address}-{blocks[-1].broadcast_address}")
        else:
            texts.extend(map(_block_text, blocks))
    return texts


def _last(version: int) -> int:
    return (1 << (32 if version == 4 else 128)) - 1


def _joined(spans: Iterable[_Span]) -> list[_Span]:
    joined: list[_Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _gaps(spans: Iterable[_Span], end: int) -> list[_Span]:
    gaps: list[_Span] = []
    start = 0
    for first, last in spans:
        if start < first:
            gaps.append((start, first - 1))
        start = last + 1
    if start <= end:
        gaps.append((start, end))
    return gaps


def _blocks(version: int, span: _Span) -> list[_Network]:
    if version == 4:
        return list(summarize_address_range(IPv4Address(span[0]), IPv4Address(span[1])))
    return list(summarize_address_range(IPv6Address(span[0]), IPv6Address(span[1])))


def _block_text(block: _Network) -> str:
    return str(block.network_address) if block.num_addresses == 1 else str(block)


def time_left(until: datetime, now: datetime) -> str:
    """``6 days left``, ``less than a day left``, ``ended``."""
    left = until - now
    if left <= timedelta():
        return "ended"
    return f"{counted(left.days, 'day')} left" if left.days else "less than a day left"


def moment(time: datetime) -> str:
    """To the minute, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _internet() -> dict[int, list[_Span]]:
    spans: dict[int, list[_Span]] = {4: [], 6: []}
    for each in internet(ClusterProfile()):
        spans[each.first.version].append((int(each.first), int(each.last)))
    return {version: _joined(found) for version, found in spans.items()}


_INTERNET = _internet()
