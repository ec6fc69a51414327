"""Many boxes, kept so that those which could overlap a box are found without asking each."""

from collections import Counter
from collections.abc import Iterable, Sequence

from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import Values

_FEW = 16
"""A box that admits up to so many values of an axis stands under each of them."""


class Shelf:
    """Boxes under the values of one axis; without ``axis`` on one heap."""

    def __init__(self, axis: Axis | None) -> None:
        self._axis = axis
        self._boxes: list[Box] = []
        self._under: dict[str | None, list[int]] = {}
        self._under_none: list[int] = []
        self.size = 0
        """How much is written down to say the boxes."""

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> "Shelf":
        """``boxes`` under the axis that tells most of them apart."""
        return cls.under(telling_axis(boxes), boxes)

    @classmethod
    def under(cls, axis: Axis | None, boxes: Iterable[Box]) -> "Shelf":
        shelf = cls(axis)
        for box in boxes:
            shelf.put(box)
        return shelf

    def put(self, box: Box) -> None:
        place = len(self._boxes)
        self._boxes.append(box)
        self.size += box.size
        values = self._values(box)
        if values is None:
            self._under_none.append(place)
        else:
            for value in values:
                self._under.setdefault(value, []).append(place)

    def near(self, box: Box) -> list[Box]:
        """At least the boxes that overlap ``box``, in the order in which they came."""
        values = self._values(box)
        if values is None:
            return self._boxes
        places = {place for value in values for place in self._under.get(value, ())}
        return [self._boxes[place] for place in sorted({*places, *self._under_none})]

    def _values(self, box: Box) -> frozenset[str | None] | None:
        """The values that ``box`` admits on the axis of the shelf, where they are few."""
        return None if self._axis is None else _few_values(box, self._axis)


def _few_values(box: Box, axis: Axis) -> frozenset[str | None] | None:
    restriction = box.sides.get(axis)
    if not isinstance(restriction, Values) or restriction.inverted or len(restriction) > _FEW:
        return None
    return restriction.listed


def telling_axis(boxes: Iterable[Box]) -> Axis | None:
    """The axis on which the boxes under one value, and those under none, are fewest."""
    spread: dict[Axis, Counter[str | None]] = {}
    placed: Counter[Axis] = Counter()
    total = 0
    for box in boxes:
        total += 1
        for axis in box.sides:
            values = _few_values(box, axis)
            if values is not None:
                placed[axis] += 1
                spread.setdefault(axis, Counter()).update(values)
    return min(
        sorted(spread),
        key=lambda axis: total - placed[axis] + max(spread[axis].values()),
        default=None,
    )
