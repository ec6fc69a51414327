"""Where the addresses of pods and nodes can be, and which blocks these can lie in together."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from edgewarden.reachability.addresses import (
    EVERY_NETWORK,
    PRIVATE_NETWORKS,
    atoms,
    covers,
    span,
    spans,
)
from edgewarden.reachability.model import ClusterProfile, IPBlock, Network


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where addresses can be: one in each family of ``networks``, or in one of them alone."""

    networks: tuple[Network, ...]
    one_family: bool


def pod_whereabouts(profile: ClusterProfile) -> Whereabouts:
    """In the known pod ranges; if there are none, privately, and perhaps in one family only."""
    return Whereabouts(possible_networks(profile), one_family=not profile.pod_ranges)


def node_whereabouts(profile: ClusterProfile) -> Whereabouts:
    """In the known node ranges; if there are none, anywhere, and perhaps in one family only."""
    networks = _disjoint(profile.node_ranges or EVERY_NETWORK)
    return Whereabouts(networks, one_family=not profile.node_ranges)


def possible_networks(profile: ClusterProfile) -> tuple[Network, ...]:
    """Where pods can have their addresses: the known pod ranges, else any private range."""
    return _disjoint(profile.pod_ranges or PRIVATE_NETWORKS)


def could_cover(block: IPBlock, networks: Iterable[Network]) -> bool:
    """Whether anything of ``networks`` remains in ``block`` after its ``excepts``."""
    there = [span(each) for each in networks if each.version == block.cidr.version]
    return any(
        first < end and start < beyond for first, beyond in spans(block) for start, end in there
    )


@lru_cache(maxsize=32)
def blocks_together(
    blocks: tuple[IPBlock, ...], where: Whereabouts
) -> tuple[frozenset[IPBlock], ...]:
    """The sets of ``blocks`` that the addresses of one pod or node can lie in at the same time."""
    families = [
        {
            frozenset(block for block in blocks if covers(block, piece.first))
            for piece in atoms(blocks, where.networks)
            if piece.first.version == version
        }
        for version in sorted({network.version for network in where.networks})
    ]
    present = [families, *([family] for family in families if where.one_family)]
    nothing = frozenset[IPBlock]()
    return tuple({nothing.union(*choice) for some in present for choice in product(*some)})


@lru_cache(maxsize=64)
def _disjoint(networks: tuple[Network, ...]) -> tuple[Network, ...]:
    """``networks`` without those that lie in another one of them."""
    distinct = tuple(dict.fromkeys(networks))
    return tuple(
        inner
        for inner in distinct
        if not any(outer != inner and _inside(inner, outer) for outer in distinct)
    )


def _inside(inner: Network, outer: Network) -> bool:
    return (
        inner.version == outer.version
        and inner.network_address in outer
        and inner.broadcast_address in outer
    )
