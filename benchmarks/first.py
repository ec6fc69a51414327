"""The evaluator that this project began with, which asks every pair of workloads."""

from random import Random

from benchmarks.changes import port_added
from benchmarks.clusters import cluster
from benchmarks.measure import timed
from benchmarks.reviews import SEED
from edgewarden.reachability.model import ClusterProfile
from tests.support.pairwise import compare


def first_evaluator(pods: int) -> float:
    """Milliseconds of one more port in a rule."""
    base = cluster(pods, SEED, ClusterProfile())
    head = port_added(base, Random(SEED))
    took, _ = timed(lambda: compare(base, head))
    return took
