"""Every connection that could exist is in a statement exactly where the oracle sees it change."""

from itertools import product
from random import Random

import pytest

from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.ports import NO_PORTS
from edgewarden.reachability.symbolic.diff import difference
from tests.support import oracle
from tests.support.conceivable import Pod, Point, Vocabulary, allowed, holds, points, witness
from tests.support.random_clusters import certain_pair

SEEDS = range(300)
POINTS = 60


def changes(base: ClusterState, head: ClusterState, point: Point) -> tuple[int, int]:
    """How many opened and how many closed connections ``point`` is: one of the two at most."""
    before, after = allowed(base, point), allowed(head, point)
    return int(after and not before), int(before and not after)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_connection_is_in_one_statement_if_it_changed_and_in_none_if_not(seed: int) -> None:
    base, head = certain_pair(seed)
    diff = difference(base, head)
    assert diff.exact
    for point in points(Random(seed), Vocabulary.of(base, head), POINTS):
        opened = sum(holds(each, point, base, head) for each in diff.opened)
        closed = sum(holds(each, point, base, head) for each in diff.closed)
        assert (opened, closed) == changes(base, head, point), point


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


@pytest.mark.parametrize("seed", SEEDS[:100])
def test_known_workloads_see_the_same_changes_as_the_comparison_over_them(seed: int) -> None:
    base, head = certain_pair(seed)
    known, diff = compare(base, head), difference(base, head)
    changes_known = (*known.added, *known.removed, *known.changed)
    opened = {(each.src, each.dst): each.opened for each in changes_known}
    closed = {(each.src, each.dst): each.closed for each in changes_known}
    unchanged = [pod for pod in base.workloads if pod in head.workloads and not pod.host_network]
    for source, destination in product(unchanged, repeat=2):
        pair = _end(source), _end(destination)
        for protocol, number in oracle.points((base, head)):
            point = Point(_pod(source), _pod(destination), protocol, number, {})
            for statements, expected in ((diff.opened, opened), (diff.closed, closed)):
                held = any(holds(each, point, base, head) for each in statements)
                assert held == ((protocol, number) in expected.get(pair, NO_PORTS)), point


def _end(workload: Workload) -> WorkloadEnd:
    return WorkloadEnd(workload.namespace, workload.name, workload.kind)


def _pod(workload: Workload) -> Pod:
    return Pod(workload.namespace, workload.labels, workload.ports)
