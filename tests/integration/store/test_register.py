"""What the register keeps and how it is searched."""

from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network

import pytest
import structlog
from sqlalchemy import Engine, text

from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.governance.exceptions import AddressScope, PodScope, PolicyException, Standing
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.workflows.ports import (
    ExceptionEvent,
    ExceptionEventKind,
    ExceptionFilter,
    Role,
    Store,
    UnreadableExceptionError,
)
from tests.integration.store.sample import DAY, NOW, exception, grant, in_namespace, person


def numbers(
    store: Store, wanted: ExceptionFilter, now: datetime = NOW, *, after: int = 0, limit: int = 100
) -> list[int]:
    with store.begin() as transaction:
        found = transaction.register.find(wanted, now, after=after, limit=limit)
        return [each.number for each in found]


def revoke(store: Store, number: int, handle: str = "bob", now: datetime = NOW) -> PolicyException:
    actor = person(store, handle)
    with store.begin() as transaction:
        return transaction.register.revoke(number, actor, "no longer needed", now)


@pytest.mark.parametrize(
    "end",
    [
        in_namespace("shop", "billing"),
        PodScope(
            LabelSelector(),
            LabelSelector.of(
                Requirement("tier", Operator.NOT_IN, ("a", "b")),
                Requirement("app", Operator.EXISTS),
            ),
        ),
        AddressScope(ip_network("10.0.0.0/8")),
        AddressScope(ip_network("::/0")),
        AddressScope(ip_network("192.0.2.1/32")),
    ],
    ids=str,
)
def test_an_exception_comes_back_as_it_was_granted(
    store: Store, end: PodScope | AddressScope
) -> None:
    granted = exception(source=end, destination=end)
    stored = grant(store, granted)
    assert stored.number > 0
    assert stored == replace(granted, number=stored.number)
    with store.begin() as transaction:
        assert transaction.register.get(stored.number) == stored
        assert transaction.register.get(stored.number + 1) is None


def test_numbers_grow_and_what_the_caller_numbered_is_ignored(store: Store) -> None:
    first = grant(store, replace(exception(), number=99))
    second = grant(store, replace(exception(), number=99))
    assert first.number < second.number < 99


def test_exceptions_are_found_by_their_owner(store: Store) -> None:
    mine = grant(store, exception(owner="payments"))
    grant(store, exception(owner="shop"))
    assert numbers(store, ExceptionFilter(owner="payments")) == [mine.number]
    assert numbers(store, ExceptionFilter(owner="pay")) == []


def test_exceptions_are_found_by_where_they_are_in_their_life(store: Store) -> None:
    pending = grant(store, exception(starts_at=NOW + DAY))
    active = grant(store, exception())
    ended = grant(store, exception(starts_at=NOW - 2 * DAY, expires_at=NOW - DAY))
    revoked = grant(store, exception())
    revoke(store, revoked.number)
    expected = {
        Standing.PENDING: pending,
        Standing.ACTIVE: active,
        Standing.EXPIRED: ended,
        Standing.REVOKED: revoked,
    }
    for standing, one in expected.items():
        assert numbers(store, ExceptionFilter(standing=standing.value)) == [one.number]
    with store.begin() as transaction:
        assert list(transaction.register.active(NOW)) == [active]


def test_a_standing_that_does_not_exist_is_refused(store: Store) -> None:
    with store.begin() as transaction, pytest.raises(ValueError, match="asleep"):
        transaction.register.find(ExceptionFilter(standing="asleep"), NOW)


def test_exceptions_are_found_by_the_namespaces_that_an_end_names(store: Store) -> None:
    source = grant(store, exception(source=in_namespace("shop", "billing")))
    target = grant(store, exception(source=in_namespace("a"), destination=in_namespace("shop")))
    grant(store, exception(source=PodScope(LabelSelector(), LabelSelector())))
    assert numbers(store, ExceptionFilter(namespace="shop")) == [source.number, target.number]
    assert numbers(store, ExceptionFilter(namespace="billing")) == [source.number]
    assert numbers(store, ExceptionFilter(namespace="shopping")) == []


def test_two_conditions_on_the_name_of_a_namespace_must_both_hold(store: Store) -> None:
    both = PodScope(
        LabelSelector.of(
            Requirement(NAMESPACE_NAME_LABEL, Operator.IN, ("a", "b")),
            Requirement(NAMESPACE_NAME_LABEL, Operator.IN, ("b", "c")),
        ),
        LabelSelector(),
    )
    stored = grant(store, exception(source=both))
    assert numbers(store, ExceptionFilter(namespace="b")) == [stored.number]
    assert numbers(store, ExceptionFilter(namespace="a")) == []


