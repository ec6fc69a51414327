"""The register of exceptions and what was done to them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import structlog
from sqlalchemy import ColumnElement, and_, exists, not_, select, update
from sqlalchemy.orm import Session

from edgewarden.adapters.store.people import ensure_team
from edgewarden.adapters.store.tables import (
    ExceptionEventRow,
    ExceptionNamespaceRow,
    ExceptionRow,
    PersonRow,
)
from edgewarden.governance.exceptions import PodScope, PolicyException, Scope, Standing
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, Operator
from edgewarden.workflows.ports import (
    Actor,
    ExceptionEvent,
    ExceptionEventKind,
    ExceptionFilter,
    UnreadableExceptionError,
)

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a row raises whose columns hold what this version does not know."""


class DatabaseRegister:
    """``workflows.ports.Register`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._log = structlog.get_logger("edgewarden.register")

    def add(self, exception: PolicyException, actor: Actor, now: datetime) -> PolicyException:
        ensure_team(self._session, exception.owner, now)
        row = ExceptionRow(
            reason=exception.reason,
            owner=exception.owner,
            ticket=exception.ticket,
            test=exception.test,
            source=exception.source,
            destination=exception.destination,
            ports=exception.ports,
            starts_at=exception.starts_at,
            expires_at=exception.expires_at,
            revoked_at=exception.revoked_at,
            requested_by=actor.person_id,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        named = _named_namespaces(exception.source) | _named_namespaces(exception.destination)
        self._session.add_all(
            ExceptionNamespaceRow(number=row.number, namespace=name) for name in sorted(named)
        )
        self._note(row.number, ExceptionEventKind.GRANTED, actor, now, exception.reason)
        self._session.flush()
        return _exception(row)

    def get(self, number: int) -> PolicyException | None:
        try:
            return next(iter(self._all(ExceptionRow.number == number)), None)
        except _UNREADABLE as error:
            raise UnreadableExceptionError(
                f"EXC-{number} cannot be read ({type(error).__name__}): mend or delete its row in "
                "exceptions, or run the version that wrote it"
            ) from error

    def find(
        self, wanted: ExceptionFilter, now: datetime, *, after: int = 0, limit: int = 100
    ) -> Sequence[PolicyException]:
        conditions = [ExceptionRow.number > after, *_conditions(wanted, now)]
        return self._readable(*conditions, limit=limit)

    def active(self, now: datetime) -> Sequence[PolicyException]:
        return self._readable(standing_is(Standing.ACTIVE, now))

    def revoke(self, number: int, actor: Actor, reason: str, now: datetime) -> PolicyException:
        revoked = self._session.scalar(
            update(ExceptionRow)
            .where(ExceptionRow.number == number, ExceptionRow.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(ExceptionRow.number)
            .execution_options(synchronize_session=False)
        )
        if revoked is not None:
            self._note(number, ExceptionEventKind.REVOKED, actor, now, reason)
        exception = self.get(number)
        if exception is None:
            raise KeyError(number)
        return exception

    def events(self, number: int) -> Sequence[ExceptionEvent]:
        statement = (
            select(ExceptionEventRow, PersonRow.handle)
            .join(PersonRow, PersonRow.id == ExceptionEventRow.actor_id)
            .where(ExceptionEventRow.number == number)
            .order_by(ExceptionEventRow.id)
        )
        return [
            ExceptionEvent(
                number=row.number,
                kind=ExceptionEventKind(row.kind),
                actor=handle,
                at=row.at,
                detail=row.detail,
            )
            for row, handle in self._session.execute(statement)
        ]

    def _note(
        self, number: int, kind: ExceptionEventKind, actor: Actor, now: datetime, detail: str
    ) -> None:
        self._session.add(
            ExceptionEventRow(
                number=number, kind=kind.value, actor_id=actor.person_id, at=now, detail=detail
            )
        )

    def _readable(
        self, *conditions: ColumnElement[bool], limit: int | None = None
    ) -> Sequence[PolicyException]:
        """All at once, and one by one only where one of them cannot be read."""
        try:
            return self._all(*conditions, limit=limit)
        except _UNREADABLE:
            numbers = select(ExceptionRow.number).where(*conditions).order_by(ExceptionRow.number)
            return list(islice(self._each(self._session.scalars(numbers).all()), limit))

    def _each(self, numbers: Sequence[int]) -> Iterator[PolicyException]:
        for number in numbers:
            try:
                exception = self.get(number)
            except UnreadableExceptionError:
                self._log.error("exception_unreadable", number=number)
                continue
            if exception is not None:
                yield exception

    def _all(
        self, *conditions: ColumnElement[bool], limit: int | None = None
    ) -> Sequence[PolicyException]:
        statement = (
            select(ExceptionRow)
            .where(*conditions)
            .order_by(ExceptionRow.number)
            .limit(limit)
            .execution_options(populate_existing=True)
        )
        return [_exception(row) for row in self._session.scalars(statement)]


def standing_is(standing: Standing, now: datetime) -> ColumnElement[bool]:
    """``PolicyException.standing`` as a condition on rows."""
    revoked = and_(ExceptionRow.revoked_at.is_not(None), ExceptionRow.revoked_at <= now)
    started = ExceptionRow.starts_at <= now
    ended = ExceptionRow.expires_at <= now
    match standing:
        case Standing.REVOKED:
            return revoked
        case Standing.PENDING:
            return and_(not_(revoked), not_(started))
        case Standing.ACTIVE:
            return and_(not_(revoked), started, not_(ended))
        case Standing.EXPIRED:
            return and_(not_(revoked), started, ended)


def _conditions(wanted: ExceptionFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.owner is not None:
        yield ExceptionRow.owner == wanted.owner
    if wanted.standing is not None:
        yield standing_is(Standing(wanted.standing), now)
    if wanted.expires_before is not None:
        yield ExceptionRow.expires_at < wanted.expires_before
    if wanted.namespace is not None:
        yield exists().where(
            ExceptionNamespaceRow.number == ExceptionRow.number,
            ExceptionNamespaceRow.namespace == wanted.namespace,
        )


def _named_namespaces(scope: Scope) -> frozenset[str]:
    """The namespaces to which a scope is confined by name; none where it is not confined."""
    if not isinstance(scope, PodScope):
        return frozenset()
    named = [
        frozenset(requirement.values)
        for requirement in scope.namespaces.requirements
        if requirement.key == NAMESPACE_NAME_LABEL and requirement.operator is Operator.IN
    ]
    return frozenset.intersection(*named) if named else frozenset()


def _exception(row: ExceptionRow) -> PolicyException:
    return PolicyException(
        number=row.number,
        reason=row.reason,
        owner=row.owner,
        ticket=row.ticket,
        test=row.test,
        source=row.source,
        destination=row.destination,
        ports=row.ports,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
