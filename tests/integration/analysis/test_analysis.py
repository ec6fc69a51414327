"""The analysis child against content that breaks it."""

import os
import time
from datetime import UTC, datetime

import pytest
import structlog

from edgewarden.adapters.analysis import ChildAnalyst
from edgewarden.adapters.confinement import NICENESS, Limits
from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Comparison, Review, Verdict
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.location import ProblemKind
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import AssessmentRequest, TreePair
from tests.support.analysis_children import FORBIDDEN

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PACK = PolicyPack((), (ChecklistTerms("dns", "DNS is preserved", "pods resolve names"),), "d1")
CHILD = "tests.support.analysis_children"


def review(wish: str, limits: Limits | None = None, base: tuple[SourceFile, ...] = ()) -> Review:
    trees = TreePair(
        base=Snapshot(base),
        head=Snapshot((SourceFile("a.yaml", wish.encode()),)),
        comparison=Comparison.MERGE_RESULT,
        base_commit="b" * 40,
        head_commit="c" * 40,
        base_tree="d" * 40,
        head_tree="e" * 40,
    )
    analyst = ChildAnalyst(PACK, NO_CLAIMS, limits or Limits(seconds=30), CHILD)
    return analyst.assess(AssessmentRequest(trees, (), NOW))


def refused(wish: str, limits: Limits | None = None) -> str:
    """The message of a review that could not be made, and all that must hold of it."""
    result = review(wish, limits)
    (problem,) = result.problems
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.inconclusive
    assert not result.quiet
    assert problem.kind is ProblemKind.OUT_OF_BOUNDS
    assert problem.remedy
    assert result.reasons == (problem.message,)
    assert result.clusters == ()
    assert result.judged_at == NOW
    assert (result.provenance.base_tree, result.provenance.head_tree) == ("d" * 40, "e" * 40)
    assert "nothing of this change was judged" in problem.message
    return problem.message


def test_a_review_comes_back_from_the_child() -> None:
    result = review("nothing")

    assert result.verdict is Verdict.PASS
    assert result.provenance.policy_pack == "d1"
    assert result.judged_at == NOW


def test_a_name_that_is_not_utf_8_comes_through() -> None:
    name = b"caf\xe9\nx.yaml".decode("utf-8", "surrogateescape")

    assert review("nothing", base=(SourceFile(name, b"\xff\0"),)).assumptions == (name,)


def test_the_child_gets_none_of_the_services_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWARDEN_GITHUB_TOKEN", "secret")

    reasons = review("nothing").reasons

    assert "environment ['LC_ALL', 'PATH']" in reasons
    assert "directory /" in reasons
    assert "leads its session True" in reasons
    niceness = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
    assert f"nice {niceness}" in reasons


def test_what_a_library_prints_is_no_part_of_the_answer() -> None:
    assert review("talk").verdict is Verdict.PASS


def test_content_that_eats_memory_is_survived() -> None:
    assert "more than 300 MiB of memory" in refused("hog", Limits(memory=300 << 20, seconds=30))


@pytest.mark.parametrize("wish", ["abort", "choke"])
def test_what_ends_otherwise_for_want_of_memory_met_the_same_limit(wish: str) -> None:
    assert "more than 300 MiB of memory" in refused(wish, Limits(memory=300 << 20))


@pytest.mark.parametrize("wish", ["spin", "sleep"])
def test_content_that_never_ends_is_stopped_in_time(wish: str) -> None:
    start = time.monotonic()

    assert "longer than 2 s" in refused(wish, Limits(seconds=2))
    assert time.monotonic() - start < 10


def test_a_crash_of_the_interpreter_is_survived() -> None:
    assert "ended by SIGSEGV" in refused("crash")


@pytest.mark.parametrize("wish", ["fail", "recurse"])
def test_an_unexpected_error_is_survived(wish: str) -> None:
    assert "The analysis failed" in refused(wish)


def test_the_child_cannot_write_files() -> None:
    try:
        refused("write_a_file")
        assert FORBIDDEN.read_bytes() == b""
    finally:
        FORBIDDEN.unlink(missing_ok=True)


def test_an_answer_that_is_no_review_is_not_believed() -> None:
    assert "gave nothing that can be used" in refused("lie")


def test_an_answer_without_end_is_not_taken() -> None:
    assert "more than 64 MiB" in refused("flood", Limits(seconds=30))


def test_the_log_names_the_fault_and_not_the_content() -> None:
    with structlog.testing.capture_logs() as logs:
        refused("fail")

    (entry,) = logs
    assert entry["event"] == "analysis failed"
    assert "KeyError in " in entry["complaint"]
    assert "the content of a repository" not in str(entry)


def test_a_missing_child_is_a_failed_review() -> None:
    trees = TreePair(Snapshot(()), Snapshot(()), Comparison.TREES, "b", "c", "d", "e")
    analyst = ChildAnalyst(PACK, NO_CLAIMS, child="tests.support.no_such_child")

    result = analyst.assess(AssessmentRequest(trees, (), NOW))

    assert result.verdict is Verdict.INCONCLUSIVE
