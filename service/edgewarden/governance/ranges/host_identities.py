"""Addresses that stand for a workload: the next pod of it has another one.

Pod addresses are given anew with every pod, and rules see the pods behind a Service rather than its
address, so that a rule by such an address stops to hold, or holds for somebody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.ranges.own_addresses import Own, is_host, is_private
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, IPBlock, Network
from edgewarden.reachability.whereabouts import could_cover


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """A block for one host, or for few, that is a pod or a Service.

    ``whose`` and ``range`` are none where it only may be, since the ranges are not known.
    """

    written: WrittenRule
    block: IPBlock
    whose: Own | None
    range: Network | None

    @property
    def certain(self) -> bool:
        return self.whose is not None

    @property
    def key(self) -> str:
        policy = self.written.policy
        return f"{policy.namespace} {policy.pods} {self.written.direction} {self}"

    @property
    def location(self) -> Location:
        return self.block.location

    def __str__(self) -> str:
        return str(self.block.cidr)


def host_identities(written: WrittenRule, profile: ClusterProfile) -> Iterator[HostIdentity]:
    """Nodes keep their addresses, and link-local ones are the same on each of them.

    A single private address may be a pod's while the ranges of pods or Services are not known; a
    handful of them is as likely a subnet of something else.
    """
    for block in written.rule.peers:
        if not isinstance(block, IPBlock) or not is_host(block):
            continue
        found = _found(block, profile)
        if found is not None:
            yield HostIdentity(written, block, *found)
        elif _may_be(block.cidr, profile):
            yield HostIdentity(written, block, None, None)


def _found(block: IPBlock, profile: ClusterProfile) -> tuple[Own, Network] | None:
    whose = ((Own.PODS, profile.pod_ranges), (Own.SERVICES, profile.service_ranges))
    return next(
        ((own, each) for own, ranges in whose for each in ranges if could_cover(block, (each,))),
        None,
    )


def _may_be(address: Network, profile: ClusterProfile) -> bool:
    known = bool(profile.pod_ranges and profile.service_ranges)
    node = any(
        each.version == address.version and each.overlaps(address) for each in profile.node_ranges
    )
    single = address.num_addresses == 1 and is_private(address)
    return single and not known and not node
