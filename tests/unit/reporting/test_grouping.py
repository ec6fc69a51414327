"""Few products say what many said."""

from itertools import product
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reporting.grouping import fused
from tests.support.reviews import workload

Relation: TypeAlias = tuple[frozenset[WorkloadEnd], frozenset[WorkloadEnd]]

ENDS = [workload(f"shop/w{number}") for number in range(6)]
targets = st.frozensets(st.sampled_from(ENDS), min_size=1)


def disjoint(rows: dict[int, frozenset[WorkloadEnd]]) -> list[Relation]:
    return [(frozenset((ENDS[row],)), some) for row, some in rows.items()]


products = st.dictionaries(st.integers(0, 5), targets).map(disjoint)


@settings(deadline=None)
@given(products)
def test_fused_products_hold_the_same_pairs_each_once(several: list[Relation]) -> None:
    before, after = (
        sorted(pair for some in each for pair in product(*some))
        for each in (several, fused(several))
    )
    assert after == before


@settings(deadline=None)
@given(products)
def test_nothing_is_left_to_fuse(several: list[Relation]) -> None:
    left = fused(several)
    assert len({sources for sources, _ in left}) == len(left)
    assert len({others for _, others in left}) == len(left)


def test_rows_with_equal_targets_become_one_product_whatever_their_order() -> None:
    web, api, db, *_ = ENDS
    rows = [(frozenset((web,)), frozenset((db,))), (frozenset((api,)), frozenset((db,)))]
    assert fused(rows) == fused(rows[::-1]) == [(frozenset((web, api)), frozenset((db,)))]
