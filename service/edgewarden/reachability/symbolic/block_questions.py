"""Where it is asked whether ``ipBlock`` matches the addresses of pods."""

from collections.abc import Iterator
from dataclasses import replace

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, ObjectRef
from edgewarden.reachability.reasons import Fact, Side
from edgewarden.reachability.symbolic.answers import BLOCKS_MATCH
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.readings import Readings


class BlockQuestions:
    """Puts it where it belongs, for what was found between two states."""

    def __init__(self, base: Readings, head: Readings) -> None:
        self._base, self._head = base, head

    def placed(self, found: Found) -> Iterator[Fact]:
        """The facts, with that question at a block that bears on ``found``: one of the head, if
        there is one."""
        for fact in found.facts:
            if fact == BLOCKS_MATCH:
                location, side = self._place(found)
                yield replace(fact, location=location, side=side)
            else:
                yield fact

    def _place(self, found: Found) -> tuple[Location, Side]:
        for side, readings in ((Side.HEAD, self._head), (Side.BASE, self._base)):
            block = readings.blocks.deciding(found.box)
            if block is not None:
                policy = _as_written(readings, block.policy)
                rule = policy.rules(block.direction)[block.rule]
                return rule.peers[block.peer].location, side
        first = min(found.causes, key=lambda cause: cause.location)
        return first.location, first.side


def _as_written(readings: Readings, ref: ObjectRef) -> NetworkPolicy:
    """A policy in the state that is read: what is alike in the other may stand elsewhere."""
    there = readings.written.policies(ref.namespace)
    return next(policy for policy in there if policy.name == ref.name)
