"""How the pods of a namespace may open connections to the internet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from edgewarden.governance.breadth import reaches_internet
from edgewarden.governance.ownership.annotations import owner_in, reason_in
from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.reachability.model import ClusterProfile, Direction, IPBlock, NetworkPolicy

_RANGES = {4: 16, 6: 32}
"""Prefixes of ranges that name somebody: a registry allocates no more than an IPv6 /32 to a
provider at first (RIPE-738, ARIN NRPM 6.5.2), and an IPv4 /16 is what a class B network was."""


class WayOut(IntEnum):
    """How far rules reach into the internet, from nowhere to everywhere."""

    NONE = 0
    RANGES = 1
    """Into ranges that are named one by one."""
    OPEN = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Internet:
    """How far pods reach, and by which rules: ``wide`` ones, and those into ``ranges`` by name.

    Pods that nothing isolates reach all of it.
    """

    way: WayOut
    wide: tuple[WrittenRule, ...]
    ranges: tuple[WrittenRule, ...]

    @property
    def unexplained(self) -> tuple[WrittenRule, ...]:
        """Those into ranges whose policy does not say who answers for it, and why it is there."""
        return tuple(
            each
            for each in self.ranges
            if not (owner_in(each.policy.annotations) and reason_in(each.policy.annotations))
        )


def internet_egress(egress: Isolation, profile: ClusterProfile) -> Internet:
    reaching = [(_way(each, profile), each) for each in _rules(egress.policies)]
    wide = tuple(each for way, each in reaching if way is WayOut.OPEN)
    ranges = tuple(each for way, each in reaching if way is WayOut.RANGES)
    if egress.left or wide:
        return Internet(WayOut.OPEN, wide, ranges)
    return Internet(WayOut.RANGES if ranges else WayOut.NONE, wide, ranges)


def _rules(policies: Sequence[NetworkPolicy]) -> Iterator[WrittenRule]:
    return (each for each in rules_of(policies) if each.direction is Direction.EGRESS)


def _way(written: WrittenRule, profile: ClusterProfile) -> WayOut:
    if not written.rule.peers:
        return WayOut.OPEN
    blocks = [each for each in written.rule.peers if isinstance(each, IPBlock)]
    return max((_block_way(each, profile) for each in blocks), default=WayOut.NONE)


def _block_way(block: IPBlock, profile: ClusterProfile) -> WayOut:
    if not reaches_internet(block, profile):
        return WayOut.NONE
    named = block.cidr.prefixlen >= _RANGES[block.cidr.version]
    return WayOut.RANGES if named else WayOut.OPEN
