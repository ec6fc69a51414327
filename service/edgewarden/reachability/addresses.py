"""Addresses outside the cluster, cut where some ``ipBlock`` tells them apart."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeAlias

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import IPBlock, Network

Address: TypeAlias = IPv4Address | IPv6Address

EVERY_NETWORK: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))

PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Where pods and nodes get their addresses from if nobody says otherwise (RFC 1918, 6598, 4193)."""


def covers(block: IPBlock, address: Address) -> bool:
    """Whether ``address`` is in ``cidr`` and in none of ``excepts``; families never mix."""
    return address in block.cidr and not any(address in hole for hole in block.excepts)


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


def adjacent(left: AddressEnd, right: AddressEnd) -> bool:
    """Whether ``right`` begins just after the end of ``left``, in the same family."""
    return left.first.version == right.first.version and int(left.last) + 1 == int(right.first)
