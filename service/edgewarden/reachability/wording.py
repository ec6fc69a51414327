"""How sentences begin, and how lists and ranges of addresses read."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    summarize_address_range,
)

from edgewarden.reachability.addresses import internet
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.intervals import Interval, Intervals, merged
from edgewarden.reachability.model import ClusterProfile

_MOST_LEFT_OUT = 6
"""More blocks than these are not listed behind "except"."""
_MOST_BLOCKS = 8
"""A range that takes more blocks than these is written by its first and last address."""

_Network = IPv4Network | IPv6Network


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capitalised(text: str) -> str:
    """Only the first letter: names further on stay as they are written."""
    return f"{text[:1].upper()}{text[1:]}"


def address_texts(ends: Iterable[AddressEnd]) -> tuple[str, ...]:
    """Ranges of addresses outside the cluster as people write them, adjacent ones joined.

    ``any address outside the cluster``; ``10.0.0.0/8 except 10.1.0.0/16`` and ``192.0.2.7``;
    ``any IPv4 address outside the cluster except 10.0.0.0/8``; ``the internet``. IPv4 comes
    before IPv6.
    """
    spans = _by_family(ends)
    if all(spans[version] == ((0, _last(version)),) for version in spans):
        return ("any address outside the cluster",)
    if spans == _INTERNET:
        return ("the internet",)
    texts: list[str] = []
    for version, found in spans.items():
        if found and found == _INTERNET[version]:
            texts.append(f"the IPv{version} internet")
        else:
            texts += _family_texts(version, found, f"any IPv{version} address outside the cluster")
    return tuple(texts)


def block_texts(ends: Iterable[AddressEnd]) -> tuple[str, ...]:
    """The same as blocks alone: ``192.0.2.7``, ``0.0.0.0/0 except 10.0.0.0/8 and 172.16.0.0/12``,
    or the first and the last address where many blocks would be needed."""
    every = {4: "0.0.0.0/0", 6: "::/0"}
    return tuple(
        text
        for version, found in _by_family(ends).items()
        for text in _family_texts(version, found, every[version])
    )


def pod_address_texts(ends: Iterable[AddressEnd]) -> tuple[str, ...]:
    """The same of addresses that pods have: ``an IPv4 address``, ``10.0.0.0/8``."""
    return tuple(
        text
        for version, found in _by_family(ends).items()
        for text in _family_texts(version, found, f"an IPv{version} address")
    )


def _by_family(ends: Iterable[AddressEnd]) -> Mapping[int, Intervals]:
    spans: dict[int, list[Interval]] = {4: [], 6: []}
    for end in ends:
        spans[end.first.version].append((int(end.first), int(end.last)))
    return {version: merged(found) for version, found in spans.items()}


def _family_texts(version: int, spans: Sequence[Interval], everything: str) -> list[str]:
    """Blocks, or the smallest one around all without the gaps, where that is shorter."""
    if not spans:
        return []
    texts = _span_texts(version, spans)
    around = _around(spans)
    (block,) = _span_texts(version, [around])
    if around == (0, _last(version)):
        block = everything
    left_out = _span_texts(version, _gaps(spans, around))
    if not left_out:
        return [block]
    if len(left_out) < len(texts) and len(left_out) <= _MOST_LEFT_OUT:
        return [f"{block} except {listed(left_out)}"]
    return texts


def _around(spans: Sequence[Interval]) -> Interval:
    """The smallest block that holds all of them."""
    first, last = spans[0][0], spans[-1][1]
    size = 1 << (first ^ last).bit_length()
    start = first - first % size
    return start, start + size - 1


def _span_texts(version: int, spans: Iterable[Interval]) -> list[str]:
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


def _gaps(spans: Sequence[Interval], within: Interval) -> list[Interval]:
    """What of ``within`` is in none of ``spans``, which lie in it."""
    edges = [within[0] - 1, *(edge for span in spans for edge in span), within[1] + 1]
    gaps = ((last + 1, first - 1) for last, first in zip(edges[::2], edges[1::2], strict=True))
    return [(first, last) for first, last in gaps if first <= last]


def _blocks(version: int, span: Interval) -> list[_Network]:
    if version == 4:
        return list(summarize_address_range(IPv4Address(span[0]), IPv4Address(span[1])))
    return list(summarize_address_range(IPv6Address(span[0]), IPv6Address(span[1])))


def _block_text(block: _Network) -> str:
    return str(block.network_address) if block.num_addresses == 1 else str(block)


_INTERNET = _by_family(internet(ClusterProfile()))
