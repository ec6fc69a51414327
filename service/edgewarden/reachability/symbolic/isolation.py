"""Pods that one state isolates and the other one does not."""

from collections.abc import Iterator, Sequence

from edgewarden.reachability.causes import ordered
from edgewarden.reachability.facts import SUBJECT
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.symbolic.boxes import Box, fused
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.changes import Change
from edgewarden.reachability.symbolic.cutting import disjoint, minus_all
from edgewarden.reachability.symbolic.gains import placed, plain
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import IsolationStatement
from edgewarden.reachability.symbolic.stating import pod_set
from edgewarden.reachability.symbolic.turns import Causes, Turn


def isolation_changes(turn: Turn, budget: Budget) -> Iterator[IsolationStatement]:
    """The pods that the denying state of ``turn`` isolates and the admitting one does not."""
    for change in turn.changes:
        lost = change.contrast.lost
        exact, boxes = _only_denying(change, budget)
        causes = Causes(turn, change)
        found = {
            placed(change, box): frozenset(
                cause
                for cause in causes.of((item for item in lost if item.overlaps(box)), box)
                if cause.kind is turn.isolation_kind
            )
            for box in boxes
        }
        for box, why in fused(plain(turn, found)).items():
            yield IsolationStatement(
                pods=pod_set(box, SUBJECT[change.direction]),
                direction=change.direction,
                isolated=turn.denying_side is Side.HEAD,
                exact=exact,
                causes=ordered(why),
            )


def _only_denying(change: Change, budget: Budget) -> tuple[bool, Sequence[Box]]:
    """Whether it is exact, and the boxes."""
    contrast = change.contrast
    try:
        lost = disjoint(contrast.lost, budget)
        return True, minus_all(lost, Shelf.of(contrast.isolation), budget)
    except BudgetExhaustedError:
        return False, contrast.lost
