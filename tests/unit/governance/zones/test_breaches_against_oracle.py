"""A connection is in a breach exactly where it opens and, read plainly, its zones refuse it."""

from random import Random

import pytest

from edgewarden.governance.proposal import Proposal
from edgewarden.governance.zones.breach import Breach
from edgewarden.governance.zones.breaches import breaches
from edgewarden.governance.zones.zones import Dimension
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.statements import Statement
from tests.support.conceivable import (
    End,
    Pod,
    Point,
    Vocabulary,
    allowed,
    changes,
    holds,
    namespace_labels,
    points,
    witness,
)
from tests.support.random_clusters import certain_pair
from tests.support.random_zones import passes, random_zones, terms_of, zone_of

SEEDS = range(80)
POINTS = 60


def _proposal(seed: int) -> Proposal:
    base, head = certain_pair(seed)
    return Proposal(base, head, ReachabilityDiff(symbolic=difference(base, head)))


def _zone(dimension: Dimension, end: End, point: Point, head: ClusterState) -> str | None:
    labels = namespace_labels(head, end.namespace, point) if isinstance(end, Pod) else {}
    return zone_of(dimension, end, labels)


def _holding(
    found: tuple[Breach, ...], dimension: Dimension, point: Point, proposed: Proposal
) -> list[tuple[Breach, Statement]]:
    return [
        (breach, part)
        for breach in found
        if breach.respect is dimension.respect
        for part in breach.parts
        if holds(part, point, proposed.base, proposed.head)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_opens_against_the_terms_is_in_one_part_with_its_zones(seed: int) -> None:
    proposed, zones = _proposal(seed), random_zones(seed)
    found = breaches(proposed, zones)
    words = Vocabulary.of(proposed.base, proposed.head)
    for point in points(Random(seed), words, POINTS):
        opened, _ = changes(proposed.base, proposed.head, point)
        for dimension in zones:
            source, destination = (
                _zone(dimension, end, point, proposed.head)
                for end in (point.source, point.destination)
            )
            terms = terms_of(dimension, source, destination)
            told = _holding(found, dimension, point, proposed)
            if opened and not passes(terms, point):
                ((breach, _),) = told
                assert source in breach.source, (breach.key, point)
                assert destination in breach.destination, (breach.key, point)
                assert breach.terms == terms
            else:
                assert all(_hangs_on_zones(breach) and opened for breach, _ in told), point


def _hangs_on_zones(breach: Breach) -> bool:
    """Whether it is not known which two zones are meant, so that they may be one."""
    return breach.source.inverted and breach.destination.inverted


@pytest.mark.parametrize("seed", SEEDS)
def test_each_connection_that_is_picked_of_a_part_opens_against_the_terms(seed: int) -> None:
    proposed, zones = _proposal(seed), random_zones(seed)
    random, words = Random(seed), Vocabulary.of(proposed.base, proposed.head)
    for breach in breaches(proposed, zones):
        dimension = zones.get(breach.respect)
        assert dimension is not None
        for part in breach.parts:
            point = witness(random, part, words, proposed.base, proposed.head)
            assert point is not None, str(part)
            assert allowed(proposed.head, point)
            assert not allowed(proposed.base, point)
            source, destination = (
                _zone(dimension, end, point, proposed.head)
                for end in (point.source, point.destination)
            )
            refused = not passes(terms_of(dimension, source, destination), point)
            assert refused or (source == destination and _hangs_on_zones(breach)), str(part)


@pytest.mark.parametrize("seed", SEEDS[:30])
@pytest.mark.parametrize("budget", [0, 30, 300])
def test_nothing_is_left_out_however_small_the_budget(seed: int, budget: int) -> None:
    proposed, zones = _proposal(seed), random_zones(seed)
    found = breaches(proposed, zones, budget=budget)
    words = Vocabulary.of(proposed.base, proposed.head)
    for point in points(Random(seed), words, POINTS):
        opened, _ = changes(proposed.base, proposed.head, point)
        for dimension in zones if opened else ():
            ends = (point.source, point.destination)
            pair = (_zone(dimension, end, point, proposed.head) for end in ends)
            if not passes(terms_of(dimension, *pair), point):
                assert _holding(found, dimension, point, proposed), point


def test_random_zones_refuse_often_enough_to_mean_something() -> None:
    found = [breach for seed in SEEDS for breach in breaches(_proposal(seed), random_zones(seed))]
    assert sum(each.certain for each in found) > 100
    assert sum(not each.certain for each in found) > 100
