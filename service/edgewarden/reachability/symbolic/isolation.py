"""Pods that one state isolates and the other one does not."""

from collections.abc import Iterator

from edgewarden.reachability.causes import ordered
from edgewarden.reachability.facts import SUBJECT
from edgewarden.reachability.reasons import Cause, Side
from edgewarden.reachability.symbolic.boxes import Tagged, fused
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.changes import Change
from edgewarden.reachability.symbolic.cutting import disjoint, minus_all, overlapping
from edgewarden.reachability.symbolic.gains import placed, plain
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import IsolationStatement
from edgewarden.reachability.symbolic.stating import pod_set
from edgewarden.reachability.symbolic.turns import Causes, Turn


def isolation_changes(turn: Turn, budget: Budget) -> Iterator[IsolationStatement]:
    """The pods that the denying state of ``turn`` isolates and the admitting one does not.

    Where telling that exactly would take more than ``budget``, the pods of every isolation that
    the admitting state lacks are told, and other isolation may still bind some of them.
    """
    for place, change in enumerate(turn.changes, start=1):
        allowance = budget.allowance(others=len(turn.changes) - place)
        try:
            exact, found = True, _only_denying(turn, change, allowance)
        except BudgetExhaustedError:
            exact, found = False, _of_each(turn, change)
        budget.give_back(allowance)
        for box, why in fused(plain(turn, found)).items():
            yield IsolationStatement(
                pods=pod_set(box, SUBJECT[change.direction]),
                direction=change.direction,
                isolated=turn.denying_side is Side.HEAD,
                exact=exact,
                causes=ordered(cause for cause in why if cause.kind is turn.isolation_kind),
            )


def _only_denying(turn: Turn, change: Change, budget: Budget) -> Tagged[Cause]:
    """What isolation was there and is no longer, as disjoint boxes."""
    contrast, causes = change.contrast, Causes(turn, change)
    boxes = minus_all(disjoint(contrast.lost, budget), Shelf.of(contrast.isolation), budget)
    lost = Shelf.of(contrast.lost)
    return {placed(change, box): causes.of(overlapping(box, lost, budget), box) for box in boxes}


def _of_each(turn: Turn, change: Change) -> Tagged[Cause]:
    """All isolation that is only there, whatever else isolates in the admitting state."""
    causes = Causes(turn, change)
    return {placed(change, item): causes.of([item], item) for item in change.contrast.lost}
