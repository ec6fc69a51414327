"""What selectors leave of a namespace, held against pods one by one."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.labels import EVERY_POD, LabelSelector, Operator, Requirement
from edgewarden.reachability.symbolic.remainder import remainder

KEYS = ("app", "tier")
VALUES = ("a", "b", "c")
PODS = [
    {key: value for key, value in zip(KEYS, values, strict=True) if value is not None}
    for values in product((*VALUES, None), repeat=len(KEYS))
]
"""All that selectors over these keys and values can tell apart: "c" is in no selector."""


def requirement(key: str, operator: Operator, values: list[str]) -> Requirement:
    listed = operator in {Operator.IN, Operator.NOT_IN}
    return Requirement(key, operator, tuple(sorted(set(values))) if listed else ())


selectors = st.lists(
    st.builds(
        requirement,
        st.sampled_from(KEYS),
        st.sampled_from(list(Operator)),
        st.lists(st.sampled_from(VALUES[:2]), min_size=1),
    ),
    max_size=3,
).map(lambda some: LabelSelector.of(*some))


@settings(deadline=None)
@given(st.lists(selectors, max_size=3), st.lists(selectors, max_size=4))
def test_a_pod_is_left_that_is_selected_and_not_taken(
    selected: list[LabelSelector], without: list[LabelSelector]
) -> None:
    found = remainder("shop", selected, without)
    assert found.exact
    for pod in PODS:
        left = any(each.admits(pod) for each in selected)
        left = left and not any(each.admits(pod) for each in without)
        holding = [
            each
            for each in found.pods
            if all(pod.get(key) in values for key, values in each.labels.items())
        ]
        assert len(holding) == left, pod


def test_what_takes_too_long_to_tell_is_never_said_to_be_nothing() -> None:
    many = [
        LabelSelector.of(*(Requirement(f"{n}-{m}", Operator.EXISTS) for m in range(9)))
        for n in range(40)
    ]
    found = remainder("shop", [EVERY_POD], many)
    assert not found.exact
    assert str(found) == "all pods in namespace shop"
