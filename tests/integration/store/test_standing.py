"""The standing that the databases compute is the one that the value computes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.register import standing_is
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.adapters.store.tables import ExceptionRow
from edgewarden.governance.exceptions import PolicyException, Standing
from tests.integration.store.sample import NOW, exception, grant

ticks = st.integers(-3, 3).map(lambda tick: NOW + timedelta(microseconds=tick))
far = st.datetimes(timezones=st.timezones(), allow_imaginary=False).map(lambda t: t.astimezone(UTC))
moments = ticks | far.filter(lambda moment: 2 < moment.year < 9998)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    store = DatabaseStore.at(database_url)
    grant(store, exception())
    store.close()
    engine = open_engine(database_url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(
        st.tuples(moments, moments, st.none() | moments).filter(lambda span: span[0] < span[1]),
        min_size=1,
        max_size=6,
    ),
    now=moments,
)
def test_every_exception_has_the_same_standing_in_the_database_and_outside(
    connection: Connection,
    spans: list[tuple[datetime, datetime, datetime | None]],
    now: datetime,
) -> None:
    template = connection.execute(select(ExceptionRow.__table__)).mappings().first()
    assert template is not None
    columns = {name: value for name, value in template.items() if name != "number"}
    with connection.begin_nested() as savepoint:
        expected: dict[Standing, set[int]] = {standing: set() for standing in Standing}
        for starts_at, expires_at, revoked_at in spans:
            span = {"starts_at": starts_at, "expires_at": expires_at, "revoked_at": revoked_at}
            number = connection.execute(
                insert(ExceptionRow).values(**(columns | span)).returning(ExceptionRow.number)
            ).scalar_one()
            expected[standing_of(starts_at, expires_at, revoked_at, now)].add(number)
        for standing in Standing:
            found = connection.scalars(
                select(ExceptionRow.number).where(
                    standing_is(standing, now), ExceptionRow.number != template["number"]
                )
            )
            assert set(found) == expected[standing]
        savepoint.rollback()


def standing_of(
    starts_at: datetime, expires_at: datetime, revoked_at: datetime | None, now: datetime
) -> Standing:
    plain = exception()
    value = PolicyException(
        number=1,
        reason=plain.reason,
        owner=plain.owner,
        ticket=plain.ticket,
        test=plain.test,
        source=plain.source,
        destination=plain.destination,
        ports=plain.ports,
        starts_at=starts_at,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
    return value.standing(now)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=far)
def test_an_instant_comes_back_as_it_went_in(connection: Connection, moment: datetime) -> None:
    with connection.begin_nested() as savepoint:
        number = connection.execute(
            insert(ExceptionRow)
            .from_select(
                [column.name for column in ExceptionRow.__table__.c if column.name != "number"],
                select(*(c for c in ExceptionRow.__table__.c if c.name != "number")).limit(1),
            )
            .returning(ExceptionRow.number)
        ).scalar_one()
        connection.execute(
            update(ExceptionRow).where(ExceptionRow.number == number).values(created_at=moment)
        )
        back = connection.scalar(
            select(ExceptionRow.created_at).where(ExceptionRow.number == number)
        )
        savepoint.rollback()
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC
