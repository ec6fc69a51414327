"""An exception is called to mind before it ends, and once after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edgewarden.governance.exceptions import PolicyException
from edgewarden.workflows.ports import NotificationError, Stage
from edgewarden.workflows.reconcile import reconcile
from edgewarden.workflows.reminders import milestones, remind, reminder_notice
from tests.support import reviews
from tests.support.flow import Flow, Killed, RecordingNotifier, SettableClock

ENDS = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)


def exception(*, term: timedelta = timedelta(days=90), ends: datetime = ENDS) -> PolicyException:
    return replace(reviews.exception(1), starts_at=ends - term, expires_at=ends)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def flow_at(text: str) -> Flow:
    return Flow(clock=SettableClock(at(text)))


def sent(flow: Flow) -> list[str]:
    flow.work()
    return [notice.data["milestone"] for notice in flow.notifiers[0].sent]


def test_days_are_counted_back_from_the_last_valid_day() -> None:
    assert [(m.name, m.due) for m in milestones(exception(), (7, 30, 0))] == [
        ("30d", at("2026-12-01")),
        ("7d", at("2026-12-24")),
        ("0d", at("2026-12-31")),
        ("expired", ENDS),
    ]


def test_an_end_at_midnight_makes_the_day_before_the_last_valid_day() -> None:
    [last, _] = milestones(exception(ends=at("2026-12-31")), (0,))
    assert last.due == at("2026-12-30")


def test_milestones_longer_than_the_term_are_dropped() -> None:
    names = [m.name for m in milestones(exception(term=timedelta(days=10)), (30, 14, 7, 1, 0))]
    assert names == ["7d", "1d", "0d", "expired"]


def test_each_milestone_is_told_once() -> None:
    flow = flow_at("2026-11-30T23:59")
    flow.grant(exception())
    assert remind(flow.services).told == 0
    flow.clock.set(at("2026-12-01T00:00"))
    assert remind(flow.services).told == 1
    assert remind(flow.services).told == 0
    assert sent(flow) == ["30d"]
    for day in range(2, 32):
        flow.clock.set(at(f"2026-12-{day:02d}T12:00"))
        remind(flow.services)
        flow.work()
    flow.clock.set(ENDS)
    remind(flow.services)
    flow.work()
    flow.clock.advance(days=100)
    remind(flow.services)
    assert sent(flow) == ["30d", "14d", "7d", "1d", "0d", "expired"]


def test_downtime_is_made_up_for_by_one_message() -> None:
    flow = flow_at("2026-12-30T12:00")
    flow.grant(exception())
    assert remind(flow.services).told == 1
    assert sent(flow) == ["1d"]
    assert remind(flow.services).told == 0


def test_after_a_downtime_past_the_end_only_the_end_is_told() -> None:
    flow = flow_at("2027-01-05T12:00")
    flow.grant(exception())
    remind(flow.services)
    assert sent(flow) == ["expired"]
    assert flow.notifiers[0].sent[0].subject == "EXC-1 expired on 2026-12-31 18:00 UTC"


def test_a_notice_says_who_when_and_what_to_do() -> None:
    flow = flow_at("2026-12-24T18:00")
    flow.grant(exception())
    remind(flow.services)
    flow.work()
    [notice] = flow.notifiers[0].sent
    assert notice.subject == "EXC-1 expires in 7 days, on 2026-12-31 18:00 UTC"
    assert notice.recipients == ("ada@example.test",)
    assert "Owner: payments" in notice.text
    assert "Remove the opening from the policies before then" in notice.text


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-12-24T00:00", "in 7 days"),
        ("2026-12-29T18:01", "in 1 day"),
        ("2026-12-30T18:01", "within a day"),
        ("2026-12-31T17:01", "within an hour"),
    ],
)
def test_a_notice_counts_whole_days(now: str, said: str) -> None:
    notice = reminder_notice("key", exception(), "1d", at(now), ())
    assert notice.subject == f"EXC-1 expires {said}, on 2026-12-31 18:00 UTC"


def test_a_revoked_exception_is_not_called_to_mind() -> None:
    flow = flow_at("2026-12-24T18:00")
    granted = flow.grant(exception())
    remind(flow.services)
    with flow.store.begin() as transaction:
        actor = transaction.people.ensure("ada", frozenset(), flow.clock.now())
        transaction.register.revoke(granted.number, actor, "gone", flow.clock.now())
    assert sent(flow) == []
    flow.clock.set(ENDS)
    assert remind(flow.services).told == 0


def test_a_notifier_that_fails_is_tried_again_and_the_others_are_not() -> None:
    mail, webhook = RecordingNotifier("smtp"), RecordingNotifier("webhook")
    flow = Flow(clock=SettableClock(at("2026-12-24T18:00")), notifiers=(mail, webhook))
    flow.grant(exception())
    mail.fail_next = NotificationError("the server refused the sender")
    remind(flow.services)
    flow.work()
    assert (len(mail.sent), len(webhook.sent)) == (0, 1)
    flow.clock.advance(seconds=6)
    reconcile(flow.services)
    flow.work()
    assert (len(mail.sent), len(webhook.sent)) == (1, 1)


def test_a_receiver_that_comes_back_gets_the_latest_reminder_and_no_flood() -> None:
    flow = flow_at("2026-12-01T12:00")
    flow.grant(exception())
    remind(flow.services)
    flow.queue.messages.clear()
    for day in (17, 24, 30):
        flow.clock.set(at(f"2026-12-{day}T12:00"))
        assert remind(flow.services).told == 1
        flow.queue.messages.clear()

    reconcile(flow.services)

    assert sent(flow) == ["1d"]


def test_a_reminder_that_comes_late_is_told_until_the_next_is_due() -> None:
    flow = flow_at("2026-12-17T00:00")
    flow.grant(exception())
    remind(flow.services)
    flow.clock.set(at("2026-12-23T23:59"))
    assert sent(flow) == ["14d"]


def test_a_message_says_the_same_key_again_when_it_is_sent_again() -> None:
    flow = flow_at("2026-12-24T18:00")
    flow.grant(exception())
    remind(flow.services)
    flow.observer.kill_at(Stage.SENT)
    with pytest.raises(Killed):
        flow.work()
    flow.clock.advance(minutes=6)
    reconcile(flow.services)
    flow.work()
    first, again = flow.notifiers[0].sent
    assert first.key == again.key == "EXC-1:2026-12-31T18:00:00+00:00:7d:log"


def test_what_could_not_be_delivered_is_told_to_the_observer() -> None:
    flow = flow_at("2026-12-24T18:00")
    flow.grant(exception())
    flow.notifiers[0].fail_next = NotificationError("the server refused the sender")
    remind(flow.services)
    flow.work()
    assert flow.observer.failures == [
        "reminder: cannot send the reminder: the server refused the sender"
    ]
