"""Which reminders were written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into, inserted
from edgewarden.adapters.store.tables import ExceptionRow, ReminderRow


class DatabaseReminders:
    """``workflows.ports.ReminderLedger`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, number: int, expires_at: datetime, milestone: str, now: datetime) -> bool:
        statement = insert_into(self._session, ReminderRow).values(
            number=number, expires_at=expires_at, milestone=milestone, written_at=now
        )
        return inserted(self._session, statement.on_conflict_do_nothing())

    def outstanding(self, horizon: datetime, last: str) -> Sequence[int]:
        all_told = exists().where(
            ReminderRow.number == ExceptionRow.number,
            ReminderRow.expires_at == ExceptionRow.expires_at,
            ReminderRow.milestone == last,
        )
        statement = (
            select(ExceptionRow.number)
            .where(ExceptionRow.revoked_at.is_(None), ExceptionRow.expires_at < horizon, ~all_told)
            .order_by(ExceptionRow.expires_at, ExceptionRow.number)
        )
        return self._session.scalars(statement).all()
