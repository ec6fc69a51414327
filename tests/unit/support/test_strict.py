"""At the gate a skip is a failure; elsewhere it is a skip that everybody sees."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

SKIPS = """
import pytest

@pytest.fixture
def absent():
    pytest.skip("no reference material")

def test_that_skips_by_its_fixture(absent): ...

def test_that_skips_itself():
    pytest.skip("no PostgreSQL")

@pytest.mark.skip(reason="not today")
def test_that_is_marked(): ...

@pytest.mark.xfail(reason="known", strict=True)
def test_that_fails_as_expected():
    assert False

def test_that_runs(): ...
"""
SKIPPED_MODULE = """
import pytest

pytest.importorskip("a_module_that_nobody_has", reason="no such module")

def test_that_is_never_reached(): ...
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("EDGEWARDEN_STRICT", raising=False)
    pytester.makepyfile(test_skips=SKIPS, test_module=SKIPPED_MODULE)
    return pytester


def run(suite: pytest.Pytester) -> pytest.RunResult:
    return suite.runpytest_subprocess("-p", "tests.support.strict", "-p", "no:cacheprovider", "-ra")


def test_a_skip_is_a_skip_elsewhere(suite: pytest.Pytester) -> None:
    finished = run(suite)
    assert finished.ret == pytest.ExitCode.OK
    finished.assert_outcomes(skipped=4, passed=1, xfailed=1)


def test_a_skip_is_a_failure_at_the_gate(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite.path / "test_module.py").unlink()
    monkeypatch.setenv("EDGEWARDEN_STRICT", "1")
    finished = run(suite)
    assert finished.ret == pytest.ExitCode.TESTS_FAILED
    finished.assert_outcomes(passed=1, xfailed=1, failed=1, errors=2)
    reasons = ("no reference material", "not today", "no PostgreSQL")
    finished.stdout.fnmatch_lines_random([f"skipped at the gate*{each}" for each in reasons])


def test_a_skipped_module_is_a_failure_at_the_gate(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEWARDEN_STRICT", "1")
    finished = run(suite)
    assert finished.ret != pytest.ExitCode.OK
    finished.stdout.fnmatch_lines(["*skipped at the gate*no such module*"])


def test_this_suite_is_held_to_it(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("tests.support.strict")
