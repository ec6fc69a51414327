"""What one end lets through in one state, over all pods: the relation of a direction.

A connection passes an end where that end is an address, or is not isolated, or a rule admits it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy
from edgewarden.reachability.policies import OTHER, SUBJECT
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, disjoint, fused_boxes, minus, minus_all
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.namespaces import Labelling, Namespaces
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.translation import Said, say

_FEW = 16
"""Up to so many names a box is looked up by each of them."""


class Policies:
    """The policies of one state by namespace, translated when they are first asked for.

    What ``alike``, another state, says in a namespace with the same policies is taken from there.
    """

    def __init__(self, state: ClusterState, alike: "Policies | None" = None) -> None:
        self.by_namespace: dict[str, list[NetworkPolicy]] = {}
        for policy in sorted(state.policies, key=lambda policy: (policy.namespace, policy.name)):
            self.by_namespace.setdefault(policy.namespace, []).append(policy)
        self._alike = alike
        self._said: dict[tuple[str, Direction], Said] = {}

    def of(self, namespace: str) -> Sequence[NetworkPolicy]:
        return self.by_namespace.get(namespace, ())

    def say(self, namespace: str, direction: Direction) -> Said:
        known = self._said.get((namespace, direction))
        if known is None:
            policies = self.of(namespace)
            if self._alike is not None and self._alike.of(namespace) == policies:
                known = self._alike.say(namespace, direction)
            else:
                known = say(policies, direction)
            self._said[namespace, direction] = known
        return known


@dataclass(frozen=True)
class Part:
    """What one namespace says in one direction, in one state.

    ``readings`` maps each box, as the labels of namespaces in that state make it, to the boxes
    of ``said.admitted`` that come to it.
    """

    said: Said
    readings: Mapping[Box, Sequence[Box]]

    @cached_property
    def isolated(self) -> tuple[Box, ...]:
        """The isolated pods, none twice for the same reason; wide boxes first."""
        return _without_covered(fused_boxes(self.said.isolated))

    @cached_property
    def admitted(self) -> tuple[Box, ...]:
        """What the rules admit; wide boxes first."""
        return tuple(sorted(fused_boxes(self.readings), key=lambda box: len(box.sides)))

    def same_as(self, other: "Part") -> bool:
        """Whether the boxes are equal, and so exact that this means something."""
        if self.said.widened or other.said.widened:
            return self.said is other.said and self.readings.keys() == other.readings.keys()
        return (
            self.said.isolated.keys() == other.said.isolated.keys()
            and self.readings.keys() == other.readings.keys()
        )


@dataclass(frozen=True)
class _Bindings:
    """What several namespaces say, alike ones together.

    ``isolated`` pairs isolated pods with the namespaces in which just these are isolated.
    ``rules`` restrict the namespace of the subject; ``by_name`` tells the places in ``rules`` of
    those that admit pods of few namespaces, ``anywhere`` of all others.
    """

    bound: Values
    isolated: Sequence[tuple[Values, tuple[Box, ...]]]
    rules: Sequence[Box]
    by_name: Mapping[str | None, Sequence[int]]
    anywhere: Sequence[int]
    widened: bool


_UNBOUND = _Bindings(Values(), (), (), {}, (), widened=False)


class Relation:
    """One direction of one state, as compared with another one."""

    def __init__(
        self,
        direction: Direction,
        policies: Policies,
        labelling: Labelling,
        namespaces: Namespaces,
    ) -> None:
        self.direction = direction
        self._policies = policies
        self._labelling = labelling
        self._namespaces = namespaces
        self._parts: dict[str, Part] = {}
        self._bindings: dict[frozenset[str | None], _Bindings] = {}

    def part(self, name: str) -> Part:
        known = self._parts.get(name)
        if known is None:
            said = self._policies.say(name, self.direction)
            known = self._parts[name] = Part(said, self._read(said))
        return known

    def _read(self, said: Said) -> Mapping[Box, Sequence[Box]]:
        readings: dict[Box, list[Box]] = {}
        for written in said.admitted:
            settled = self._namespaces.settled(written, OTHER[self.direction], self._labelling)
            for box in settled:
                readings.setdefault(box, []).append(written)
        return readings

    def passing(self, box: Box, budget: Budget) -> list[Box]:
        """The part of ``box`` that passes, as disjoint boxes."""
        end = SUBJECT[self.direction]
        if box.sides.get(axes.kind(end)) == axes.ADDRESS:
            return [box]
        where = axes.namespace(end)
        names = box.get(where)
        bindings = self._binding(names if isinstance(names, Values) else Values.all_but())
        if bindings.widened:
            raise BudgetExhaustedError
        if not bindings.bound:
            return [box]
        pods = Box({axes.kind(end): axes.POD})
        passing = minus(box, pods.having(where, bindings.bound), budget)
        for several, isolated in bindings.isolated:
            budget.spend(1)
            common = box & pods.having(where, several)
            if common is not None:
                passing += minus_all([common], isolated, budget)
        admitted = []
        for rule in self._near(box, bindings):
            budget.spend(1 + rule.size // 32)
            common = box & rule
            if common is not None:
                budget.spend(len(common.sides))
                admitted.append(common)
        return passing + disjoint(fused_boxes(admitted), budget)

    def _near(self, box: Box, bindings: _Bindings) -> Iterable[Box]:
        """The rules that could overlap ``box``."""
        other = box.sides.get(axes.namespace(OTHER[self.direction]))
        if not isinstance(other, Values) or other.inverted or len(other) > _FEW:
            return bindings.rules
        near = {place for name in other.listed for place in bindings.by_name.get(name, ())}
        return (bindings.rules[place] for place in sorted({*near, *bindings.anywhere}))

    def _binding(self, names: Values) -> _Bindings:
        """What binds the pods of at least the namespaces in ``names``."""
        every = self._policies.by_namespace
        if names.inverted or len(names) > _FEW:
            key, wanted = frozenset[str | None](), list(every)
        else:
            key = frozenset(name for name in names.listed if name in every)
            wanted = sorted(filter(None, key))
            if not wanted:
                return _UNBOUND
        known = self._bindings.get(key)
        if known is None:
            known = self._bindings[key] = self._bind(wanted)
        return known

    def _bind(self, names: Iterable[str]) -> _Bindings:
        isolating: dict[tuple[Box, ...], list[str]] = {}
        admitting: dict[Box, list[str]] = {}
        widened = False
        for name in names:
            part = self.part(name)
            if part.isolated:
                isolating.setdefault(part.isolated, []).append(name)
            for box in part.admitted:
                admitting.setdefault(box, []).append(name)
            widened = widened or part.said.widened
        where = axes.namespace(SUBJECT[self.direction])
        rules = [box.having(where, Values.only(*found)) for box, found in admitting.items()]
        by_name: dict[str | None, list[int]] = {}
        anywhere: list[int] = []
        for place, rule in enumerate(rules):
            other = rule.sides.get(axes.namespace(OTHER[self.direction]))
            if not isinstance(other, Values) or other.inverted or len(other) > _FEW:
                anywhere.append(place)
            else:
                for name_of_other in other.listed:
                    by_name.setdefault(name_of_other, []).append(place)
        return _Bindings(
            bound=Values.only(*(name for found in isolating.values() for name in found)),
            isolated=[(Values.only(*found), boxes) for boxes, found in isolating.items()],
            rules=rules,
            by_name=by_name,
            anywhere=anywhere,
            widened=widened,
        )


def _without_covered(boxes: Sequence[Box]) -> tuple[Box, ...]:
    if len(boxes) > _MANY:
        return tuple(boxes)
    found: list[Box] = []
    for box in sorted(boxes, key=lambda each: len(each.sides)):
        if not any(wider.covers(box) for wider in found):
            found.append(box)
    return tuple(found)


_MANY = 64
"""More boxes than this are not compared with each other."""
