"""A reminder is written once."""

from edgewarden.workflows.ports import Store
from tests.integration.store.sample import DAY, NOW, exception, grant


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
