"""The engine and a pointwise oracle agree on random clusters, point by point."""

import pytest

from edgewarden.reachability.reasons import FactKind
from tests.support.agreement import Questions, check_connectivity, check_diff
from tests.support.random_clusters import certain_pair, lingering_pair, uncertain_pair


@pytest.mark.parametrize("seed", range(150))
def test_the_difference_is_the_oracles_where_only_node_traffic_is_left_open(seed: int) -> None:
    base, head = certain_pair(seed)
    diff = check_diff(base, head, Questions.every((base, head)))
    for change in (*diff.may_added, *diff.may_removed):
        assert {fact.kind for fact in change.facts} == {FactKind.HOST_NETWORK}


@pytest.mark.parametrize("seed", range(50))
def test_the_edges_are_the_oracles_where_only_node_traffic_is_left_open(seed: int) -> None:
    state = certain_pair(10_000 + seed)[1]
    check_connectivity(state, Questions.every((state,)))


@pytest.mark.parametrize("seed", range(80))
def test_the_difference_is_the_oracles_in_every_world(seed: int) -> None:
    base, head = uncertain_pair(seed)
    check_diff(base, head, Questions.every((base, head)))


@pytest.mark.parametrize("seed", range(40))
def test_the_difference_is_the_oracles_where_workloads_may_still_be_there(seed: int) -> None:
    base, head = lingering_pair(30_000 + seed)
    check_diff(base, head, Questions.every((base, head)))


@pytest.mark.parametrize("seed", range(40))
def test_the_edges_are_the_oracles_in_every_world(seed: int) -> None:
    state = uncertain_pair(20_000 + seed)[1]
    check_connectivity(state, Questions.every((state,)))
