import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.review import Verdict
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reporting.status import (
    LONGEST_DESCRIPTION,
    InconclusiveStatus,
    StatusState,
    status_line,
)
from tests.support.reviews import added, finding, problem, removed, review, tcp, workload
from tests.unit.reporting.situations import SITUATIONS


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.PASS, StatusState.SUCCESS),
        (Verdict.ATTENTION, StatusState.SUCCESS),
        (Verdict.BLOCKED, StatusState.FAILURE),
        (Verdict.INCONCLUSIVE, StatusState.FAILURE),
    ],
)
def test_a_verdict_becomes_a_status(verdict: Verdict, state: StatusState) -> None:
    assert status_line(review(verdict)).state is state


def test_inconclusive_is_neutral_where_that_is_configured() -> None:
    line = status_line(review(Verdict.INCONCLUSIVE), InconclusiveStatus.NEUTRAL)

    assert line.state is StatusState.NEUTRAL


def test_a_quiet_review_says_that_nothing_changes() -> None:
    assert status_line(review()).description == "Passes: no connection changes"


def test_a_description_counts_what_the_comment_lists() -> None:
    line = status_line(SITUATIONS["the-shop"])

    assert line.description == "Needs attention: 5 newly allowed, 4 newly blocked and 2 findings"


@settings(deadline=None)
@given(counts=st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_a_description_is_never_too_long(counts: list[int]) -> None:
    a, b = workload("a/a"), workload("b/b")
    line = status_line(
        review(
            Verdict.INCONCLUSIVE,
            ReachabilityDiff(
                added=(added(a, b, tcp(1)),) * counts[0],
                removed=(removed(a, b, tcp(1)),) * counts[1],
            ),
            findings=(finding(),) * counts[2],
            problems=(problem(),) * counts[3],
        )
    )

    assert len(line.description) <= LONGEST_DESCRIPTION
