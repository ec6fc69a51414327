"""Every connection that could exist is in a statement exactly where the oracle sees it change."""

from random import Random

import pytest

from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.statements import EndSet, PodSet
from tests.support.conceivable import (
    Vocabulary,
    changes,
    check_statements,
    holds,
    points,
    relabelled,
    witness,
)
from tests.support.random_clusters import certain_pair

SEEDS = range(300)
POINTS = 60


@pytest.mark.parametrize("seed", SEEDS)
def test_a_connection_is_in_one_statement_if_it_changed_and_in_none_if_not(seed: int) -> None:
    check_statements(*certain_pair(seed), Random(seed), POINTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_statement_has_a_connection_and_each_that_is_picked_changed(seed: int) -> None:
    base, head = certain_pair(seed)
    random, words, diff = Random(seed), Vocabulary.of(base, head), difference(base, head)
    for change, statements in (((1, 0), diff.opened), ((0, 1), diff.closed)):
        for statement in statements:
            for _ in range(3):
                point = witness(random, statement, words, base, head)
                assert point is not None, str(statement)
                assert changes(base, head, point) == change, (str(statement), point)


@pytest.mark.parametrize("seed", SEEDS[:100])
@pytest.mark.parametrize("budget", [0, 40, 400])
def test_nothing_that_changed_is_left_out_however_small_the_budget(seed: int, budget: int) -> None:
    base, head = certain_pair(seed)
    diff = difference(base, head, budget=budget)
    for point in points(Random(seed), Vocabulary.of(base, head), POINTS):
        opened, closed = changes(base, head, point)
        if opened:
            assert any(holds(each, point, base, head) for each in diff.opened), point
        if closed:
            assert any(holds(each, point, base, head) for each in diff.closed), point


def test_random_points_change_often_enough_to_mean_something() -> None:
    changed = 0
    for seed in SEEDS[:40]:
        base, head = certain_pair(seed)
        for point in points(Random(seed), Vocabulary.of(base, head), POINTS):
            changed += sum(changes(base, head, point))
    assert changed > 100


def _hangs_on_labels(ends: EndSet) -> bool:
    return isinstance(ends, PodSet) and ends.conditional


@pytest.mark.parametrize("seed", SEEDS)
def test_what_hangs_on_a_label_of_a_named_namespace_does_not_change_without_it(seed: int) -> None:
    base, head = certain_pair(seed)
    random, words, diff = Random(seed), Vocabulary.of(base, head), difference(base, head)
    for change, statements in (((1, 0), diff.opened), ((0, 1), diff.closed)):
        ends = ((each, (each.source, each.destination)) for each in statements)
        for statement in (each for each, both in ends if any(map(_hangs_on_labels, both))):
            point = witness(random, statement, words, base, head)
            assert point is not None
            others = relabelled(point, statement, words)
            assert any(changes(base, head, each) != change for each in others), str(statement)
