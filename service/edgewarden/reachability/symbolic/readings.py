"""One state under each answer to whether ``ipBlock`` matches the addresses of pods."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import chain

from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
)
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.restrictions import Spans
from edgewarden.reachability.symbolic.rule_blocks import RuleBlocks
from edgewarden.reachability.symbolic.survey import Survey
from edgewarden.reachability.symbolic.written import Written
from edgewarden.reachability.whereabouts import possible_networks


class Readings:
    """A state to be compared with others, translated once for each answer.

    ``over`` are the readings of a state that is alike for the most part.
    """

    def __init__(self, state: ClusterState, over: "Readings | None" = None) -> None:
        self.state = state
        self.pod_addresses = _pod_addresses(state.profile)
        self._over = over

    @cached_property
    def written(self) -> Written:
        return Written(self.state, None if self._over is None else self._over.written)

    @cached_property
    def apart(self) -> Survey:
        """Where ``ipBlock`` never matches pods."""
        return Survey(self.written, Spans(), None if self._over is None else self._over.apart)

    @cached_property
    def within(self) -> Survey:
        """Where it does."""
        over = None if self._over is None else self._over.within
        return Survey(self.written, self.pod_addresses, over)

    @cached_property
    def blocks(self) -> RuleBlocks:
        """Those that may match pods."""
        over = None if self._over is None else self._over.blocks
        return RuleBlocks(self.written, self.pod_addresses, over)

    @cached_property
    def differ(self) -> bool:
        """Whether some block of this state or of ``over`` holds addresses that pods can have."""
        if self._over is None:
            return _meet(self.state.policies, self.pod_addresses)
        changed = (self.written.policies(name) for name in filter(None, self.written.changed))
        return self._over.differ or _meet(chain.from_iterable(changed), self.pod_addresses)

    def with_lingering(self, over: "Readings") -> "Readings":
        """Those of the state in which all policies that may linger are there."""
        lingering = self.state.lingering
        if not lingering and over is self:
            return self
        policies = (*self.state.policies, *lingering)
        return Readings(replace(self.state, policies=policies, lingering=()), over)

    def against(self, base: "Readings") -> tuple[tuple[Survey, Survey], ...]:
        """The surveys to compare, those of ``base`` first: two pairs where both answers are
        possible and matter."""
        match self.state.profile.ip_block_matches_pods:
            case AddressMatch.NEVER:
                return ((base.apart, self.apart),)
            case AddressMatch.MATCHES:
                return ((base.within, self.within),)
            case AddressMatch.UNKNOWN if self.differ:
                return (base.apart, self.apart), (base.within, self.within)
            case AddressMatch.UNKNOWN:
                return ((base.apart, self.apart),)


def _pod_addresses(profile: ClusterProfile) -> Spans:
    """Those that pods can have in the eyes of ``ipBlock``."""
    return axes.network_addresses(possible_networks(profile))


def _meet(policies: Iterable[NetworkPolicy], addresses: Spans) -> bool:
    return any(
        axes.block_addresses(peer).overlaps(addresses)
        for policy in policies
        for direction in Direction
        for rule in policy.rules(direction)
        for peer in rule.peers
        if isinstance(peer, IPBlock)
    )
