"""Blocks that hold addresses of the cluster itself: of its pods, its Services or its nodes.

Which pods a block admits hangs on the network plugin, an address of a Service is replaced by that
of a pod before most plugins look at it, and the addresses of nodes are those of whatever runs with
``hostNetwork`` and of what comes from outside by way of a node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.phrases import peer_phrase
from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.addresses import PRIVATE_NETWORKS
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, IPBlock, Network
from edgewarden.reachability.whereabouts import could_cover
from edgewarden.reachability.wording import listed

_WIDE = {4: 16, 6: 64}
"""The longest prefix, by family, of a private block that is likely to hold a whole cluster."""
_ONE_OF_FEW = {4: 28, 6: 124}
"""The shortest prefix of a block that stands for one host, or for few."""


class Own(StrEnum):
    """Whose addresses they are."""

    PODS = "pods"
    SERVICES = "services"
    NODES = "nodes"


def own_ranges(profile: ClusterProfile) -> dict[Own, tuple[Network, ...]]:
    """Those that are known."""
    return {
        Own.PODS: profile.pod_ranges,
        Own.SERVICES: profile.service_ranges,
        Own.NODES: profile.node_ranges,
    }


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """A block with addresses of the cluster: ``ranges`` are those of the cluster that it meets.

    Where it is not ``certain``, the ranges of ``whose`` are not known, and the block may hold them.
    """

    written: WrittenRule
    block: IPBlock
    whose: tuple[Own, ...]
    ranges: tuple[Network, ...]
    certain: bool

    @property
    def key(self) -> str:
        policy = self.written.policy
        return f"{policy.namespace} {policy.pods} {self.written.direction} {self.block_text}"

    @property
    def block_text(self) -> str:
        return peer_phrase(self.block, self.written.policy.namespace)

    @property
    def location(self) -> Location:
        return self.block.location

    def __str__(self) -> str:
        """As in ``pods and nodes (10.244.0.0/16, 192.168.0.0/24)``."""
        whose = listed([each.value for each in self.whose])
        return f"{whose} ({', '.join(map(str, self.ranges))})" if self.ranges else whose


def own_addresses(written: WrittenRule, profile: ClusterProfile) -> Iterator[OwnAddresses]:
    """One for each block that is not a single host; see ``host_identities`` for those.

    Where no range is known only a wide private block is suspected.
    """
    known = own_ranges(profile)
    for block in written.rule.peers:
        if not isinstance(block, IPBlock) or is_host(block):
            continue
        met = {
            own: tuple(each for each in ranges if could_cover(block, (each,)))
            for own, ranges in known.items()
        }
        whose = tuple(own for own, ranges in met.items() if ranges)
        if whose:
            ranges = tuple(dict.fromkeys(each for own in whose for each in met[own]))
            yield OwnAddresses(written, block, whose, ranges, certain=True)
        elif _is_wide(block) and not any(known.values()):
            yield OwnAddresses(written, block, tuple(known), (), certain=False)


def is_host(block: IPBlock) -> bool:
    """Whether it stands for one host, or for a handful."""
    return block.cidr.prefixlen >= _ONE_OF_FEW[block.cidr.version]


def is_private(network: Network) -> bool:
    """Whether all of it is, as the addresses of most clusters are."""
    return any(
        network.version == each.version
        and network.network_address in each
        and network.prefixlen >= each.prefixlen
        for each in PRIVATE_NETWORKS
    )


def _is_wide(block: IPBlock) -> bool:
    return is_private(block.cidr) and block.cidr.prefixlen <= _WIDE[block.cidr.version]
