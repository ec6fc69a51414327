"""The steps of the symbolic comparison are those of the change, on clusters of two sizes."""

from functools import cache
from random import Random

import pytest

from benchmarks.changes import CHANGES, ONE_POLICY, RELABELLED
from benchmarks.clusters import cluster
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.symbolic.diff import difference_from
from edgewarden.reachability.symbolic.readings import Readings

STEPS = 100_000
"""Some forty times less than there are by default."""


@cache
def base(pods: int) -> Readings:
    return Readings(cluster(pods, 1, ClusterProfile()))


@pytest.mark.parametrize("pods", [1_000, 10_000])
@pytest.mark.parametrize("kind", [*ONE_POLICY, *RELABELLED])
def test_a_change_is_told_exactly_in_as_many_steps_on_a_large_cluster(kind: str, pods: int) -> None:
    for place in range(2):
        head = CHANGES[kind](base(pods).state, Random(place))
        assert difference_from(base(pods), Index.of(head), budget=STEPS).exact
