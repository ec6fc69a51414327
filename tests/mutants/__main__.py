"""Make each known mistake in a copy of the package and see that a test fails for it.

Prints a table and ends with 1 where a fault survives, or where the tests fail without one.
``python -m tests.mutants [words]`` takes only the faults that have one of the words.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import click

from tests.mutants.fault import ROOT, Fault, known_faults

_CASES = (
    "tests/conformance",
    "tests/unit/reachability/test_connectivity_cases.py",
    "tests/unit/reachability/test_diff_cases.py",
)
_SYMBOLIC = (
    "tests/unit/reachability/symbolic/test_boxes.py",
    "tests/unit/reachability/symbolic/test_symbolic_cases.py",
    "tests/unit/reachability/symbolic/test_symbolic_bounds.py",
)
_CONCEIVABLE = (
    "tests/unit/reachability/symbolic/test_symbolic_against_oracle.py",
    "tests/unit/reachability/symbolic/test_symbolic_and_known.py",
)
_CONCRETE = (
    "tests/unit/reachability/concrete/test_overlay.py",
    "tests/unit/reachability/concrete/test_tiers.py",
    "tests/unit/reachability/concrete/test_rectangle_cases.py",
    "tests/unit/reachability/concrete/test_step_cases.py",
    "tests/unit/reachability/concrete/test_doubt_cases.py",
    "tests/unit/reachability/concrete/test_reason_cases.py",
    "tests/unit/reachability/concrete/test_work.py",
    "tests/unit/reachability/concrete/test_index.py",
    "tests/unit/reachability/explain/test_pods_by_labels.py",
)
_PAIRWISE = "tests/unit/reachability/concrete/test_against_compare.py"
_RANDOM = (
    f"{_PAIRWISE}::test_changes_in_a_crowd_are_those_of_the_first_evaluator",
    f"{_PAIRWISE}::test_changes_that_hang_on_facts_are_those_of_the_first_evaluator",
    f"{_PAIRWISE}::test_changes_have_the_causes_of_the_first_evaluator",
    f"{_PAIRWISE}::test_certain_changes_are_those_of_the_first_evaluator",
    "tests/unit/reachability/test_seeds.py",
)
_SMALL = (
    "tests/unit/reachability/test_judgement.py",
    "tests/unit/reachability/test_strata.py",
    "tests/unit/reachability/test_permissions.py",
    "tests/unit/reachability/test_report.py",
    "tests/unit/reachability/test_isolation_cases.py",
    "tests/unit/reachability/concrete/test_reason_cases.py",
)
_MANIFESTS = (
    "tests/unit/manifests/test_policies.py",
    "tests/unit/manifests/test_workloads.py",
)
_CONFIGURATION = (
    "tests/unit/manifests/test_globs.py",
    "tests/unit/manifests/test_division.py",
    "tests/unit/manifests/test_applying.py",
    "tests/unit/manifests/test_variants.py",
    "tests/unit/manifests/test_destinations.py",
    "tests/unit/manifests/test_orphans.py",
    "tests/unit/workflows/test_drafting.py",
    "tests/unit/workflows/test_configuration.py",
    "tests/unit/workflows/test_states.py",
    "tests/unit/workflows/test_surroundings.py",
    "tests/unit/workflows/test_contributed.py",
    "tests/unit/workflows/test_contributed_makers.py",
    "tests/unit/workflows/test_contributions.py",
    "tests/unit/workflows/test_contributed_elsewhere.py",
    "tests/unit/workflows/test_named_clusters.py",
    "tests/unit/workflows/test_deployed.py",
)
_FACTS = (
    "tests/unit/governance/beyond",
    "tests/unit/governance/enforcement",
    "tests/unit/governance/names",
    "tests/unit/governance/peer_spans",
    "tests/unit/governance/ranges",
    "tests/unit/governance/redundancy",
    "tests/unit/governance/rule_ports",
    "tests/unit/governance/vacuity",
)
_FIRST_HOUR = (
    "tests/unit/reachability/exposure",
    "tests/unit/governance/survey",
    "tests/unit/governance/test_backtest.py",
)
_READER = (
    "tests/unit/manifests/test_yaml_reader.py",
    "tests/unit/manifests/test_standard_loader.py",
    "tests/unit/manifests/test_collector.py",
)
_INVENTORY = ("tests/unit/manifests/inventory",)
_INTAKE = (
    "tests/unit/web/test_inventories_api.py",
    "tests/unit/workflows/test_authorisation.py",
    "tests/unit/workflows/test_collecting.py",
)
_UPLOADS = ("tests/unit/manifests/uploads",)
_RENDERED = (
    "tests/unit/workflows/test_branches.py",
    "tests/unit/workflows/test_rendered.py",
    "tests/unit/workflows/test_uploads.py",
    "tests/unit/workflows/test_authorisation.py",
)
_RECALLED = (
    "tests/unit/adapters/cache",
    "tests/unit/workflows/test_recalled_readings.py",
)
_CACHED = ("tests/integration/cache",)
_STORED = (
    "tests/integration/store/test_contributions.py",
    "tests/integration/store/test_uploads.py",
)
_DEPLOYMENTS = (
    "tests/unit/manifests/deployments",
    "tests/unit/manifests/generation",
    "tests/unit/manifests/test_placing.py",
    "tests/unit/manifests/test_pruning.py",
    "tests/unit/manifests/test_replacements.py",
)
_CHARTS = (
    "tests/unit/manifests/test_chart_questions.py",
    "tests/unit/manifests/test_charts_as_read.py",
)
_RENDERING = (
    "tests/integration/rendering/test_helm.py",
    "tests/integration/rendering/test_isolation.py",
)
_SIGN_OFFS = (
    "tests/unit/governance/test_sign_offs.py",
    "tests/unit/workflows/test_sign_offs.py",
    "tests/unit/workflows/rulebook/test_checklist.py",
)
_FIXES = (
    "tests/unit/manifests/mending",
    "tests/unit/governance/fixes",
    "tests/unit/workflows/test_fixes.py",
    "tests/unit/reporting/test_comment.py",
)
_OWNERSHIP = (
    "tests/unit/governance/ownership",
    "tests/unit/workflows/test_people.py",
    "tests/unit/cli/test_rules.py",
    "tests/integration/git/test_ownership.py",
)
_CONTRACT = (
    "tests/unit/reachability/passage",
    "tests/unit/governance/contract",
    "tests/unit/workflows/test_contract_files.py",
)
SUITES = {
    "adapters/store": (_STORED,),
    "adapters/git": (_OWNERSHIP, _RECALLED, _CACHED),
    "adapters/rendering": (_RENDERING, _CACHED),
    "adapters": (_RECALLED, _CACHED),
    "governance/contract": (_CONTRACT,),
    "governance/fixes": (_FIXES,),
    "governance/ownership": (_OWNERSHIP,),
    "governance": (_FACTS, _SIGN_OFFS, _FIRST_HOUR, _OWNERSHIP, _CONFIGURATION),
    "manifests/inventory": (_INVENTORY,),
    "manifests/mending": (_FIXES,),
    "manifests/uploads": (_UPLOADS,),
    "manifests/deployments": (_DEPLOYMENTS,),
    "manifests/generation": (_DEPLOYMENTS,),
    "manifests": (
        *(_CONFIGURATION, _RECALLED, _CASES, _MANIFESTS, _READER, _DEPLOYMENTS),
        *(_INVENTORY, _UPLOADS, _CHARTS),
    ),
    "reporting": (_FIXES,),
    "workflows/rulebook": (_CONTRACT, _SIGN_OFFS, _CONFIGURATION),
    "workflows": (
        *(_SIGN_OFFS, _OWNERSHIP, _CONFIGURATION, _INTAKE, _RENDERED, _RECALLED),
        _FIXES,
    ),
    "reachability/passage": (_CONTRACT,),
    "reachability/symbolic": (_SYMBOLIC, _CONCEIVABLE),
    "reachability/exposure": (_FIRST_HOUR,),
    "reachability/concrete": (_CONCRETE, _CASES, _RANDOM),
    "reachability": (_SMALL, _CASES, _CONCRETE, _RANDOM),
}
"""The tests that can see a fault below a folder of the package, the most apt first.

