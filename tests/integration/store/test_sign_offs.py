"""What people signed off stays as it was said, in the order in which it was said."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.governance.sign_offs import SignOff, SignOffKind
from edgewarden.workflows.ports import ChangeRef, Store
from tests.integration.store.sample import HEAD, MINUTE, NOW, claim, person, want

SIGNED = SignOff(
    kind=SignOffKind.SIGNED,
    item="tests",
    cluster="prod",
    head=HEAD,
    basis="ab" * 32,
    actor="ada",
    at=NOW,
    statement="Tried web → db on 5432 — refused, as listed.\nAnd 80: answers.",
)


def add(store: Store, change_id: int, sign_off: SignOff = SIGNED) -> None:
    """In a transaction of its own, by the person that it names."""
    actor = person(store, sign_off.actor)
    with store.begin() as transaction:
        transaction.sign_offs.add(change_id, sign_off, actor)


def record(store: Store, change_id: int) -> list[SignOff]:
    with store.begin() as transaction:
        return list(transaction.sign_offs.of(change_id))


def test_a_record_grows_in_the_order_of_what_was_said(store: Store) -> None:
    change = want(store)
    later = replace(SIGNED, kind=SignOffKind.REVOKED, actor="grace", at=NOW - MINUTE)
    add(store, change.id)
    add(store, change.id, later)
    add(store, change.id)
    assert record(store, change.id) == [SIGNED, later, SIGNED]


def test_each_change_has_a_record_of_its_own(store: Store) -> None:
    first, second = want(store), want(store, ChangeRef("github", "team/shop", "8"))
    add(store, first.id)
    assert (len(record(store, first.id)), record(store, second.id)) == (1, [])


def test_who_signed_is_who_the_credential_belongs_to(store: Store) -> None:
    change, actor = want(store), person(store, "grace")
    with store.begin() as transaction:
        transaction.sign_offs.add(change.id, SIGNED, actor)
    assert [each.actor for each in record(store, change.id)] == ["grace"]


def test_a_sign_off_that_is_rolled_back_was_never_made(store: Store) -> None:
    change, actor = want(store), person(store)
    with suppress(ZeroDivisionError), store.begin() as transaction:
        transaction.sign_offs.add(change.id, SIGNED, actor)
        _ = 1 // 0
    assert record(store, change.id) == []


def test_a_database_keeps_no_sign_off_that_states_nothing(database_store: DatabaseStore) -> None:
    change = want(database_store)
    for wrong in (replace(SIGNED, statement=" \n\u2003"), replace(SIGNED, basis="")):
        with pytest.raises(IntegrityError):
            add(database_store, change.id, wrong)


def test_a_held_change_is_settled_by_nobody_else_meanwhile(database_store: DatabaseStore) -> None:
    """What was read of it still holds when it is signed off."""
    change = want(database_store)
    assert claim(database_store, change.id, "worker") is not None
    held = threading.Event()

    def settle() -> bool:
        held.wait(10)
        with database_store.begin() as transaction:
            return transaction.changes.settle(change.id, "worker", change.wanted)

    with ThreadPoolExecutor(1) as pool:
        settling = pool.submit(settle)
        with database_store.begin() as transaction:
            transaction.changes.hold(change.id)
            held.set()
            with pytest.raises(TimeoutError):
                settling.result(0.3)
            assert transaction.changes.get(change.id).done == 0
        assert settling.result(10)


def test_a_change_that_nobody_knows_is_not_held(store: Store) -> None:
    with pytest.raises(KeyError), store.begin() as transaction:
        transaction.changes.hold(4711)
