from collections.abc import Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.selection import disjoint, implies, unselected
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement

KEYS = ("a", "b")
VALUES = ("x", "y", "z")

valued = st.builds(
    Requirement,
    st.sampled_from(KEYS),
    st.sampled_from([Operator.IN, Operator.NOT_IN]),
    st.sets(st.sampled_from(VALUES), min_size=1).map(lambda found: tuple(sorted(found))),
)
bare = st.builds(
    Requirement,
    st.sampled_from(KEYS),
    st.sampled_from([Operator.EXISTS, Operator.DOES_NOT_EXIST]),
)
selectors = st.lists(valued | bare, max_size=3).map(lambda found: LabelSelector.of(*found))

EVERYTHING: tuple[Mapping[str, str], ...] = tuple(
    {key: value for key, value in zip(KEYS, choice, strict=True) if value is not None}
    for choice in product((None, *VALUES, "another"), repeat=len(KEYS))
)
"""All there is to tell apart: every value that a selector names, another one, and none."""


def selected(selector: LabelSelector) -> list[Mapping[str, str]]:
    return [labels for labels in EVERYTHING if selector.admits(labels)]


@settings(max_examples=300, deadline=None)
@given(selectors, st.lists(selectors, max_size=3))
def test_what_is_left_is_selected_and_by_no_other(
    selector: LabelSelector, others: list[LabelSelector]
) -> None:
    expected = [
        labels for labels in selected(selector) if not any(o.admits(labels) for o in others)
    ]
    left = unselected(selector, others)
    if left is None:
        assert expected == []
    else:
        assert selected(left)
        assert all(labels in expected for labels in selected(left))


@settings(max_examples=200, deadline=None)
@given(selectors, selectors)
def test_implication_and_disjointness_are_those_of_the_selected_sets(
    one: LabelSelector, other: LabelSelector
) -> None:
    assert implies(one, other) == all(other.admits(labels) for labels in selected(one))
    assert disjoint(one, other) == (not any(other.admits(labels) for labels in selected(one)))


def test_two_halves_select_all() -> None:
    half = LabelSelector.of(Requirement("a", Operator.IN, ("x",)))
    rest = LabelSelector.of(Requirement("a", Operator.NOT_IN, ("x",)))
    assert unselected(LabelSelector(), (half, rest)) is None
    assert unselected(LabelSelector(), (rest,)) == half


def test_too_many_selectors_to_be_sure_never_look_like_all() -> None:
    """Together these select everything, and each leaves out all but one combination."""
    answers = (Operator.EXISTS, Operator.DOES_NOT_EXIST)
    hard = [
        LabelSelector.of(*(Requirement(f"key-{n}", each) for n, each in enumerate(choice)))
        for choice in product(answers, repeat=11)
    ]
    assert unselected(LabelSelector(), hard) is not None
