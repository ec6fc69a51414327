"""Which reminders were written."""

from datetime import datetime

from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into, inserted
from edgewarden.adapters.store.tables import ReminderRow


class DatabaseReminders:
    """``workflows.ports.ReminderLedger`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, number: int, expires_at: datetime, milestone: str, now: datetime) -> bool:
        statement = insert_into(self._session, ReminderRow).values(
            number=number, expires_at=expires_at, milestone=milestone, written_at=now
        )
        return inserted(self._session, statement.on_conflict_do_nothing())
