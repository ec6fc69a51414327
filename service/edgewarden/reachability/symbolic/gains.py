"""What one state lets through that another one does not.

An end *gains* what it lets through now and did not before. A connection is newly allowed where the
destination gained it and the source lets it through; or where the source gained it, and the
destination lets it through now and did before. The two have nothing in common. What is newly
blocked is the same with the states in each other's place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.reachability.facts import SUBJECT
from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Cause, Fact
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import (
    Box,
    Tagged,
    fused,
    fused_boxes,
    without_covered,
)
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.changes import Change
from edgewarden.reachability.symbolic.cutting import disjoint, minus_all, overlapping
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import Precision
from edgewarden.reachability.symbolic.turns import Causes, Turn


@dataclass(frozen=True, slots=True)
class Found:
    """A box of connections with how exactly it changed, as ``statements.Statement`` says it."""

    box: Box
    causes: frozenset[Cause]
    precision: Precision = Precision.EXACT
    guard: Direction | None = None
    unsubtracted: int = 0
    facts: frozenset[Fact] = frozenset()


def found(turn: Turn, budget: Budget) -> Iterator[Found]:
    """Everything that the admitting state newly lets through; exact boxes are disjoint."""
    exact: dict[Box, frozenset[Cause]] = {}
    waiting = sorted(turn.changes, key=lambda each: (each.size, each.direction, each.names))
    for place, change in enumerate(waiting, start=1):
        allowance = budget.allowance(others=len(waiting) - place)
        try:
            gained = _gained(turn, change, allowance)
        except BudgetExhaustedError:
            yield from _at_most(turn, change)
        else:
            try:
                exact.update(_passing(turn, change.direction, gained, allowance))
            except BudgetExhaustedError:
                yield from _guarded(change.direction, gained)
        budget.give_back(allowance)
    yield from (Found(box, causes) for box, causes in fused(plain(turn, exact)).items())


def _gained(turn: Turn, change: Change, budget: Budget) -> dict[Box, frozenset[Cause]]:
    """What the ends in ``change`` let through in the admitting state only, as disjoint boxes."""
    if change.vague:
        raise BudgetExhaustedError
    contrast = change.contrast
    allowed = Shelf.of(without_covered(fused_boxes(contrast.rules_denying)))
    isolation = Shelf.of(contrast.isolation)
    freed = minus_all(disjoint(contrast.lost, budget), isolation, budget)
    isolation_denying = Shelf.of(contrast.isolation_denying)
    bound = [
        part
        for rule in fused_boxes(contrast.rules)
        for part in _within(rule, isolation_denying, budget)
    ]
    new = [
        part for box in fused_boxes([*freed, *bound]) for part in minus_all([box], allowed, budget)
    ]
    causes, items = Causes(turn, change), Shelf.of(contrast.items)
    gained = {
        placed(change, box): causes.of(overlapping(box, items, budget), box)
        for box in disjoint(new, budget)
    }
    return fused(plain(turn, gained))


def _within(box: Box, areas: Shelf, budget: Budget) -> list[Box]:
    """The points of ``box`` that are in one of ``areas``; the boxes may overlap."""
    near = overlapping(box, areas, budget)
    if any(area.covers(box) for area in near):
        return [box]
    return [common for area in near if (common := box & area) is not None]


def _passing(
    turn: Turn, direction: Direction, gained: Tagged[Cause], budget: Budget
) -> dict[Box, frozenset[Cause]]:
    """The part of ``gained`` that the other end lets through, and that was not gained there."""
    if direction is Direction.INGRESS:
        guards = [turn.admitting[Direction.EGRESS]]
    else:
        guards = [turn.admitting[Direction.INGRESS], turn.denying[Direction.INGRESS]]
    passing: dict[Box, frozenset[Cause]] = {}
    for box, causes in gained.items():
        parts = [box]
        for guard in guards:
            parts = [passed for part in parts for passed in guard.passing(part, budget)]
        passing.update(dict.fromkeys(parts, causes))
    return passing


def _guarded(direction: Direction, gained: Tagged[Cause]) -> Iterator[Found]:
    for box, causes in gained.items():
        yield Found(box, causes, Precision.GUARDED, _opposite(direction))


def _at_most(turn: Turn, change: Change) -> Iterator[Found]:
    """All that changed rules and isolation could have let through."""
    contrast = change.contrast
    allowed = () if change.vague else without_covered(fused_boxes(contrast.rules_denying))
    causes = Causes(turn, change)
    items = {
        placed(change, item): causes.of([item], item)
        for item in contrast.items
        if not any(wider.covers(item) for wider in allowed[:_WIDEST])
    }
    guard, unsubtracted = _opposite(change.direction), len(contrast.rules_denying)
    for box, why in fused(plain(turn, items)).items():
        yield Found(box, why, Precision.UPPER_BOUND, guard, unsubtracted)


_WIDEST = 16
"""So many of the widest rules of the denying state are looked at even where there is no time."""


def _opposite(direction: Direction) -> Direction:
    return Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS


def placed(change: Change, box: Box) -> Box:
    """``box`` with the namespaces of ``change`` at the end that policies bind."""
    return box.having(axes.namespace(SUBJECT[change.direction]), Values.only(*change.names))


def plain(turn: Turn, boxes: Tagged[Cause]) -> dict[Box, frozenset[Cause]]:
    """The boxes as the labels of namespaces allow them, without those that nothing is in."""
    plain: dict[Box, frozenset[Cause]] = {}
    for box, causes in boxes.items():
        said = turn.namespaces.consistent(box)
        if said is not None:
            plain[said] = plain.get(said, frozenset()) | causes
    return plain