They are run in stages, since to collect tests takes longer than to run the first of them.
"""
_SEEDS = "60"
_COPIED = ("service", "tests", "benchmarks", "policies", "migrations", "docs", "pyproject.toml")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", re.MULTILINE)
_TESTS_FAILED = 1
"""pytest's exit status; others mean that the run itself went wrong."""
_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """``caught_by`` is the first test that failed, empty where none did."""

    fault: Fault
    caught_by: str
    seconds: float


def main() -> int:
    words = sys.argv[1:]
    faults = [f for f in known_faults() if not words or any(w in f.fault for w in words)]
    processes = max(1, min(2, os.cpu_count() or 1))
    with tempfile.TemporaryDirectory(prefix="edgewarden-mutants-") as directory:
        copies = list(_copies(Path(directory), processes))
        stages = {stage for suite in SUITES.values() for stage in suite}
        if failed := _first_failure(copies[0], sorted(stages)):
            click.echo(f"The tests fail without any fault: {failed}", err=True)
            return 1
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            free.put(copy)
        outcomes = []
        with ThreadPoolExecutor(processes) as pool:
            for outcome in pool.map(lambda fault: _try(fault, free), faults):
                click.echo(_line(outcome))
                outcomes.append(outcome)
    survivors = [outcome.fault.fault for outcome in outcomes if not outcome.caught_by]
    click.echo(f"\n{len(outcomes) - len(survivors)} of {len(outcomes)} faults are caught")
    return 1 if survivors else 0


