"""The blocks on which it hangs that ``ipBlock`` may match the addresses of pods."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from edgewarden.reachability.facts import OTHER, SUBJECT, Role
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Direction, IPBlock, NetworkPolicy, Rule
from edgewarden.reachability.reasons import Fact, FactKind, Side
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.restrictions import Spans, Values
from edgewarden.reachability.symbolic.translation import selected_pods

_MATCHES = "Does the network plugin let ipBlock match the addresses of pods?"


@dataclass(frozen=True, slots=True)
class _Use:
    """``box`` holds the pods that a rule binds, with the pods that its ``blocks`` may match."""

    box: Box
    end: Role
    blocks: tuple[IPBlock, ...]
    side: Side

    def block(self, box: Box) -> IPBlock | None:
        """The first of the blocks that matters to connections of ``box``."""
        if not self.box.overlaps(box):
            return None
        meant = box.get(axes.pod_address(self.end))
        return next(
            (b for b in self.blocks if axes.block_addresses(b).overlaps(_spans(meant))), None
        )


class BlockQuestions:
    """The rules of two states that admit addresses which pods may have, those of the head first."""

    def __init__(self, base: ClusterState, head: ClusterState, pod_addresses: Spans) -> None:
        self._base, self._head = base, head
        self._pod_addresses = pod_addresses

    def of(self, found: Found) -> frozenset[Fact]:
        """Whether ``ipBlock`` matches pods, asked at a block that decides on what was found."""
        location, side = self._place(found)
        return frozenset((Fact(FactKind.IP_BLOCK, "pods", _MATCHES, location, side),))

    def _place(self, found: Found) -> tuple[Location, Side]:
        for use in self._uses:
            block = use.block(found.box)
            if block is not None:
                return block.location, use.side
        first = min(found.causes, key=lambda cause: cause.location)
        return first.location, first.side

    @cached_property
    def _uses(self) -> tuple[_Use, ...]:
        return tuple(
            use
            for side, state in ((Side.HEAD, self._head), (Side.BASE, self._base))
            for use in self._of_side(side, state.policies)
        )

    def _of_side(self, side: Side, policies: Iterable[NetworkPolicy]) -> Iterator[_Use]:
        for policy in sorted(policies, key=lambda each: each.location):
            for direction in Direction:
                for rule in policy.rules(direction):
                    yield from self._of_rule(side, policy, direction, rule)

    def _of_rule(
        self, side: Side, policy: NetworkPolicy, direction: Direction, rule: Rule
    ) -> Iterator[_Use]:
        every = (peer for peer in rule.peers if isinstance(peer, IPBlock))
        blocks = tuple(b for b in every if axes.block_addresses(b).overlaps(self._pod_addresses))
        pods = selected_pods(SUBJECT[direction], policy.pods) if blocks else None
        if pods is not None:
            namespace = Values.only(policy.namespace)
            here = pods.having(axes.namespace(SUBJECT[direction]), namespace)
            there = Box({axes.kind(OTHER[direction]): axes.POD})
            box = here & there
            if box is not None:
                yield _Use(box, OTHER[direction], blocks, side)


def _spans(restriction: object) -> Spans:
    if not isinstance(restriction, Spans):
        raise TypeError("addresses are restricted by spans")
    return restriction
