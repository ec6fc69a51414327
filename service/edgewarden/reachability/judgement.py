"""What differs for one pair of ends, and which answers it hangs on.

Base and head are evaluated in the same worlds. What is so in every world is certain; what is
so in some is *may*, and the facts named with it are those whose answer decides.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import and_, or_

from edgewarden.reachability.evaluation import Connection
from edgewarden.reachability.facts import (
    CERTAINLY,
    Holding,
    Proposition,
    Unknown,
    World,
    unknowns,
)
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.reasons import Fact

WORLD_LIMIT = 4096
"""Beyond as many worlds a pair is judged by its two bounds, which may say *may* too often."""


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


def judge(base: Connection | None, head: Connection | None, profile: ClusterProfile) -> Judgement:
    """Compare a pair of ends; a connection is absent where one of its ends does not exist."""
    propositions = tuple(
        proposition
        for connection in (head, base)
        if connection is not None
        for proposition in connection.propositions()
    )
    asked = unknowns(propositions, profile)
    if prod(len(unknown.answers) for unknown in asked) > WORLD_LIMIT:
        outcomes = _bounds(base, head, frozenset(propositions))
        every = _facts(propositions)
        return _judgement(outcomes, lambda _: every)
    answers = tuple(product(*(range(len(unknown.answers)) for unknown in asked)))
    outcomes = tuple(_outcome(base, head, _world(asked, answer)) for answer in answers)
    return _judgement(outcomes, lambda won: _deciding(asked, answers, won))


def _world(asked: Sequence[Unknown], answer: Sequence[int]) -> World:
    chosen = (unknown.answers[i] for unknown, i in zip(asked, answer, strict=True))
    holding = CERTAINLY.union(*chosen)
    return World(holding, holding)


def _outcome(base: Connection | None, head: Connection | None, world: World) -> Outcome:
    return Outcome(world, world, _ports(base, world), _ports(head, world))


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


def _judgement(
    outcomes: tuple[Outcome, ...], deciding: Callable[[AbstractSet[int]], tuple[Fact, ...]]
) -> Judgement:
    """``deciding`` names the facts that tell the given outcomes, by index, from the others."""
    opening = [outcome.head - outcome.base for outcome in outcomes]
    closing = [outcome.base - outcome.head for outcome in outcomes]
    before = reduce(and_, (outcome.base for outcome in outcomes))
    after = reduce(and_, (outcome.head for outcome in outcomes))
    before_at_most = reduce(or_, (outcome.base for outcome in outcomes))
    after_at_most = reduce(or_, (outcome.head for outcome in outcomes))
    opened = after - before_at_most
    closed = before - after_at_most
    return Judgement(
        before=before,
        after=after,
        opened=opened,
        closed=closed,
        may_open=_doubts(outcomes, opening, opened, deciding),
        may_close=_doubts(outcomes, closing, closed, deciding),
        outcomes=outcomes,
    )


def _doubts(
    outcomes: Sequence[Outcome],
    changing: Sequence[PortSet],
    certain: PortSet,
    deciding: Callable[[AbstractSet[int]], tuple[Fact, ...]],
) -> tuple[Doubt, ...]:
    """The ports that change in some outcomes, split by the facts that decide."""
    doubtful = reduce(or_, changing) - certain
    if not doubtful:
        return ()
    found: dict[tuple[Fact, ...], tuple[PortSet, set[int]]] = {}
    for ports, won in _classes(doubtful, changing):
        facts = deciding(won)
        known, before = found.get(facts, (NO_PORTS, set()))
        found[facts] = (known | ports, before | won)
    return tuple(
        Doubt(ports, facts, tuple(outcomes[i] for i in sorted(won)))
        for facts, (ports, won) in found.items()
    )


def _classes(
    ports: PortSet, changing: Sequence[PortSet]
) -> Iterable[tuple[PortSet, frozenset[int]]]:
    """Cut ``ports`` into classes that change in the same outcomes, each with those outcomes."""
    classes = [(ports, frozenset[int]())]
    for index, changed in enumerate(changing):
        classes = [
            part
            for together, won in classes
            for part in ((together & changed, won | {index}), (together - changed, won))
            if part[0]
        ]
    return classes


def _deciding(
    asked: Sequence[Unknown], answers: Sequence[tuple[int, ...]], won: AbstractSet[int]
) -> tuple[Fact, ...]:
    """The facts on which it hangs whether the outcome is one of ``won``.

    Where changing the answer to one unknown leads out of ``won``, the propositions in which the
    two answers differ matter; only differences that hold no smaller one are told.
    """
    numbers = {answer: index for index, answer in enumerate(answers)}
    differences = {
        asked[place].answers[answers[index][place]] ^ asked[place].answers[other]
        for index in won
        for place, unknown in enumerate(asked)
        for other in range(len(unknown.answers))
        if numbers[_replaced(answers[index], place, other)] not in won
    }
    smallest = (each for each in differences if not any(other < each for other in differences))
    return _facts(proposition for difference in smallest for proposition in difference)


def _replaced(answer: tuple[int, ...], place: int, other: int) -> tuple[int, ...]:
    return (*answer[:place], other, *answer[place + 1 :])


def _facts(propositions: Iterable[Proposition]) -> tuple[Fact, ...]:
    """Sorted; of facts that only differ in where they were written, the first."""
    told: dict[tuple[str, str, str], Fact] = {}
    for fact in sorted(proposition.fact() for proposition in propositions):
        told.setdefault((fact.kind, fact.subject, fact.question), fact)
    return tuple(told.values())
