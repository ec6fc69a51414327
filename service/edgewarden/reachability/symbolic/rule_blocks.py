"""The rules of one state that admit addresses which pods may have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden.reachability.facts import OTHER, SUBJECT
from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, ObjectRef
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import Restriction, Spans, Values
from edgewarden.reachability.symbolic.translation import selected_pods
from edgewarden.reachability.symbolic.written import Written


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """A block of a rule: ``peer`` and ``rule`` are places in the lists of ``policy``.

    ``box`` holds the pods that the rule binds, with the pods that have one of the addresses.
    """

    box: Box
    policy: ObjectRef
    direction: Direction
    rule: int
    peer: int


class RuleBlocks:
    """They are found namespace by namespace, when asked for; ``over`` answers for those in which
    the policies of a state that is alike for the most part are equal."""

    def __init__(
        self, written: Written, pod_addresses: Spans, over: "RuleBlocks | None" = None
    ) -> None:
        self._written = written
        self._pod_addresses = pod_addresses
        self._over = over
        self._known: dict[tuple[str, Direction], Sequence[RuleBlock]] = {}

    def deciding(self, box: Box) -> RuleBlock | None:
        """One that bears on connections of ``box``, if any does."""
        places = [
            (direction, box.get(axes.namespace(SUBJECT[direction]))) for direction in Direction
        ]
        # The end of which fewer namespaces are meant is asked first.
        for direction, names in sorted(places, key=lambda each: not _listed(each[1])):
            for name in self._written.namespaces if not _listed(names) else sorted(_listed(names)):
                for each in self._of_namespace(name, direction):
                    if each.box.overlaps(box):
                        return each
        return None

    def _of_namespace(self, name: str, direction: Direction) -> Sequence[RuleBlock]:
        if self._over is not None and name not in self._written.changed:
            return self._over._of_namespace(name, direction)
        known = self._known.get((name, direction))
        if known is None:
            policies = self._written.policies(name)
            known = [block for each in policies for block in self._of_policy(each, direction)]
            self._known[name, direction] = known
        return known

    def _of_policy(self, policy: NetworkPolicy, direction: Direction) -> Iterator[RuleBlock]:
        here, there = SUBJECT[direction], OTHER[direction]
        for rule, written in enumerate(policy.rules(direction)):
            for place, peer in enumerate(written.peers):
                if not isinstance(peer, IPBlock):
                    continue
                addresses = axes.block_addresses(peer)
                pods = selected_pods(here, policy.pods)
                if pods is None or not addresses.overlaps(self._pod_addresses):
                    continue
                area = Values.only(policy.namespace)
                peers = Box({axes.kind(there): axes.POD, axes.pod_address(there): addresses})
                box = pods.having(axes.namespace(here), area) & peers
                if box is not None:
                    yield RuleBlock(box, policy.ref, direction, rule, place)


def _listed(names: Restriction) -> frozenset[str]:
    """The names, where they are finitely many."""
    if not isinstance(names, Values) or names.inverted:
        return frozenset()
    return frozenset(filter(None, names.listed))
