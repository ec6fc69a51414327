"""Which rules and policies of a namespace have no effect beside the others, for all pods that could
exist.

Policies only add: a rule has no effect if others allow the same pods all that it allows, and a
policy has none if others isolate its pods as well. What labels namespaces have is left open, so
what is found holds whatever anybody writes on them.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Never, TypeAlias, TypeVar

from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    Direction,
    NetworkPolicy,
    ObjectRef,
)
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.restrictions import Spans
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.translation import Said, Source, say
from edgewarden.reachability.whereabouts import possible_networks

_MOST_STEPS = 20_000
"""For one rule or policy. What takes longer is not called redundant."""

_NONE: Set[Never] = frozenset()
_Named = TypeVar("_Named", bound=Hashable)
Place: TypeAlias = tuple[ObjectRef, Direction, int]
"""A rule: its policy, and its place in the list as written."""


class Coverage:
    """The policies of one namespace."""

    def __init__(self, policies: Sequence[NetworkPolicy], profile: ClusterProfile) -> None:
        self._said: Mapping[Direction, Sequence[Said]] = {
            direction: [say(policies, direction, pods) for pods in _pod_addresses(profile)]
            for direction in Direction
        }

    def of_rule(
        self, written: WrittenRule, gone: Set[ObjectRef] = _NONE, useless: Set[Place] = _NONE
    ) -> tuple[WrittenRule, ...]:
        """The other rules that allow all that one does: a single one, if that does it alone.

        None where something is left to the rule, and for one that allows nothing. Policies that
        are ``gone`` and ``useless`` rules do not count.
        """
        found: dict[Place, WrittenRule] = {}
        for said in self._said[written.direction]:
            rules: dict[Place, WrittenRule] = {}
            parts: dict[Place, list[Box]] = {}
            for box, source in _pairs(said.admitted):
                if source.rule is not None and source.policy.ref not in gone:
                    other = WrittenRule(source.policy, written.direction, source.rule)
                    rules[place_of(other)] = other
                    parts.setdefault(place_of(other), []).append(box)
            own = parts.get(place_of(written), [])
            near = {} if said.widened else _near(parts, place_of(written), useless)
            covering = _covering(own, near)
            if not covering:
                return ()
            found |= {place: rules[place] for place in covering}
        return tuple(found[place] for place in sorted(found))

    def of_policy(
        self, policy: NetworkPolicy, gone: Set[ObjectRef] = _NONE
    ) -> tuple[ObjectRef, ...]:
        """The other policies that isolate all pods that one does and allow them all that it does.

        None where something is left to the policy, and for one that selects nothing. Those that
        are ``gone`` do not count.
        """
        found: set[ObjectRef] = set()
        alone: set[ObjectRef] | None = None
        for direction in policy.isolates:
            for said in self._said[direction]:
                for boxes in (said.isolated, said.admitted):
                    parts: dict[ObjectRef, list[Box]] = {}
                    for box, source in _pairs(boxes):
                        parts.setdefault(source.policy.ref, []).append(box)
                    if policy.ref not in parts:
                        continue
                    near = {} if said.widened else _near(parts, policy.ref, gone)
                    covering = _covering(parts[policy.ref], near)
                    if not covering:
                        return ()
                    found.update(covering)
                    able = set(_able(parts[policy.ref], near))
                    alone = able if alone is None else alone & able
        return tuple(sorted([min(alone)] if alone else found))


def _pod_addresses(profile: ClusterProfile) -> Iterator[Spans]:
    """The addresses of pods that ``ipBlock`` matches, for each answer that is possible."""
    if profile.ip_block_matches_pods is not AddressMatch.MATCHES:
        yield Spans()
    if profile.ip_block_matches_pods is not AddressMatch.NEVER:
        yield axes.network_addresses(possible_networks(profile))


def place_of(written: WrittenRule) -> Place:
    return written.policy.ref, written.direction, written.rule.index


def _pairs(boxes: Mapping[Box, Sequence[Source]]) -> Iterator[tuple[Box, Source]]:
    return ((box, source) for box, sources in boxes.items() for source in sources)


def _near(
    parts: Mapping[_Named, list[Box]], name: _Named, absent: Set[_Named]
) -> dict[_Named, list[Box]]:
    """The others that have something in common with one."""
    own = parts.get(name, [])
    return {
        other: boxes
        for other, boxes in parts.items()
        if other != name
        and other not in absent
        and any(box.overlaps(each) for box in boxes for each in own)
    }


def _able(own: list[Box], near: Mapping[_Named, list[Box]]) -> Iterator[_Named]:
    """Those that have all of ``own`` by themselves."""
    return (other for other, boxes in near.items() if not _left(own, boxes))


def _covering(own: list[Box], near: Mapping[_Named, list[Box]]) -> tuple[_Named, ...]:
    """Those that have all of ``own``: a single one of them, else all that have some."""
    alone = next(_able(own, near), None)
    if alone is not None:
        return (alone,)
    return () if _left(own, [*chain.from_iterable(near.values())]) else tuple(near)


def _left(own: Iterable[Box], others: Sequence[Box]) -> bool:
    """Whether something of ``own`` is in none of ``others``, as far as that can be told."""
    shelf, budget = Shelf.of(others), Budget(_MOST_STEPS)
    try:
        return any(minus_all([box], shelf, budget) for box in own)
    except BudgetExhaustedError:
        return True
