"""What is wanted of changes, and who may review them when."""

import pytest

from edgewarden.workflows.ports import ChangeRef, Store
from tests.integration.store.sample import (
    HEAD,
    LEASE,
    MINUTE,
    NOW,
    REF,
    claim,
    due,
    load,
    want,
)


def settle(store: Store, change_id: int, owner: str, done: int) -> bool:
    with store.begin() as transaction:
        return transaction.changes.settle(change_id, owner, done)


def postpone(store: Store, change_id: int, owner: str, error: str = "no route") -> None:
    with store.begin() as transaction:
        transaction.changes.postpone(change_id, owner, error, NOW + 5 * MINUTE)


def test_the_first_want_makes_a_change_that_is_due(store: Store) -> None:
    change = want(store)
    assert (change.ref, change.base_branch, change.head) == (REF, "main", HEAD)
    assert (change.open, change.wanted, change.done) == (True, 1, 0)
    assert (change.first_wanted_at, change.attempts, change.last_error) == (NOW, 0, "")
    assert change.comment is None
    assert due(store) == [change.id]


def test_every_want_counts_up_and_the_newest_head_wins(store: Store) -> None:
    first = want(store, head="a" * 40)
    second = want(store, head="b" * 40, now=NOW + MINUTE)
    assert (second.id, second.public_id) == (first.id, first.public_id)
    assert (second.wanted, second.head) == (2, "b" * 40)
    assert second.first_wanted_at == NOW


def test_changes_are_found_by_every_name_they_have(store: Store) -> None:
    change = want(store)
    other = want(store, ChangeRef("github", "team/shop", "8"))
    with store.begin() as transaction:
        assert transaction.changes.get(change.id) == change
        assert transaction.changes.by_ref(REF) == change
        assert transaction.changes.by_public_id(other.public_id) == other
        assert transaction.changes.by_public_id("unknown") is None
        assert transaction.changes.by_ref(ChangeRef("git", "team/shop", "7")) is None
        with pytest.raises(KeyError):
            transaction.changes.get(999)


def test_public_ids_differ(store: Store) -> None:
    refs = [ChangeRef("github", "team/shop", str(number)) for number in range(20)]
    assert len({want(store, ref).public_id for ref in refs}) == 20


def test_open_changes_are_listed_by_their_base_branch(store: Store) -> None:
    change = want(store)
    closed = ChangeRef("github", "team/shop", "8")
    want(store, closed)
    want(store, ChangeRef("github", "team/other", "7"))
    with store.begin() as transaction:
        transaction.changes.close(closed, NOW)
        found = transaction.changes.open_on("github", "team/shop", "main")
        assert [each.id for each in found] == [change.id]
        assert transaction.changes.open_on("github", "team/shop", "release") == []


def test_a_claim_takes_the_change_away_from_others(store: Store) -> None:
    change = want(store)
    assert claim(store, change.id, "one") == change
    assert claim(store, change.id, "two") is None
    assert claim(store, change.id, "one") is None
    assert due(store) == []


def test_an_unknown_change_is_not_claimed(store: Store) -> None:
    assert claim(store, 999, "one") is None


