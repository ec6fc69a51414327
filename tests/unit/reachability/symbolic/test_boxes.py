"""The algebra of restrictions and boxes, point by point."""

from hypothesis import given
from hypothesis import strategies as st

from edgewarden.reachability.facts import Role
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, fused_boxes, without_covered
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.cutting import disjoint, minus, minus_all
from edgewarden.reachability.symbolic.restrictions import Restriction, Spans, Values
from edgewarden.reachability.symbolic.shelf import Shelf

DOMAIN = (None, "a", "b", "never listed")
NUMBERS = range(-1, 22)
VALUES = st.builds(Values, st.frozensets(st.sampled_from(DOMAIN[:3])), st.booleans())
SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3))).map(
    lambda spans: Spans.of((first, first + more) for first, more in spans)
)
LABELS = tuple(axes.pod_label(Role.SOURCE, key) for key in "kl")
SIDES = st.fixed_dictionaries(
    {},
    optional={
        **{axis: VALUES.filter(bool) for axis in LABELS},
        axes.PORTS: SPANS.filter(bool),
    },
)
BOXES = SIDES.map(
    lambda sides: Box({axis: side for axis, side in sides.items() if side != axis.everything})
)
POINTS = tuple((k, label, number) for k in DOMAIN for label in DOMAIN for number in (1, 2, 5, 20))
PLENTY = 10_000_000


def has(box: Box, point: tuple[str | None, str | None, int]) -> bool:
    values = dict(zip((*LABELS, axes.PORTS), point, strict=True))
    return all(_in(side, values[axis]) for axis, side in box.sides.items())


def _in(side: Restriction, value: str | int | None) -> bool:
    if isinstance(side, Spans):
        return isinstance(value, int) and value in side
    return isinstance(side, Values) and not isinstance(value, int) and value in side


def members(boxes: list[Box]) -> list[int]:
    """For each point, how many of ``boxes`` hold it."""
    return [sum(has(box, point) for box in boxes) for point in POINTS]


@given(VALUES, VALUES)
def test_values_combine_as_sets(left: Values, right: Values) -> None:
    for value in DOMAIN:
        assert (value in left & right) == (value in left and value in right)
        assert (value in left.union(right)) == (value in left or value in right)
        assert (value in left - right) == (value in left and value not in right)
    assert left.overlaps(right) == bool(left & right)


@given(SPANS, SPANS)
def test_spans_combine_as_sets(left: Spans, right: Spans) -> None:
    for number in NUMBERS:
        assert (number in left & right) == (number in left and number in right)
        assert (number in left.union(right)) == (number in left or number in right)
        assert (number in left - right) == (number in left and number not in right)
    assert left.overlaps(right) == bool(left & right)


@given(VALUES, VALUES, VALUES)
def test_values_are_put_together_once(first: Values, second: Values, third: Values) -> None:
    assert first.union(second, third) == first.union(second).union(third)


@given(SPANS, SPANS)
def test_equal_sets_of_numbers_are_equal_values(left: Spans, right: Spans) -> None:
    assert (left - right).union(left & right) == left


@given(BOXES, BOXES)
def test_what_is_cut_off_and_what_is_common_make_up_a_box(box: Box, other: Box) -> None:
    left, common = minus(box, other, Budget(PLENTY)), box & other
    parts = [*left, *([common] if common is not None else [])]
    assert members(parts) == members([box])
    assert (common is not None) == box.overlaps(other)
    assert (not left) == other.covers(box)


@given(st.lists(BOXES, max_size=4), st.lists(BOXES, max_size=4))
def test_differences_of_many_boxes(boxes: list[Box], removed: list[Box]) -> None:
    apart = disjoint(boxes, Budget(PLENTY))
    assert members(apart) == [min(count, 1) for count in members(boxes)]
    left = minus_all(apart, Shelf.of(removed), Budget(PLENTY))
    taken = members(removed)
    assert members(left) == [
        0 if out else held for held, out in zip(members(apart), taken, strict=True)
    ]


@given(st.lists(BOXES, max_size=5))
def test_fewer_boxes_hold_the_same_points(boxes: list[Box]) -> None:
    held = [bool(count) for count in members(boxes)]
    for fewer in (fused_boxes(boxes), without_covered(boxes)):
        assert len(fewer) <= len(boxes)
        assert [bool(count) for count in members(list(fewer))] == held


@given(st.lists(BOXES, max_size=6), BOXES)
def test_a_shelf_finds_every_box_that_overlaps(boxes: list[Box], asked: Box) -> None:
    near = Shelf.of(boxes).near(asked)
    assert [box for box in near if box.overlaps(asked)] == [
        box for box in boxes if box.overlaps(asked)
    ]
