"""Changes: what is wanted, what is done, and the claims of those who review."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Update,
    and_,
    case,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from edgewarden.adapters.store.columns import storable
from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import ChangeRow, ReviewRow
from edgewarden.workflows.ports import Change, ChangeRef

_OPEN = ChangeRow.closed_at.is_(None)
_WAITING = and_(_OPEN, ChangeRow.done < ChangeRow.wanted)


class DatabaseChanges:
    """``workflows.ports.Changes`` within one transaction.

    Every change of state is one conditional UPDATE, so of several claims at once one wins.
    """

    def __init__(self, session: Session, new_public_id: Callable[[], str]) -> None:
        self._session = session
        self._new_public_id = new_public_id

    def want(self, ref: ChangeRef, *, base_branch: str, head: str, now: datetime) -> Change:
        statement = insert_into(self._session, ChangeRow).values(
            public_id=self._new_public_id(),
            forge=ref.forge,
            repository=ref.repository,
            key=ref.key,
            base_branch=base_branch,
            head=head,
            wanted=1,
            done=0,
            first_wanted_at=now,
            attempts=0,
            last_error="",
        )
        upsert = statement.on_conflict_do_update(
            index_elements=["forge", "repository", "key"],
            set_={
                "base_branch": statement.excluded.base_branch,
                "head": statement.excluded.head,
                "closed_at": None,
                "wanted": ChangeRow.wanted + 1,
                "first_wanted_at": case(
                    (_WAITING, ChangeRow.first_wanted_at),
                    else_=statement.excluded.first_wanted_at,
                ),
                "newer_wanted_at": case(
                    (
                        ChangeRow.claim_owner.is_not(None),
                        func.coalesce(
                            ChangeRow.newer_wanted_at, statement.excluded.first_wanted_at
                        ),
                    ),
                    else_=null(),
                ),
                "attempts": 0,
                "retry_at": None,
            },
        )
        row = self._session.scalars(
            upsert.returning(ChangeRow), execution_options={"populate_existing": True}
        ).one()
        return _change(row)

    def close(self, ref: ChangeRef, now: datetime) -> None:
        self._session.execute(
            update(ChangeRow)
            .where(_is(ref), _OPEN)
            .values(closed_at=now)
            .execution_options(synchronize_session=False)
        )

    def get(self, change_id: int) -> Change:
        row = self._session.get(ChangeRow, change_id, populate_existing=True)
        if row is None:
            raise KeyError(change_id)
        return _change(row)

    def hold(self, change_id: int) -> Change:
        # SQLite has one writer: there the transaction itself holds everything.
        self._session.execute(
            select(ChangeRow.id).where(ChangeRow.id == change_id).with_for_update()
        )
        return self.get(change_id)

    def by_public_id(self, public_id: str) -> Change | None:
        return self._one(ChangeRow.public_id == public_id)

    def by_ref(self, ref: ChangeRef) -> Change | None:
        return self._one(_is(ref))

    def open_on(self, forge: str, repository: str, base_branch: str) -> Sequence[Change]:
        return self._all(
            ChangeRow.forge == forge,
            ChangeRow.repository == repository,
            ChangeRow.base_branch == base_branch,
            _OPEN,
        )

    def open_by_commit(self, forge: str, repository: str, commit: str) -> Sequence[Change]:
        return self._all(
            ChangeRow.forge == forge,
            ChangeRow.repository == repository,
            _OPEN,
            or_(
                ChangeRow.head == commit,
                ChangeRow.done < ChangeRow.wanted,
                newest_merge_base() == commit,
            ),
        )

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        statement = (
            select(ChangeRow.id)
            .where(
                _WAITING,
                _free(now),
                _rested(now),
            )
            .order_by(ChangeRow.first_wanted_at, ChangeRow.id)
            .limit(limit)
        )
        return self._session.scalars(statement).all()

    def overdue(self, wanted_before: datetime) -> Sequence[Change]:
        return self._all(_WAITING, ChangeRow.first_wanted_at < wanted_before)

    def claim(self, change_id: int, owner: str, now: datetime, until: datetime) -> Change | None:
        statement = (
            update(ChangeRow)
            .where(ChangeRow.id == change_id, _WAITING, _free(now), _rested(now))
            .values(claim_owner=owner, claimed_until=until, newer_wanted_at=None)
            .returning(ChangeRow)
        )
        row = self._session.scalars(
            statement,
            execution_options={"synchronize_session": False, "populate_existing": True},
        ).one_or_none()
        return None if row is None else _change(row)

    def settle(self, change_id: int, owner: str, done: int) -> bool:
        statement = (
            _held(change_id, owner)
            .values(
                done=case((ChangeRow.done < done, done), else_=ChangeRow.done),
                first_wanted_at=func.coalesce(ChangeRow.newer_wanted_at, ChangeRow.first_wanted_at),
                attempts=0,
                last_error="",
                retry_at=None,
                newer_wanted_at=None,
                claim_owner=None,
                claimed_until=None,
            )
            .returning(ChangeRow.id)
        )
        return self._session.scalar(statement) is not None

    def postpone(self, change_id: int, owner: str, error: str, retry_at: datetime) -> None:
        self._session.execute(
            _held(change_id, owner).values(
                attempts=ChangeRow.attempts + 1,
                last_error=storable(error),
                retry_at=retry_at,
                newer_wanted_at=None,
                claim_owner=None,
                claimed_until=None,
            )
        )

    def remember_comment(self, change_id: int, comment: str | None) -> None:
        self._session.execute(
            update(ChangeRow)
            .where(ChangeRow.id == change_id)
            .values(comment=comment)
            .execution_options(synchronize_session=False)
        )

    def _one(self, condition: ColumnElement[bool]) -> Change | None:
        return next(iter(self._all(condition)), None)

    def _all(self, *conditions: ColumnElement[bool]) -> Sequence[Change]:
        statement = (
            select(ChangeRow)
            .where(*conditions)
            .order_by(ChangeRow.first_wanted_at, ChangeRow.id)
            .execution_options(populate_existing=True)
        )
        return [_change(row) for row in self._session.scalars(statement)]


def newest_merge_base() -> ScalarSelect[str | None]:
    """What the newest review of a change compares with."""
    return (
        select(ReviewRow.merge_base)
        .where(ReviewRow.change_id == ChangeRow.id)
        .order_by(ReviewRow.id.desc())
        .limit(1)
        .correlate(ChangeRow)
        .scalar_subquery()
    )


def _is(ref: ChangeRef) -> ColumnElement[bool]:
    return and_(
        ChangeRow.forge == ref.forge,
        ChangeRow.repository == ref.repository,
        ChangeRow.key == ref.key,
    )


def _held(change_id: int, owner: str) -> Update:
    return (
        update(ChangeRow)
        .where(ChangeRow.id == change_id, ChangeRow.claim_owner == owner)
        .execution_options(synchronize_session=False)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    """Claimed by nobody, or by somebody whose time is over."""
    return or_(ChangeRow.claimed_until.is_(None), ChangeRow.claimed_until <= now)


def _change(row: ChangeRow) -> Change:
    return Change(
        id=row.id,
        public_id=row.public_id,
        ref=ChangeRef(row.forge, row.repository, row.key),
        base_branch=row.base_branch,
        head=row.head,
        open=row.closed_at is None,
        wanted=row.wanted,
        done=row.done,
        first_wanted_at=row.first_wanted_at,
        attempts=row.attempts,
        last_error=row.last_error,
        comment=row.comment,
    )


def _rested(now: datetime) -> ColumnElement[bool]:
    """No failure asks to be left alone any longer."""
    return or_(ChangeRow.retry_at.is_(None), ChangeRow.retry_at <= now)
