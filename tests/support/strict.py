"""At the gate (``EDGEWARDEN_STRICT=1``) a skipped test is a failed one."""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("EDGEWARDEN_STRICT") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped at the gate, where every test must run: {report.longrepr}"
    return report
