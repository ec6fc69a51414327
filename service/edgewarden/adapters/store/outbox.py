"""Messages to the outside, delivered at least once and in the order of their change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, case, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from edgewarden.adapters.store.columns import storable
from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import ChangeRow, MessageRow
from edgewarden.workflows.ports import Message, MessageKind

_Other = aliased(MessageRow)

_UNDELIVERED = and_(MessageRow.delivered_at.is_(None), ~MessageRow.dead)
_OTHER_UNDELIVERED = and_(
    _Other.change_id == MessageRow.change_id,
    _Other.id != MessageRow.id,
    _Other.delivered_at.is_(None),
    ~_Other.dead,
)
_OTHER_IS_OLDER = tuple_(_Other.queued_at, _Other.id) < tuple_(MessageRow.queued_at, MessageRow.id)


class DatabaseOutbox:
    """``workflows.ports.Outbox`` within one transaction.

    A message keeps its place in the order while it is undelivered, also when a newer one
    replaces it; only one that is set aside goes to where its next try is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self,
        kind: MessageKind,
        key: str,
        payload: str,
        *,
        now: datetime,
        change_id: int | None = None,
    ) -> None:
        statement = insert_into(self._session, MessageRow).values(
            kind=kind.value,
            key=key,
            change_id=change_id,
            payload=payload,
            version=1,
            queued_at=now,
            attempts=0,
            last_error="",
            dead=False,
        )
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["kind", "key"],
                set_={
                    "change_id": statement.excluded.change_id,
                    "payload": statement.excluded.payload,
                    "version": MessageRow.version + 1,
                    "queued_at": case(
                        (_UNDELIVERED, MessageRow.queued_at), else_=statement.excluded.queued_at
                    ),
                    "attempts": 0,
                    "last_error": "",
                    "retry_at": None,
                    "delivered_at": None,
                    "dead": False,
                },
            )
        )

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Oldest first; leaves out what waits behind a message that is to be retried later."""
        behind_a_rest = exists().where(_OTHER_UNDELIVERED, _OTHER_IS_OLDER, _Other.retry_at > now)
        statement = (
            select(MessageRow.id)
            .where(
                _UNDELIVERED,
                _free(now),
                _rested(now),
                ~behind_a_rest,
            )
            .order_by(MessageRow.queued_at, MessageRow.id)
            .limit(limit)
        )
        return self._session.scalars(statement).all()

    def claim(self, message_id: int, owner: str, now: datetime, until: datetime) -> Message | None:
        self._hold_change_of(message_id)
        comes_later = exists().where(
            _OTHER_UNDELIVERED, or_(_OTHER_IS_OLDER, _Other.claimed_until > now)
        )
        statement = (
            _message(message_id)
            .where(_UNDELIVERED, _free(now), _rested(now), ~comes_later)
            .values(claim_owner=owner, claimed_until=until, claimed_version=MessageRow.version)
            .returning(MessageRow)
        )
        row = self._session.scalars(
            statement, execution_options={"populate_existing": True}
        ).one_or_none()
        if row is None:
            return None
        return Message(
            id=row.id,
            kind=MessageKind(row.kind),
            key=row.key,
            change_id=row.change_id,
            payload=row.payload,
            attempts=row.attempts,
            version=row.version,
        )

    def delivered(self, message_id: int, version: int, now: datetime) -> None:
        own = _message(message_id)
        self._session.execute(own.where(MessageRow.version == version).values(delivered_at=now))
        self._session.execute(own.where(MessageRow.claimed_version == version).values(_RELEASED))

    def postpone(self, message_id: int, error: str, retry_at: datetime | None) -> None:
        self._failed(message_id, error, {"retry_at": retry_at, "dead": retry_at is None})

    def set_aside(self, message_id: int, error: str, retry_at: datetime) -> None:
        self._failed(message_id, error, {"retry_at": retry_at, "queued_at": retry_at})

    def _failed(
        self, message_id: int, error: str, outcome: Mapping[str, datetime | bool | None]
    ) -> None:
        """What failed is the version that was claimed: a newer one stays due at once."""
        own = _message(message_id)
        replaced = MessageRow.claimed_version < MessageRow.version
        self._session.execute(
            own.where(or_(MessageRow.claimed_version.is_(None), ~replaced)).values(
                attempts=MessageRow.attempts + 1, last_error=storable(error), **outcome
            )
        )
        self._session.execute(own.values(_RELEASED))

    def _hold_change_of(self, message_id: int) -> None:
        """Let claims of one change's messages pass one after the other.

        SQLite does so by itself; on PostgreSQL two of them could each overlook the other.
        """
        change = select(MessageRow.change_id).where(MessageRow.id == message_id).scalar_subquery()
        self._session.execute(
            select(ChangeRow.id).where(ChangeRow.id == change).with_for_update(key_share=True)
        )


_RELEASED = {
    MessageRow.claim_owner: None,
    MessageRow.claimed_until: None,
    MessageRow.claimed_version: None,
}


def _message(message_id: int) -> Update:
    return (
        update(MessageRow)
        .where(MessageRow.id == message_id)
        .execution_options(synchronize_session=False)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    """Claimed by nobody, or by somebody whose time is over."""
    return or_(MessageRow.claimed_until.is_(None), MessageRow.claimed_until <= now)


def _rested(now: datetime) -> ColumnElement[bool]:
    """No failure asks to be left alone any longer."""
    return or_(MessageRow.retry_at.is_(None), MessageRow.retry_at <= now)
