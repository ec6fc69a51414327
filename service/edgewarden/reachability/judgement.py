"""What differs for one pair of ends, and which answers it hangs on.

Base and head are evaluated in the same worlds. What is so in every world is certain; what is
so in some is *may*, and the facts named with it are those whose answer decides.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import and_
from typing import TypeAlias

from edgewarden.reachability.deciding import Deciding, facts_of
from edgewarden.reachability.evaluation import Connection, Side
from edgewarden.reachability.facts import (
    CERTAINLY,
    Holding,
    Unknown,
    World,
    unknowns,
)
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.ports import NO_PORTS, PortSet, Protocol
from edgewarden.reachability.reasons import Fact

MOST_PROPOSITIONS = 100
MOST_WORK = 60_000
"""Worlds times propositions of one pair."""


class Effort:
    """How many worlds, times their propositions, may be tried for the pairs of one comparison.

    A pair for which that is too much is judged by its two bounds, which may say *may* too often.
    """

    def __init__(self, work: int = 6_000_000) -> None:
        self._left = work

    def suffices(self, work: int) -> bool:
        """Whether ``work`` can be done for one pair; then it is taken off."""
        if work > min(self._left, MOST_WORK):
            return False
        self._left -= work
        return True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ports that base and head allow in one world, or in one bound of each."""

    base_world: World
    head_world: World
    base: PortSet
    head: PortSet


