"""Sets of connections as boxes: one restriction for each axis that matters.

All operations keep to the invariant of ``axes``: what restricts an axis of pods restricts the
kind of its end to pods as well, and a port name goes with the ports of its protocol.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import TypeAlias, TypeVar

from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.restrictions import Restriction

Tag = TypeVar("Tag")
Tagged: TypeAlias = Mapping["Box", frozenset[Tag]]
"""Boxes, each with what it goes back to."""


@dataclass(frozen=True, slots=True)
class Box:
    """The points that satisfy every restriction; an axis without one is free.

    No restriction is empty, and none is its whole axis, so equal sets of points are equal boxes
    as long as every point can exist.
    """

    sides: Mapping[Axis, Restriction] = field(default_factory=dict)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """That of the box without one side is this without the hash of that side.

        Computed once: boxes are looked up far more often than they are made.
        """
        known = self._hash
        if known is None:
            known = reduce(xor, map(hash, self.sides.items()), 0)
            object.__setattr__(self, "_hash", known)
        return known

    @property
    def size(self) -> int:
        """How much is written down to say the box."""
        return sum(map(len, self.sides.values()))

    def get(self, axis: Axis) -> Restriction:
        return self.sides.get(axis) or axis.everything

    def __and__(self, other: "Box") -> "Box | None":
        """The common points; ``None`` without any."""
        wide, narrow = (self, other) if len(self.sides) >= len(other.sides) else (other, self)
        sides = dict(wide.sides)
        for axis, restriction in narrow.sides.items():
            known = sides.get(axis)
            common = restriction if known is None else known & restriction
            if not common:
                return None
            sides[axis] = common
        return Box(sides)

    def overlaps(self, other: "Box") -> bool:
        few, many = (self, other) if len(self.sides) <= len(other.sides) else (other, self)
        for axis, restriction in few.sides.items():
            known = many.sides.get(axis)
            if known is not None and not known.overlaps(restriction):
                return False
        return True

    def covers(self, other: "Box") -> bool:
        """Whether every point of ``other`` is in this box."""
        for axis, restriction in self.sides.items():
            known = other.sides.get(axis)
            if known is None or known - restriction:
                return False
        return True

    def having(self, axis: Axis, restriction: Restriction) -> "Box":
        """This box with another restriction of one axis."""
        sides = {**self.sides, axis: restriction}
        if restriction == axis.everything:
            del sides[axis]
        return Box(sides)

    def free_of(self, axis: Axis) -> "Box":
        return Box({known: each for known, each in self.sides.items() if known != axis})


def conjunction(first: Box | None, *others: Box | None) -> Box | None:
    """The common points of all; ``None`` stands for the empty box."""
    common = first
    for each in others:
        if common is None or each is None:
            return None
        common &= each
    return common


_MOST_AXES = 32
_MOST_ROUNDS = 8


def fused(boxes: Tagged[Tag]) -> dict[Box, frozenset[Tag]]:
    """The same points in fewer boxes: those that differ along one axis only become one.

    This is for people, so it gives up early where it would take long: boxes of very many axes
    stay as they are.
    """
    if len(boxes) == 1:
        return dict(boxes)
    stay = {box: tags for box, tags in boxes.items() if len(box.sides) > _MOST_AXES}
    left = {box: tags for box, tags in boxes.items() if len(box.sides) <= _MOST_AXES}
    for _ in range(_MOST_ROUNDS):
        before = len(left)
        _fuse_once(left)
        if len(left) == before:
            break
    return {**left, **stay}


def fused_boxes(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """``fused`` for boxes that go back to nothing in particular."""
    nothing: frozenset[None] = frozenset()
    return tuple(fused(dict.fromkeys(boxes, nothing)))


_MANY = 64
"""More boxes than this are not compared with each other where there is no need."""


def without_covered(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The same points, wide boxes first, and without boxes in another one if they are not many."""
    widest_first = sorted(boxes, key=lambda each: len(each.sides))
    if len(boxes) > _MANY:
        return tuple(widest_first)
    found: list[Box] = []
    for box in widest_first:
        if not any(wider.covers(box) for wider in found):
            found.append(box)
    return tuple(found)


def _fuse_once(boxes: dict[Box, frozenset[Tag]]) -> None:
    """Fuse along every axis once, in place."""
    restricting: dict[Axis, list[Box]] = {}
    for box in boxes:
        for axis in box.sides:
            restricting.setdefault(axis, []).append(box)
    hashes = set(map(hash, boxes))
    for axis in sorted(restricting):
        alike: dict[int, list[Box]] = {}
        for box in dict.fromkeys(restricting[axis]):
            if box in boxes:
                rest = hash(box) ^ hash((axis, box.sides[axis]))
                alike.setdefault(rest, []).append(box)
        for rest, several in alike.items():
            if len(several) > 1 or rest in hashes:
                for whole in _along(axis, several, boxes):
                    hashes.add(hash(whole))
                    for each in whole.sides:
                        restricting[each].append(whole)


def _along(
    axis: Axis, boxes_alike: Sequence[Box], boxes: dict[Box, frozenset[Tag]]
) -> Iterator[Box]:
    """Replace boxes that are one but for ``axis`` by the box that they fill together."""
    alike: dict[Box, list[Box]] = {}
    for box in boxes_alike:
        alike.setdefault(box.free_of(axis), []).append(box)
    for rest, several in alike.items():
        if len(several) > 1 or rest in boxes:
            tags = frozenset[Tag]().union(*(boxes.pop(box) for box in several))
            first, *others = (box.sides[axis] for box in several)
            restriction = first.union(*others)
            if rest in boxes:
                restriction = axis.everything
            whole = rest.having(axis, restriction)
            boxes[whole] = tags | boxes.get(whole, frozenset())
            yield whole
