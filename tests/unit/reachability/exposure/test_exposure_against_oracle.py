"""Who reaches a namespace, asked of the pointwise oracle connection by connection."""

import os
from collections.abc import Callable
from typing import TypeAlias

import pytest

from edgewarden.reachability.addresses import internet
from edgewarden.reachability.exposure.ends import AskedEnds, ends_of
from edgewarden.reachability.exposure.exposure import Reach, openness
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.questions import ASKED_ABOUT
from tests.support import oracle
from tests.support.random_clusters import certain_pair, uncertain_pair

FIRST = int(os.environ.get("EDGEWARDEN_FIRST_SEED", "0"))
Pair: TypeAlias = Callable[[int], tuple[ClusterState, ClusterState]]
SEEDS = range(FIRST, FIRST + min(300, int(os.environ.get("EDGEWARDEN_SEEDS", "60"))))


def reach_of(ends: AskedEnds, pod: Workload) -> Reach:
    others = [
        each
        for each in ends.state.workloads
        if each.identity not in {ends.anybody.identity, ends.unlabelled.identity}
    ]
    if _certainly(ends.state, ends.anybody, pod):
        return Reach.EVERYONE if _from_internet(ends.state, pod) else Reach.EVERY_POD
    if _from_internet(ends.state, pod):
        return Reach.INTERNET
    coming = [each.namespace for each in others if _certainly(ends.state, each, pod)]
    if any(namespace != pod.namespace for namespace in coming):
        return Reach.OTHER_NAMESPACES
    return Reach.OWN_NAMESPACE if coming else Reach.NOBODY


def _from_internet(state: ClusterState, pod: Workload) -> bool:
    public = internet(state.profile)
    every = [*oracle.outside_addresses([state]), *(each.first for each in public)]
    return any(
        _certainly(state, address, pod)
        for address in every
        if any(
            each.first.version == address.version
            and int(each.first) <= int(address) <= int(each.last)
            for each in public
        )
    )


def _certainly(state: ClusterState, source: oracle.End, pod: Workload) -> bool:
    """On one port at least, in every world."""
    worlds = oracle.worlds([state], [source], [pod])
    return any(
        all(oracle.allowed(state, source, pod, point, world) for world in worlds)
        for point in oracle.points([state])
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pair", [certain_pair, uncertain_pair], ids=["certain", "uncertain"])
def test_the_reach_of_known_pods_is_that_of_the_oracle(pair: Pair, seed: int) -> None:
    cluster, _ = pair(seed)
    ends = ends_of(cluster)
    for each in openness(cluster).exposures:
        if any(pod.location == ASKED_ABOUT for pod in each.asked):
            continue
        reaches = {pod.identity: reach_of(ends, pod) for pod in each.asked}
        assert each.reach is max(reaches.values()), each.namespace
        assert {pod.identity for pod in each.reached} == {
            identity for identity, reach in reaches.items() if reach is each.reach
        }