@dataclass(frozen=True, slots=True)
class Doubt:
    """Ports that change in some worlds only, the facts that decide, and those worlds."""

    ports: PortSet
    facts: tuple[Fact, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One pair in both states. ``before`` and ``after`` are certainly allowed.

    ``opened`` are certainly allowed in the head and certainly were not in the base, ``closed``
    the reverse. The doubts are disjoint from them.
    """

    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet
    may_open: tuple[Doubt, ...]
    may_close: tuple[Doubt, ...]
    outcomes: tuple[Outcome, ...]


def judge(
    base: Connection | None, head: Connection | None, profile: ClusterProfile, effort: Effort
) -> Judgement:
    """Compare a pair of ends; a connection is absent where one of its ends does not exist."""
    every = frozenset(
        proposition
        for connection in (head, base)
        if connection is not None
        for proposition in connection.propositions()
    )
    past = every.difference(head.propositions() if head is not None else ())
    asked = _asked(every, profile, effort)
    if asked is None:
        facts = facts_of(every, past)
        return _judgement(_bounds(base, head, every), lambda classes: [facts] * len(classes))
    answers = tuple(product(*(range(len(unknown.answers)) for unknown in asked)))
    before, after = _PortsUnder(base, asked), _PortsUnder(head, asked)
    outcomes = tuple(
        Outcome(world, world, before.answer(answer), after.answer(answer))
        for answer in answers
        for world in (_world(asked, answer),)
    )
    return _judgement(outcomes, Deciding(asked, answers, past).facts)


def _asked(every: Holding, profile: ClusterProfile, effort: Effort) -> tuple[Unknown, ...] | None:
    """What has to be known; nothing where it would take too long to try all answers."""
    if len(every) > MOST_PROPOSITIONS or not effort.suffices(len(every)):
        return None
    asked = unknowns(every, profile)
    worlds = prod(len(unknown.answers) for unknown in asked)
    return asked if effort.suffices(worlds * len(every)) else None


def _world(asked: Sequence[Unknown], answer: Sequence[int]) -> World:
    chosen = (unknown.answers[i] for unknown, i in zip(asked, answer, strict=True))
    holding = CERTAINLY.union(*chosen)
    return World(holding, holding)


class _PortsUnder:
    """The ports of a connection under every answer to what is asked."""

    def __init__(self, connection: Connection | None, asked: Sequence[Unknown]) -> None:
        sides = () if connection is None else connection.sides
        self._sides = tuple(_SidePorts(side, asked) for side in sides)

    def answer(self, answer: Sequence[int]) -> PortSet:
        if not self._sides:
            return NO_PORTS
        return reduce(and_, (side.answer(answer) for side in self._sides))


class _SidePorts:
    """Those of one side, worked out once for all answers that differ in nothing it hangs on."""

    def __init__(self, side: Side, asked: Sequence[Unknown]) -> None:
        self._side = side
        hanging = frozenset(side.propositions())
        self._asked = tuple(
            (place, unknown)
            for place, unknown in enumerate(asked)
            if any(not hanging.isdisjoint(holding) for holding in unknown.answers)
        )
        self._known: dict[tuple[int, ...], PortSet] = {}

    def answer(self, answer: Sequence[int]) -> PortSet:
        own = tuple(answer[place] for place, _ in self._asked)
        found = self._known.get(own)
        if found is None:
            world = _world([unknown for _, unknown in self._asked], own)
            found = self._known[own] = self._side.ports(world)
        return found


def _bounds(
    base: Connection | None, head: Connection | None, every: Holding
) -> tuple[Outcome, ...]:
    """The most closed base with the most open head, and the reverse."""
    most_open, most_closed = World(CERTAINLY, every), World(every, CERTAINLY)
    return tuple(
        Outcome(before, after, _ports(base, before), _ports(head, after))
        for before, after in ((most_closed, most_open), (most_open, most_closed))
    )


def _ports(connection: Connection | None, world: World) -> PortSet:
    return NO_PORTS if connection is None else connection.ports(world)


_Deciders: TypeAlias = Callable[[Sequence[AbstractSet[int]]], Sequence[tuple[Fact, ...]]]
"""For several sets of outcomes, by index, the facts that tell each from the other outcomes."""


def _judgement(outcomes: tuple[Outcome, ...], deciders: _Deciders) -> Judgement:
    distinct = dict.fromkeys((outcome.base, outcome.head) for outcome in outcomes)
    shifts = {(base, head): (head - base, base - head) for base, head in distinct}
    opening = [shifts[outcome.base, outcome.head][0] for outcome in outcomes]
    closing = [shifts[outcome.base, outcome.head][1] for outcome in outcomes]
    before = reduce(and_, (base for base, _ in shifts))
    after = reduce(and_, (head for _, head in shifts))
    opened = after - PortSet.union(base for base, _ in shifts)
    closed = before - PortSet.union(head for _, head in shifts)
    return Judgement(
        before=before,
        after=after,
        opened=opened,
        closed=closed,
        may_open=_doubts(outcomes, opening, opened, deciders),
        may_close=_doubts(outcomes, closing, closed, deciders),
        outcomes=outcomes,
    )


def _doubts(
    outcomes: Sequence[Outcome],
    changing: Sequence[PortSet],
    certain: PortSet,
    deciders: _Deciders,
) -> tuple[Doubt, ...]:
    """The ports that change in some outcomes, split by the facts that decide."""
    doubtful = PortSet.union(changing) - certain
    if not doubtful:
        return ()
    classes = _classes(doubtful, changing)
    found: dict[tuple[Fact, ...], tuple[PortSet, set[int]]] = {}
    for (won, ports), facts in zip(classes.items(), deciders(tuple(classes)), strict=True):
        known, before = found.get(facts, (NO_PORTS, set()))
        found[facts] = (known | ports, before | won)
    return tuple(
        Doubt(ports, facts, tuple(outcomes[i] for i in sorted(won)))
        for facts, (ports, won) in found.items()
    )


def _classes(ports: PortSet, changing: Sequence[PortSet]) -> Mapping[frozenset[int], PortSet]:
    """Cut ``ports``, by the outcomes in which they change, into those that change in the same."""
    alike: dict[PortSet, list[int]] = {}
    for index, changed in enumerate(changing):
        alike.setdefault(changed & ports, []).append(index)
    found: dict[frozenset[int], list[PortSet]] = {}
    for place, protocol in enumerate(Protocol):
        spans = [(span, some) for each, some in alike.items() for span in each.intervals[place]]
        starts = sorted({start for (first, last), _ in spans for start in (first, last + 1)})
        won: list[set[int]] = [set() for _ in starts]
        for (first, last), some in spans:
            for each in won[bisect_left(starts, first) : bisect_left(starts, last + 1)]:
                each.update(some)
        for first, following, indexes in zip(starts, starts[1:], won, strict=False):
            if indexes:
                part = PortSet.of(protocol, first, following - 1)
                found.setdefault(frozenset(indexes), []).append(part)
    return {indexes: PortSet.union(parts) for indexes, parts in found.items()}
