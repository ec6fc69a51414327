"""Where it is asked whether ``ipBlock`` matches the addresses of pods."""

from collections.abc import Mapping
from functools import cached_property

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, ObjectRef
from edgewarden.reachability.reasons import Fact, FactKind, Side
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.readings import Readings

_MATCHES = "Does the network plugin let ipBlock match the addresses of pods?"


class BlockQuestions:
    """The question about what was found between two states."""

    def __init__(self, base: Readings, head: Readings) -> None:
        self._base, self._head = base, head

    def of(self, found: Found) -> frozenset[Fact]:
        """It is asked at a block that bears on it: one of the head, if there is one."""
        location, side = self._place(found)
        return frozenset((Fact(FactKind.IP_BLOCK, "pods", _MATCHES, location, side),))

    def _place(self, found: Found) -> tuple[Location, Side]:
        for side, readings in ((Side.HEAD, self._head), (Side.BASE, self._base)):
            block = readings.blocks.deciding(found.box)
            if block is not None:
                policy = self._policies[side][block.policy]
                rule = policy.rules(block.direction)[block.rule]
                return rule.peers[block.peer].location, side
        first = min(found.causes, key=lambda cause: cause.location)
        return first.location, first.side

    @cached_property
    def _policies(self) -> Mapping[Side, Mapping[ObjectRef, NetworkPolicy]]:
        """As they are written in either state: what is alike may stand elsewhere."""
        return {
            side: {policy.ref: policy for policy in readings.state.policies}
            for side, readings in ((Side.HEAD, self._head), (Side.BASE, self._base))
        }
