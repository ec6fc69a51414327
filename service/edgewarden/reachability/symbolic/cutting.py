"""Differences of many boxes, within a budget."""

from collections.abc import Iterable

from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.shelf import Shelf, telling_axis

_MAKING = 4
"""What each axis of a box that is made costs, in boxes looked at."""


def minus(box: Box, removed: Box, budget: Budget) -> list[Box]:
    """The points of ``box`` that are not in ``removed``, as disjoint boxes.

    Cuts along one axis after the other: outside the restriction of the first; inside it and
    outside that of the second; and so on.
    """
    budget.spend(1)
    if not box.overlaps(removed):
        return [box]
    left = []
    sides = dict(box.sides)
    for axis in sorted(removed.sides):
        have, taken = sides.get(axis, axis.everything), removed.sides[axis]
        rest = have - taken
        if rest:
            budget.spend(_MAKING * len(sides) + len(rest))
            left.append(Box({**sides, axis: rest}))
            sides[axis] = have & taken
    return left


def minus_all(boxes: Iterable[Box], removed: Shelf, budget: Budget) -> list[Box]:
    """The points of disjoint ``boxes`` that are in none of ``removed``, as disjoint boxes."""
    found = []
    for box in boxes:
        left = [box]
        for each in overlapping(box, removed, budget):
            left = [part for known in left for part in minus(known, each, budget)]
            if not left:
                break
        found += left
    return found


def disjoint(boxes: Iterable[Box], budget: Budget) -> list[Box]:
    """The same points, each in one box only. Wide boxes are kept whole where that is possible.

    Of equally wide ones those that ask for no label of a namespace are: what a selector by labels
    leaves of a namespace that is named would hang on labels that nobody may have written.
    """
    widest_first = sorted(dict.fromkeys(boxes), key=_width)
    shelf = Shelf(telling_axis(widest_first))
    found = []
    for box in widest_first:
        for part in minus_all([box], shelf, budget):
            shelf.put(part)
            found.append(part)
    return found


def _width(box: Box) -> tuple[int, bool]:
    return len(box.sides), any(axis.is_namespace_label for axis in box.sides)


def overlapping(box: Box, among: Shelf, budget: Budget) -> list[Box]:
    """The boxes that have points in common with ``box``."""
    near = among.near(box)
    budget.spend(len(near) + min(len(near) * box.size, among.size) // 32)
    return [each for each in near if box.overlaps(each)]
