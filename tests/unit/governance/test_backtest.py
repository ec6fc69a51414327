"""What replayed changes come to, taken together."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.governance.backtest import (
    Backtest,
    MergedChange,
    Objection,
    Replayed,
    RuleCount,
    Unreadable,
)
from edgewarden.governance.findings import Enforcement
from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def change(name: str) -> MergedChange:
    return MergedChange(name, "parent", f"Change {name}", NOON, merge=False)


def replayed(
    name: str, verdict: Verdict = Verdict.PASS, *, sentence: str | None = None, seconds: float = 1
) -> Replayed:
    """Quiet where ``sentence`` is empty."""
    said = name if sentence is None else sentence
    return Replayed(change(name), verdict, not said, said, seconds)


def backtest(*each: Replayed, skipped: int = 0, unreadable: int = 0) -> Backtest:
    lost = tuple(Unreadable(change(str(n)), "It is gone.") for n in range(unreadable))
    return Backtest("main", each, skipped, lost, parentless=0, shallow=False)


def test_what_is_skipped_passes_quietly_and_what_is_unreadable_has_no_verdict() -> None:
    found = backtest(
        replayed("a", Verdict.BLOCKED), replayed("b", sentence=""), skipped=3, unreadable=2
    )
    assert found.changes == 7
    assert found.comments == 1
    assert {each: count for each, count in found.verdicts.items() if count} == {
        Verdict.BLOCKED: 1,
        Verdict.PASS: 4,
    }


def test_of_each_verdict_the_newest_is_read_first() -> None:
    found = backtest(
        replayed("pass-1"),
        replayed("blocked-1", Verdict.BLOCKED),
        replayed("blocked-2", Verdict.BLOCKED),
        replayed("open", Verdict.INCONCLUSIVE),
        replayed("attention", Verdict.ATTENTION),
        replayed("blocked-3", Verdict.BLOCKED),
    )
    assert [each.change.commit for each in found.instructive(5)] == [
        "blocked-1",
        "attention",
        "open",
        "pass-1",
        "blocked-2",
    ]


def test_what_says_the_same_is_read_once_and_what_is_quiet_never() -> None:
    found = backtest(
        replayed("a", Verdict.ATTENTION, sentence="same"),
        replayed("b", Verdict.ATTENTION, sentence="same"),
        replayed("c", sentence=""),
    )
    assert [each.change.commit for each in found.instructive(5)] == ["a"]


@pytest.mark.parametrize(
    ("times", "median", "slowest"),
    [((), 0, 0), ((3,), 3, 3), ((1, 2, 3), 2, 3), (range(1, 101), 50.5, 95)],
)
def test_times_are_those_of_the_changes_that_were_judged(
    times: tuple[int, ...], median: float, slowest: float
) -> None:
    found = backtest(*(replayed(str(each), seconds=each) for each in times), skipped=5)
    assert (found.median_seconds, found.seconds_of(0.95)) == (median, slowest)


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_so_large_a_share_takes_no_longer(times: list[float], share: float) -> None:
    found = backtest(*(replayed(str(n), seconds=each) for n, each in enumerate(times)))
    most = found.seconds_of(share)
    assert most in times
    assert sum(each <= most for each in times) >= share * len(times)


def test_findings_are_counted_by_rule_and_by_change() -> None:
    loud, quiet = Enforcement.WARN, Enforcement.AUDIT
    place = Location("a.yaml", 1)
    one, two = (Objection(*each, "It is so.", place) for each in (("one", loud), ("two", quiet)))
    a = replace(replayed("a"), objections=(one, one, two))
    found = backtest(a, replace(replayed("b"), objections=(one,)), skipped=18)
    assert found.rules == (RuleCount("one", loud, 3, 2, 20), RuleCount("two", quiet, 1, 1, 20))
    assert [each.per_twenty for each in found.rules] == [3, 1]
    assert found.of_rule("two").rules == (RuleCount("two", quiet, 1, 1, 20),)