def _copies(directory: Path, count: int) -> Iterator[Path]:
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for number in range(count):
        copy = directory / str(number)
        copy.mkdir()
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=ignored)
            else:
                shutil.copy2(source, copy / name)
        yield copy


def _try(fault: Fault, free: "SimpleQueue[Path]") -> Outcome:
    if fault.occurrences() != 1:
        raise SystemExit(f"{fault.file} no longer holds the text of {fault.fault!r}: renew it")
    copy = free.get()
    began = time.monotonic()
    sound = fault.put_into(copy)
    try:
        return Outcome(fault, _first_failure(copy, _suite(fault)), time.monotonic() - began)
    finally:
        (copy / fault.path).write_text(sound, encoding="utf-8")
        free.put(copy)


def _suite(fault: Fault) -> Iterable[Sequence[str]]:
    return next(suite for folder, suite in SUITES.items() if fault.file.startswith(f"{folder}/"))


def _first_failure(copy: Path, stages: Iterable[Sequence[str]]) -> str:
    """The first test that fails in ``copy``, stage by stage, or an empty text."""
    return next(filter(None, (_failure(copy, stage) for stage in stages)), "")


def _failure(copy: Path, tests: Sequence[str]) -> str:
    """The first of ``tests`` that fails in ``copy``, or an empty text."""
    environment = {
        **os.environ,
        "EDGEWARDEN_SEEDS": _SEEDS,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(copy / "service"),
    }
    command = [sys.executable, "-m", "pytest", "--exitfirst", "--quiet", "--tb=no"]
    command += ["--noconftest", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {_PATIENCE} seconds"
    if done.returncode == 0:
        return ""
    failed = _FAILED.search(done.stdout)
    if failed is None or done.returncode != _TESTS_FAILED:
        raise SystemExit(f"pytest itself failed:\n{done.stdout}\n{done.stderr}")
    return failed.group(1)


def _line(outcome: Outcome) -> str:
    verdict = "caught" if outcome.caught_by else "SURVIVED"
    where = outcome.caught_by.rpartition("/")[2]
    return f"{verdict:9} {outcome.seconds:5.1f} s  {outcome.fault.fault:66.66}  {where:.100}"


if __name__ == "__main__":
    sys.exit(main())
