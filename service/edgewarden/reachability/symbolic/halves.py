"""The halves of a condition put together: what changed whatever labels a namespace has.

Boxes are cut apart without regard to what is known, so what is certain of a namespace that is
named may lie in two of them: one for the case that it has a label, one for the case that it has
not. Told apart each would read as if it hung on that.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from edgewarden.reachability.facts import Role
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, Tagged, fused
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all, overlapping
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.shelf import Shelf


def halves_joined(
    boxes: Tagged[Cause], namespaces: Namespaces, budget: Budget
) -> dict[Box, frozenset[Cause]]:
    """The same points of disjoint ``boxes``, again disjoint.

    What is there under every label that somebody may give to the namespaces that a box lists asks
    for none of these labels. Past ``budget`` the rest stays as it is.
    """
    joined = dict(boxes)
    try:
        for end in (*Role, *Role):  # what one end was missing is perhaps joined at the other
            _join(joined, end, namespaces, budget)
    except BudgetExhaustedError:
        pass
    return fused(joined)


def _join(
    joined: dict[Box, frozenset[Cause]], end: Role, namespaces: Namespaces, budget: Budget
) -> None:
    """In place, for the labels of namespaces at one end."""
    shelf = Shelf.of(tuple(joined))
    for box in tuple(joined):
        whole = _whatever_labels(box, end)
        if whole == box or box not in joined:
            continue
        near = dict.fromkeys(each for each in overlapping(whole, shelf, budget) if each in joined)
        certain = _certain(whole, tuple(near), end, namespaces, budget) if len(near) > 1 else []
        if not certain:
            continue
        told = Shelf.of(certain)
        left = {each: _existing(minus_all([each], told, budget), namespaces) for each in near}
        causes = {each: joined.pop(each) for each in near}
        joined |= {part: causes[each] for each, parts in left.items() for part in parts}
        for part in certain:
            joined[part] = frozenset[Cause]().union(
                *(why for each, why in causes.items() if each.overlaps(part))
            )
        for part in (*certain, *chain.from_iterable(left.values())):
            shelf.put(part)


def _certain(
    whole: Box, near: Sequence[Box], end: Role, namespaces: Namespaces, budget: Budget
) -> Sequence[Box]:
    """The points of ``whole`` that are in ``near`` whatever labels the namespaces have."""
    missing = _existing(minus_all([whole], Shelf.of(near), budget), namespaces)
    unsure = Shelf.of([_whatever_labels(part, end) for part in missing])
    return _existing(minus_all([whole], unsure, budget), namespaces)


def _existing(boxes: Iterable[Box], namespaces: Namespaces) -> list[Box]:
    """``boxes`` as the labels of namespaces allow them, without those that nothing is in."""
    consistent = map(namespaces.consistent, boxes)
    return [box for box in consistent if box is not None]


def _whatever_labels(box: Box, end: Role) -> Box:
    """``box`` without what it asks of the labels of namespaces that it lists at ``end``."""
    names = box.sides.get(axes.namespace(end))
    if not isinstance(names, Values) or names.inverted:
        return box
    asked = [axis for axis in box.sides if axis.is_namespace_label and axis.end == end.value]
    for axis in asked:
        box = box.free_of(axis)
    return box
