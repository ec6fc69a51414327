"""Deliveries that were accepted, and counts of those that were not."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into, inserted
from edgewarden.adapters.store.tables import DeliveryRow, RefusalRow
from edgewarden.workflows.ports import Delivery


class DatabaseInbox:
    """``workflows.ports.Inbox`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, delivery: Delivery) -> bool:
        statement = insert_into(self._session, DeliveryRow).values(
            forge=delivery.forge,
            hook=delivery.hook,
            delivery=delivery.delivery,
            event=delivery.event,
            repository=delivery.repository,
            payload_digest=delivery.payload_digest,
            outcome=delivery.outcome,
            received_at=delivery.received_at,
        )
        return inserted(self._session, statement.on_conflict_do_nothing())

    def get(self, forge: str, hook: str, delivery: str) -> Delivery | None:
        row = self._session.scalar(
            select(DeliveryRow).where(
                DeliveryRow.forge == forge,
                DeliveryRow.hook == hook,
                DeliveryRow.delivery == delivery,
            )
        )
        if row is None:
            return None
        return Delivery(
            forge=row.forge,
            hook=row.hook,
            delivery=row.delivery,
            event=row.event,
            repository=row.repository,
            payload_digest=row.payload_digest,
            outcome=row.outcome,
            received_at=row.received_at,
        )

    def count_refused(self, forge: str, reason: str) -> None:
        statement = insert_into(self._session, RefusalRow).values(
            forge=forge, reason=reason, count=1
        )
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["forge", "reason"], set_={"count": RefusalRow.count + 1}
            )
        )

    def refused(self, forge: str, reason: str) -> int:
        count = select(RefusalRow.count).where(
            RefusalRow.forge == forge, RefusalRow.reason == reason
        )
        return self._session.scalar(count) or 0
