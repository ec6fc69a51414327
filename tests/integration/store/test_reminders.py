"""A reminder is written once."""

from edgewarden.workflows.ports import Store
from tests.integration.store.sample import DAY, NOW, exception, grant, person


def test_a_reminder_is_written_once_for_each_end_and_milestone(store: Store) -> None:
    granted = grant(store, exception())
    other = grant(store, exception())
    with store.begin() as transaction:
        reminders = transaction.reminders
        assert reminders.claim(granted.number, granted.expires_at, "week", NOW)
        assert not reminders.claim(granted.number, granted.expires_at, "week", NOW + DAY)
        assert reminders.claim(granted.number, granted.expires_at, "day", NOW)
        assert reminders.claim(granted.number, granted.expires_at + DAY, "week", NOW)
        assert reminders.claim(other.number, other.expires_at, "week", NOW)
    with store.begin() as transaction:
        assert not transaction.reminders.claim(granted.number, granted.expires_at, "week", NOW)


def test_outstanding_is_what_ends_soon_and_whose_end_was_not_told(store: Store) -> None:
    soon = grant(store, exception(expires_at=NOW + DAY))
    ended = grant(store, exception(starts_at=NOW - 2 * DAY, expires_at=NOW - DAY))
    told = grant(store, exception(starts_at=NOW - 2 * DAY, expires_at=NOW - DAY))
    grant(store, exception(expires_at=NOW + 2 * DAY))
    revoked = grant(store, exception(expires_at=NOW + DAY))
    ada = person(store)
    with store.begin() as transaction:
        transaction.register.revoke(revoked.number, ada, "gone", NOW)
        transaction.reminders.claim(told.number, told.expires_at, "end", NOW)
        transaction.reminders.claim(ended.number, ended.expires_at, "week", NOW)
        transaction.reminders.claim(ended.number, ended.expires_at + DAY, "end", NOW)
    with store.begin() as transaction:
        outstanding = transaction.reminders.outstanding(NOW + 2 * DAY, "end")
        assert list(outstanding) == [ended.number, soon.number]
