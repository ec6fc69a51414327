"""Addresses outside the cluster, cut where some ``ipBlock`` tells them apart."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeAlias

from edgewarden.reachability.ends import AddressEnd, end_key
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, IPBlock, Network

Address: TypeAlias = IPv4Address | IPv6Address

Span: TypeAlias = tuple[int, int]
"""Addresses of one family: the first, and the one after the last."""

_NOWHERE = Location("", 1)

EVERY_NETWORK: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))

PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Where pods and nodes get their addresses from if nobody says otherwise (RFC 1918, 6598, 4193)."""

INSIDE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
            "::/3",
            "4000::/2",
            "8000::/1",
        ),
    )
)
"""What no host of the internet has: private (RFC 1918, RFC 6598), local, multicast and
reserved ranges of IPv4; of IPv6 all but the global unicast range 2000::/3 (RFC 4291). The
documentation ranges are not among them, since in examples they stand for outside hosts."""


def covers(block: IPBlock, address: Address) -> bool:
    """Whether ``address`` is in ``cidr`` and in none of ``excepts``; families never mix."""
    return address in block.cidr and not any(address in hole for hole in block.excepts)


def spans(block: IPBlock) -> Iterator[Span]:
    """The addresses of ``cidr`` that are in no except, in order."""
    start, beyond = span(block.cidr)
    for hole in sorted(map(span, block.excepts)):
        if start < hole[0]:
            yield start, hole[0]
        start = max(start, hole[1])
    if start < beyond:
        yield start, beyond


def span(network: Network) -> Span:
    """The addresses of a network."""
    return int(network.network_address), int(network.broadcast_address) + 1


def atoms(blocks: Iterable[IPBlock], within: Iterable[Network]) -> tuple[AddressEnd, ...]:
    """Cut the networks ``within`` so that every block covers each piece wholly or not at all.

    ``within`` are disjoint; the pieces are disjoint, sorted by family and address, and together
    exactly the networks.
    """
    cuts: set[tuple[int, int]] = set()
    for block in blocks:
        for network in (block.cidr, *block.excepts):
            cuts.add((network.version, int(network.network_address)))
            cuts.add((network.version, int(network.broadcast_address) + 1))
    ordered = sorted(within, key=lambda network: (network.version, int(network.network_address)))
    return tuple(piece for network in ordered for piece in _pieces(network, cuts))


def _pieces(network: Network, cuts: set[tuple[int, int]]) -> Iterator[AddressEnd]:
    first, last = int(network.network_address), int(network.broadcast_address)
    inside = (cut for version, cut in cuts if version == network.version and first < cut <= last)
    starts = [first, *sorted(inside)]
    ends = [*(start - 1 for start in starts[1:]), last]
    address = type(network.network_address)
    return (AddressEnd(address(a), address(b)) for a, b in zip(starts, ends, strict=True))


def inside(profile: ClusterProfile) -> tuple[Network, ...]:
    """What is not the internet: ``INSIDE``, and the pods, services and nodes of the cluster."""
    return (*INSIDE, *profile.pod_ranges, *profile.service_ranges, *profile.node_ranges)


def internet(profile: ClusterProfile) -> tuple[AddressEnd, ...]:
    """The ranges of the internet, sorted and disjoint."""
    taken = tuple(IPBlock(network, (), _NOWHERE) for network in inside(profile))
    pieces = atoms(taken, EVERY_NETWORK)
    return tuple(p for p in pieces if not any(covers(block, p.first) for block in taken))


def disjoint(ranges: Iterable[AddressEnd]) -> tuple[AddressEnd, ...]:
    """The same addresses, each once, sorted."""
    found: list[AddressEnd] = []
    for each in sorted(ranges, key=end_key):
        last = found[-1] if found and found[-1].first.version == each.first.version else None
        if last is None or int(each.first) > int(last.last):
            found.append(each)
        elif int(each.last) > int(last.last):
            found[-1] = AddressEnd(last.first, each.last)
    return tuple(found)


def adjacent(left: AddressEnd, right: AddressEnd) -> bool:
    """Whether ``right`` begins just after the end of ``left``, in the same family."""
    return left.first.version == right.first.version and int(left.last) + 1 == int(right.first)


def overlap(left: AddressEnd, right: AddressEnd) -> bool:
    """Whether the two have an address in common."""
    return (
        left.first.version == right.first.version
        and int(left.first) <= int(right.last)
        and int(right.first) <= int(left.last)
    )