def test_exceptions_are_found_by_their_end(store: Store) -> None:
    soon = grant(store, exception(expires_at=NOW + DAY))
    grant(store, exception(expires_at=NOW + 2 * DAY))
    assert numbers(store, ExceptionFilter(expires_before=NOW + 2 * DAY)) == [soon.number]
    assert numbers(store, ExceptionFilter(expires_before=NOW + DAY)) == []


def test_every_condition_must_hold(store: Store) -> None:
    grant(store, exception(owner="shop"))
    both = grant(store, exception(owner="payments"))
    revoke(store, grant(store, exception(owner="payments")).number)
    wanted = ExceptionFilter(
        owner="payments", standing="active", namespace="shop", expires_before=NOW + 31 * DAY
    )
    assert numbers(store, wanted) == [both.number]


def test_pages_follow_the_numbers(store: Store) -> None:
    granted = [grant(store, exception()).number for _ in range(5)]
    assert numbers(store, ExceptionFilter(), limit=2) == granted[:2]
    assert numbers(store, ExceptionFilter(), after=granted[1], limit=2) == granted[2:4]
    assert numbers(store, ExceptionFilter(), after=granted[4]) == []


def make_unreadable(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE exceptions SET source = :source WHERE number = :number"),
            {"source": '{"zone": "red"}', "number": number},
        )


def test_an_exception_in_a_form_that_is_not_known_is_named(database_url: str) -> None:
    engine = open_engine(database_url)
    store = DatabaseStore(engine)
    good, bad = grant(store, exception()), grant(store, exception())
    make_unreadable(engine, bad.number)
    with store.begin() as transaction:
        assert transaction.register.get(good.number) == good
        with pytest.raises(UnreadableExceptionError, match=f"EXC-{bad.number} cannot be read"):
            transaction.register.get(bad.number)
    store.close()


def test_an_exception_that_cannot_be_read_hides_no_other(database_url: str) -> None:
    engine = open_engine(database_url)
    store = DatabaseStore(engine)
    first, bad, second, third = (grant(store, exception()) for _ in range(4))
    make_unreadable(engine, bad.number)
    with structlog.testing.capture_logs() as logs:
        with store.begin() as transaction:
            assert list(transaction.register.active(NOW)) == [first, second, third]
        assert numbers(store, ExceptionFilter(), limit=2) == [first.number, second.number]
        assert numbers(store, ExceptionFilter(), after=second.number) == [third.number]
    store.close()
    told = {
        "event": "exception_unreadable",
        "log_level": "error",
        "number": bad.number,
    }
    assert logs == [told, told]


def test_a_revocation_holds_from_its_moment(store: Store) -> None:
    granted = grant(store, exception())
    revoked = revoke(store, granted.number, now=NOW + DAY)
    assert revoked == replace(granted, revoked_at=NOW + DAY)
    with store.begin() as transaction:
        assert list(transaction.register.active(NOW)) == [revoked]
        assert list(transaction.register.active(NOW + DAY)) == []


def test_revoking_twice_changes_nothing(store: Store) -> None:
    granted = grant(store, exception())
    first = revoke(store, granted.number, "bob", NOW + DAY)
    assert revoke(store, granted.number, "eve", NOW + 2 * DAY) == first
    with store.begin() as transaction:
        assert len(transaction.register.events(granted.number)) == 2


def test_an_unknown_exception_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(KeyError):
        revoke(store, 999)


def test_every_event_tells_who_did_what_when(store: Store) -> None:
    granted = grant(store, exception())
    grant(store, exception())
    revoke(store, granted.number, "bob", NOW + DAY)
    with store.begin() as transaction:
        assert list(transaction.register.events(granted.number)) == [
            ExceptionEvent(granted.number, ExceptionEventKind.GRANTED, "ada", NOW, granted.reason),
            ExceptionEvent(
                granted.number, ExceptionEventKind.REVOKED, "bob", NOW + DAY, "no longer needed"
            ),
        ]


def test_granting_needs_no_role_of_the_store(store: Store) -> None:
    """Who may grant is decided by the use case; the store notes whoever did."""
    assert person(store).roles == frozenset[Role]()
    assert grant(store, exception()).number > 0