def test_a_claim_lapses_at_the_end_of_its_lease(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    assert claim(store, change.id, "two", NOW + LEASE - MINUTE) is None
    assert due(store, NOW + LEASE) == [change.id]
    assert claim(store, change.id, "two", NOW + LEASE) is not None


def test_a_settled_change_is_done_and_free(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    assert settle(store, change.id, "one", 1)
    assert load(store, change.id).done == 1
    assert due(store) == []
    assert claim(store, change.id, "two") is None


def test_settling_after_the_claim_was_lost_changes_nothing(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    claim(store, change.id, "two", NOW + LEASE)
    assert not settle(store, change.id, "one", 1)
    assert load(store, change.id).done == 0
    assert settle(store, change.id, "two", 1)


def test_settling_without_a_claim_changes_nothing(store: Store) -> None:
    change = want(store)
    assert not settle(store, change.id, "one", 1)
    assert load(store, change.id).done == 0


def test_a_claim_that_lapsed_unnoticed_still_settles(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one", NOW - 2 * LEASE)
    assert settle(store, change.id, "one", 1)


def test_a_want_during_a_claim_stays_due_after_it_is_settled(store: Store) -> None:
    change = want(store)
    claimed = claim(store, change.id, "one")
    assert claimed is not None
    want(store, head="b" * 40, now=NOW + MINUTE)
    want(store, head="c" * 40, now=NOW + 2 * MINUTE)
    assert due(store) == []
    assert settle(store, change.id, "one", claimed.wanted)
    after = load(store, change.id)
    assert (after.done, after.wanted, after.head) == (1, 3, "c" * 40)
    assert after.first_wanted_at == NOW + MINUTE
    assert due(store) == [change.id]


def test_a_failure_during_which_something_newer_was_wanted_keeps_the_oldest_time(
    store: Store,
) -> None:
    change = want(store)
    claim(store, change.id, "one")
    want(store, now=NOW + MINUTE)
    postpone(store, change.id, "one")
    assert load(store, change.id).first_wanted_at == NOW


def test_a_want_after_an_answer_starts_a_new_wait(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    settle(store, change.id, "one", 1)
    assert want(store, now=NOW + MINUTE).first_wanted_at == NOW + MINUTE


def test_a_postponed_change_is_due_at_its_time_and_tells_the_error(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    postpone(store, change.id, "one", "no route to host")
    after = load(store, change.id)
    assert (after.attempts, after.last_error, after.done) == (1, "no route to host", 0)
    assert due(store, NOW + 4 * MINUTE) == []
    assert claim(store, change.id, "two", now=NOW + 4 * MINUTE) is None
    assert due(store, NOW + 5 * MINUTE) == [change.id]


def test_postponing_after_the_claim_was_lost_changes_nothing(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    claim(store, change.id, "two", NOW + LEASE)
    postpone(store, change.id, "one")
    assert load(store, change.id).attempts == 0
    assert claim(store, change.id, "three", NOW + LEASE) is None


def test_a_new_want_is_tried_at_once(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    postpone(store, change.id, "one")
    assert want(store, now=NOW + MINUTE).attempts == 0
    assert due(store, NOW + MINUTE) == [change.id]


def test_an_answer_clears_the_error(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    postpone(store, change.id, "one")
    claim(store, change.id, "two", NOW + LEASE)
    settle(store, change.id, "two", 1)
    after = load(store, change.id)
    assert (after.attempts, after.last_error) == (0, "")


def test_nothing_is_due_of_a_closed_change(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        transaction.changes.close(REF, NOW)
    assert not load(store, change.id).open
    assert due(store) == []
    assert claim(store, change.id, "one") is None


def test_closing_an_unknown_change_is_harmless(store: Store) -> None:
    with store.begin() as transaction:
        transaction.changes.close(REF, NOW)
        assert transaction.changes.by_ref(REF) is None


def test_a_want_reopens_a_change_and_starts_a_new_wait(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        transaction.changes.close(REF, NOW)
    reopened = want(store, now=NOW + MINUTE)
    assert (reopened.id, reopened.open) == (change.id, True)
    assert reopened.first_wanted_at == NOW + MINUTE
    assert due(store, NOW + MINUTE) == [change.id]


def test_due_changes_come_in_the_order_of_their_waiting(store: Store) -> None:
    late = want(store, ChangeRef("github", "team/shop", "1"), now=NOW + MINUTE)
    early = want(store, ChangeRef("github", "team/shop", "2"), now=NOW)
    assert due(store, NOW + MINUTE) == [early.id, late.id]
    with store.begin() as transaction:
        assert list(transaction.changes.due(NOW + MINUTE, 1)) == [early.id]


def test_changes_that_wait_too_long_are_overdue_also_while_claimed(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "one")
    with store.begin() as transaction:
        assert transaction.changes.overdue(NOW) == []
        assert transaction.changes.overdue(NOW + MINUTE) == [change]
        transaction.changes.settle(change.id, "one", 1)
        assert transaction.changes.overdue(NOW + MINUTE) == []


def test_a_comment_is_remembered_and_forgotten(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        transaction.changes.remember_comment(change.id, "4711")
    assert load(store, change.id).comment == "4711"
    with store.begin() as transaction:
        transaction.changes.remember_comment(change.id, None)
    assert load(store, change.id).comment is None
