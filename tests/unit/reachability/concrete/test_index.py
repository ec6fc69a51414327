"""An index on top of another answers like one that was made from nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from edgewarden.reachability.concrete.bits import Weights, bitset, numbers
from edgewarden.reachability.concrete.delta import Numbering, delta, unshared
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import MANY, rebuilt, step, transition
from edgewarden.reachability.model import ClusterState
from tests.support.clusters import state, workload
from tests.support.random_clusters import certain_pair, uncertain_pair
from tests.support.rectangles import rectangles
from tests.unit.reachability.concrete.crowds import crowded_pair
from tests.unit.reachability.concrete.test_against_compare import answered

Pairs = Callable[[int], tuple[ClusterState, ClusterState]]


def said(found: Rectangles) -> object:
    return {pair: each.without_facts() for pair, each in answered(found).items()}


@pytest.mark.parametrize("pairs", [certain_pair, uncertain_pair, crowded_pair])
def test_an_index_made_anew_shows_the_same_changes(pairs: Pairs) -> None:
    for seed in range(40):
        base, head = pairs(seed)
        index = Index.of(base)
        what = delta(base, Numbering(index.inventory.workloads, index.numbers), head)
        anew = changes(step(index, rebuilt(index, head, what), what))
        assert said(anew) == said(changes(transition(index, head)))


@pytest.mark.parametrize("pairs", [certain_pair, uncertain_pair, crowded_pair])
def test_an_index_on_top_of_one_on_top_of_another_shows_the_same_changes(pairs: Pairs) -> None:
    """There and back: the second step finds the reverse of the first."""
    for seed in range(40):
        base, head = pairs(seed)
        there = transition(Index.of(base), head)
        assert said(changes(transition(there.head, base))) == said(rectangles(head, base))


def test_many_changed_workloads_are_compared_all_the_same() -> None:
    before = [workload(f"a/w{number}", "app=old") for number in range(MANY + 1)]
    base = state(*before)
    head = replace(base, workloads=tuple(replace(w, labels={"app": "new"}) for w in before))
    assert rectangles(base, head).rectangles == ()


def test_objects_that_both_have_are_shared_wherever_they_stand() -> None:
    first, second, third = ([number] for number in range(3))
    other = [1]
    assert unshared((first, second, third), (first, other, third)) == ([second], [other])
    assert unshared((first, second, third), (third, second, first)) == ([], [])
    assert unshared((first, second), (first, second, third)) == ([], [third])
    assert unshared((first, second), ()) == ([first, second], [])


@pytest.mark.parametrize("members", [[], [0], [7, 8, 70], list(range(0, 200, 3))])
def test_a_set_of_bits_gives_back_its_members(members: list[int]) -> None:
    assert list(numbers(bitset(members[::-1]))) == members


def test_weights_of_some_members_change_and_the_others_stay() -> None:
    weights = Weights.by_number([1, 5, 0, 3]).changed({1: 8, 4: 2})
    assert [weights.total(1 << number) for number in range(5)] == [1, 8, 0, 3, 2]
    assert weights.total(0b11111) == 14
