"""How long reviews take, and how that grows with the cluster.

    python -m benchmarks

measures both engines on clusters of three sizes, the reader of YAML beside the usual loaders, a
change of one file from its commits to its edges, judging by all rules, and the whole command beside
the tool that people would use otherwise. It ends with a table of what is aimed at, and with status
1 where a ratio is missed; other figures depend on the machine. Most of its ten minutes are the
other tool's.

    python -m benchmarks --quick

takes less than a minute, without the largest cluster and the other tool.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.aims import Aim, ratio, table
from benchmarks.changes import ONE_POLICY, RELABELLED
from benchmarks.first import first_evaluator
from benchmarks.incremental import incremental
from benchmarks.judging import judging
from benchmarks.measure import in_own_process
from benchmarks.peer import PeerError, against_analyzer
from benchmarks.reading import readings
from benchmarks.reviews import Reviews, reviews
from benchmarks.scratch import from_scratch, whole

SIZES = (1_000, 10_000, 100_000)
"""Pods; with 100,000 of them come 10,000 policies in 2,000 namespaces."""
REPEAT = 40
PROCESSES = 5
ENVIRONMENTS = Path(".bench")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="less than a minute, without the largest cluster and the other tool",
    )
    if parser.parse_args(arguments).quick:
        for pods in SIZES[:-1]:
            _reviewed(pods)
        aims = list(_reader())
        print(f"\n{table(aims)}")
        return 0
    small, _, large = map(_reviewed, SIZES)
    try:
        aims = [*_engines(small, large), *_reader(), *_changes(), *_rules(), *_command()]
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{table(aims)}")
    return int(any(aim.ratio and not aim.reached for aim in aims))


def _reviewed(pods: int) -> Reviews:
    found = in_own_process(reviews, pods, REPEAT)
    print(f"\n{found}", flush=True)
    return found


def _engines(small: Reviews, large: Reviews) -> Iterator[Aim]:
    """What one change costs in the large cluster, beside the small one and beside everything."""
    scratch = in_own_process(from_scratch, large.pods)
    print(f"\n{large.pods} pods, {scratch}", flush=True)
    recomputed = in_own_process(whole, large.pods)
    print(f"{large.pods} pods, {recomputed}", flush=True)
    first = in_own_process(first_evaluator, small.pods)
    print(f"{small.pods} pods, one change with the first evaluator: {first:.0f} ms", flush=True)
    kinds = [(small.by_kind[kind], large.by_kind[kind]) for kind in ONE_POLICY]
    yield ratio(
        "both states from nothing, in changes of one policy (slowest kind)",
        min(recomputed.took / there.concrete.median for _, there in kinds),
        least=200,
    )
    growth = f"one policy at {large.pods} pods, in times of {small.pods} pods (worst kind)"
    yield ratio(
        f"{growth}, concrete",
        max(there.concrete.median / here.concrete.median for here, there in kinds),
        most=5,
    )
    yield ratio(
        f"{growth}, both engines",
        max(there.both.median / here.both.median for here, there in kinds),
        most=5,
    )
    yield Aim("one policy, concrete, p95", large.concrete(ONE_POLICY).p95, " ms", most=15)
    yield Aim("one policy, symbolic, p95", large.symbolic(ONE_POLICY).p95, " ms", most=60)
    yield Aim("namespace relabelled, concrete, p95", large.concrete(RELABELLED).p95, " ms", most=30)
    yield Aim("namespace relabelled, symbolic, p95", large.symbolic(RELABELLED).p95, " ms", most=60)
    yield Aim("both states indexed, read afresh", scratch.index / 1000, " s", most=2)
    yield Aim("peak memory", max(large.memory, scratch.memory), " MB", most=250)


def _reader() -> Iterator[Aim]:
    """The reader, which keeps places, beside the loaders that do not."""
    for found in in_own_process(readings):
        print(f"\n{found}", flush=True)
        yield ratio(
            f"{found.tree}, yaml.safe_load_all in times of the reader",
            found.in_python / found.ours,
            least=1.5,
        )
        yield ratio(
            f"{found.tree}, the same with the parser in C", found.in_c / found.ours, least=1
        )


def _changes() -> Iterator[Aim]:
    """A change of one file, with the readings of the base in the cache and without."""
    for found in incremental():
        print(f"\n{found}", flush=True)
        yield from found.aims()


def _rules() -> Iterator[Aim]:
    """All rules on all policies of a repository, and on a change of one file."""
    for found in judging():
        print(f"\n{found}", flush=True)
        yield from found.aims()


def _command() -> Iterator[Aim]:
    """The whole command beside another tool."""
    found = in_own_process(against_analyzer, ENVIRONMENTS.absolute(), PROCESSES)
    print(f"\n{found}", flush=True)
    yield ratio(
        "network-config-analyzer, in runs of edgewarden diff",
        found.theirs.processor / found.seconds,
        least=100,
    )
    yield Aim("edgewarden diff, whole process", found.seconds, " s", most=2)


if __name__ == "__main__":
    sys.exit(main())
