"""At the gate (``EDGEWARDEN_STRICT=1``) a skipped test is a failed one.

An expected failure (``xfail``) is no skip: it ran, and said what was expected of it.
"""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("EDGEWARDEN_STRICT") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped at the gate, where every test must run: {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Of a skip pytest keeps the file, the line and the reason."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
