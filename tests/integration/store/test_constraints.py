"""The databases refuse by themselves what must never be stored."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.adapters.store.tables import ChangeRow, ExceptionRow, TeamRow, TokenRow
from edgewarden.workflows.ports import ChangeRef, Role
from tests.integration.store.sample import NOW, claim, exception, grant, person, want

BLANK = ["", " ", "\t\n", "\u00a0\u3000", "\u200b"]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection beneath the store, with a person and two teams to refer to."""
    store = DatabaseStore.at(database_url)
    grant(store, exception(owner="payments"))
    store.close()
    engine = open_engine(database_url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def row(**values: object) -> dict[str, object]:
    granted = exception()
    return {
        "reason": granted.reason,
        "owner": "payments",
        "ticket": granted.ticket,
        "test": granted.test,
        "source": granted.source,
        "destination": granted.destination,
        "ports": granted.ports,
        "starts_at": granted.starts_at,
        "expires_at": granted.expires_at,
        "requested_by": 1,
        "created_at": NOW,
    } | values


def test_a_complete_exception_is_accepted(connection: Connection) -> None:
    complete = insert(ExceptionRow).values(**row()).returning(ExceptionRow.number)
    assert connection.scalar(complete) == 2


@pytest.mark.parametrize("column", ["reason", "owner", "expires_at", "starts_at", "requested_by"])
def test_an_exception_without_it_is_refused(connection: Connection, column: str) -> None:
    with pytest.raises(IntegrityError, match=f"(?i)not.null.*{column}|{column}.*not.null"):
        connection.execute(insert(ExceptionRow).values(**row(**{column: None})))


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_an_exception_with_a_blank_reason_is_refused(connection: Connection, blank: str) -> None:
    with pytest.raises(IntegrityError, match="ck_exceptions_reason_not_blank"):
        connection.execute(insert(ExceptionRow).values(**row(reason=blank)))


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_neither_an_exception_nor_a_team_has_a_blank_owner(
    connection: Connection, blank: str
) -> None:
    with pytest.raises(IntegrityError, match="ck_exceptions_owner_not_blank"):
        connection.execute(insert(ExceptionRow).values(**row(owner=blank)))
    connection.rollback()
    with pytest.raises(IntegrityError, match="ck_teams_name_not_blank"):
        connection.execute(insert(TeamRow).values(name=blank, created_at=NOW))


def test_an_exception_of_an_unknown_team_is_refused(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(insert(ExceptionRow).values(**row(owner="nobody")))


def test_an_exception_of_an_unknown_person_is_refused(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(insert(ExceptionRow).values(**row(requested_by=999)))


@pytest.mark.parametrize("length", [timedelta(0), -timedelta(microseconds=1)], ids=str)
def test_an_exception_that_ends_before_it_began_is_refused(
    connection: Connection, length: timedelta
) -> None:
    with pytest.raises(IntegrityError, match="ck_exceptions_ends_after_it_starts"):
        connection.execute(insert(ExceptionRow).values(**row(expires_at=NOW + length)))


def test_an_exception_cannot_be_stripped_of_its_reason_later(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match="ck_exceptions_reason_not_blank"):
        connection.execute(update(ExceptionRow).values(reason=""))


def test_a_refused_exception_leaves_no_team_behind(database_store: DatabaseStore) -> None:
    ada = person(database_store)
    with pytest.raises(IntegrityError), database_store.begin() as transaction:
        transaction.register.add(exception(owner="new", expires_at=NOW), ada, NOW)
    with database_store.begin() as transaction:
        transaction.people.join_team(ada.person_id, "new", NOW)
        assert list(transaction.register.active(NOW)) == []


def test_a_token_is_kept_as_a_digest_or_not_at_all(connection: Connection) -> None:
    secret = {"person_id": 1, "name": "x", "prefix": "ew_", "created_at": NOW}
    with pytest.raises(IntegrityError, match="ck_tokens_digest_is_sha256"):
        connection.execute(insert(TokenRow).values(digest="ew_plain", **secret))


def test_a_digest_belongs_to_one_token(database_store: DatabaseStore) -> None:
    ada = person(database_store, "ada", frozenset({Role.ADMIN}))
    with database_store.begin() as transaction:
        transaction.people.add_token(ada.person_id, "one", "ew_", "ab" * 32, NOW)
    with pytest.raises(IntegrityError), database_store.begin() as transaction:
        transaction.people.add_token(ada.person_id, "two", "ew_", "ab" * 32, NOW)


def test_more_cannot_be_done_than_was_wanted(database_store: DatabaseStore) -> None:
    change = want(database_store)
    claim(database_store, change.id, "one")
    refused = pytest.raises(IntegrityError, match="done_was_wanted")
    with refused, database_store.begin() as transaction:
        transaction.changes.settle(change.id, "one", 2)


def test_a_claim_has_an_owner_and_an_end(connection: Connection, database_url: str) -> None:
    store = DatabaseStore.at(database_url)
    want(store)
    store.close()
    with pytest.raises(IntegrityError, match="claim_has_owner_and_end"):
        connection.execute(update(ChangeRow).values(claim_owner="one"))


def test_a_time_without_a_zone_is_refused(database_store: DatabaseStore) -> None:
    naive = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - what must be refused
    with pytest.raises(Exception, match="has no time zone"):
        want(database_store, now=naive)


def test_text_that_only_one_database_could_hold_is_refused(database_store: DatabaseStore) -> None:
    with pytest.raises(Exception, match="NUL character"):
        want(database_store, ChangeRef("github", "team/\0shop", "7"))
    with pytest.raises(Exception, match="surrogates not allowed"):
        want(database_store, ChangeRef("github", "team/\udcffshop", "7"))


def test_an_error_text_is_kept_whatever_it_holds(database_store: DatabaseStore) -> None:
    change = want(database_store)
    with database_store.begin() as transaction:
        transaction.changes.claim(change.id, "one", NOW, NOW)
        transaction.changes.postpone(change.id, "one", "bad \0 path \udcff " + "x" * 9000, NOW)
        kept = transaction.changes.get(change.id).last_error
    assert kept.startswith("bad \\x00 path \\udcff xxx")
    assert len(kept) == 4000
