"""How long the concrete engine takes for one change, and how that grows with the cluster.

    python -m benchmarks.reachability [--pods 1000 10000 100000] [--repeat 40] [--whole]

prints for every size of cluster the time to index it, and for every kind of change the median
and the 95th percentile of what a review of it takes with a warm index. ``--whole`` also takes the
time of both states evaluated from nothing, and at the smallest size that of the first evaluator;
at 100,000 pods this runs for minutes.
"""

import argparse
import gc
import resource
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from statistics import median, quantiles
from time import process_time
from typing import TypeVar

from benchmarks.changes import CHANGES, ONE_POLICY
from benchmarks.clusters import cluster
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState

Result = TypeVar("Result")

SEED = 20261123
WARM_UP = 3
"""Changes of each kind that are not counted: they fill what the index derives when asked."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Benchmarks of the concrete engine.")
    parser.add_argument("--pods", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--blocks", type=AddressMatch, default=AddressMatch.UNKNOWN)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args(arguments)
    profile = ClusterProfile(ip_block_matches_pods=options.blocks)
    one_policy: dict[int, float] = {}
    for pods in options.pods:
        state = cluster(pods, SEED, profile)
        index = indexed(state)
        one_policy[pods] = table(index, options.repeat)
        if options.whole:
            whole(state, one_policy[pods])
            if pods == min(options.pods):
                first_evaluator(state)
    smallest, largest = min(one_policy), max(one_policy)
    ratio = one_policy[largest] / one_policy[smallest]
    print(
        f"\none policy at {largest} pods takes {ratio:.1f} times what it takes at {smallest} pods"
    )


def review(index: Index, head: ClusterState) -> Rectangles:
    return changes(transition(index, head))


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of the processor, which other work on the machine hardly touches."""
    start = process_time()
    made = work()
    return (process_time() - start) * 1000, made


def indexed(state: ClusterState) -> Index:
    """The index of ``state``, kept out of the way of the garbage collector."""
    before = resident()
    took, index = timed(lambda: Index.of(state))
    gc.collect()
    gc.freeze()
    print(
        f"\n{state.name}: {len(state.workloads)} workloads, {len(state.policies)} policies, "
        f"{len(state.namespaces)} namespaces; index in {took:.0f} ms; "
        f"resident at most {before} MB with the objects alone, {resident()} MB with the index"
    )
    return index


def resident() -> int:
    """The most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def table(index: Index, repeat: int) -> float:
    """Print a line for every kind of change; the median over those of a single policy."""
    print(f"{'':34}{'median':>9}{'p95':>9}{'first':>9}   ms    lines  judged  rectangles")
    single: list[float] = []
    for kind, change in CHANGES.items():
        random = Random(f"{SEED} {kind}")
        times: list[float] = []
        answers: list[Rectangles] = []
        for _ in range(WARM_UP + repeat):
            head = change(index.state, random)
            took, found = timed(partial(review, index, head))
            times.append(took)
            answers.append(found)
        counted = times[WARM_UP:]
        if kind in ONE_POLICY:
            single.extend(counted)
        print(
            f"{kind:34}{median(counted):9.2f}{quantiles(counted, n=20)[-1]:9.2f}{times[0]:9.2f}   "
            f"{median(each.work.lines for each in answers):9.0f}"
            f"{median(each.work.judged for each in answers):8.0f}"
            f"{median(len(each.rectangles) for each in answers):12.0f}"
        )
    print(f"{'one policy, all kinds':34}{median(single):9.2f}{quantiles(single, n=20)[-1]:9.2f}")
    return median(single)


def whole(state: ClusterState, one_policy: float) -> None:
    """Both states from nothing with the same engine, against the difference alone."""
    nothing = Index.of(replace(state, workloads=()))
    took, found = timed(lambda: changes(transition(nothing, state)))
    print(
        f"both states from nothing: {2 * took:.0f} ms for {found.work.lines} lines each, "
        f"{2 * took / one_policy:.0f} times a change of one policy"
    )


def first_evaluator(state: ClusterState) -> None:
    """The first evaluator on one change of the small cluster."""
    head = next(iter(CHANGES.values()))(state, Random(SEED))
    took, _ = timed(lambda: compare(state, head))
    print(f"first evaluator, {next(iter(CHANGES))}: {took:.0f} ms")


if __name__ == "__main__":
    main()
