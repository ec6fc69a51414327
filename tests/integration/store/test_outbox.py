"""Messages: replaced until delivered, one at a time for each change, oldest first."""

from datetime import datetime

from edgewarden.workflows.ports import ChangeRef, Message, MessageKind, Store
from tests.integration.store.sample import LEASE, MINUTE, NOW, want


def put(
    store: Store,
    key: str,
    payload: str = "{}",
    *,
    kind: MessageKind = MessageKind.STATUS,
    now: datetime = NOW,
    change_id: int | None = None,
) -> int:
    """Queue a message; the id of the message that is then the newest one due."""
    with store.begin() as transaction:
        before = set(transaction.outbox.due(now, 100))
        transaction.outbox.put(kind, key, payload, now=now, change_id=change_id)
        made = set(transaction.outbox.due(now, 100)) - before
        return made.pop() if made else 0


def claim(store: Store, message_id: int, owner: str = "one", now: datetime = NOW) -> Message | None:
    with store.begin() as transaction:
        return transaction.outbox.claim(message_id, owner, now, now + LEASE)


def claimed(store: Store, message_id: int, owner: str = "one", now: datetime = NOW) -> Message:
    message = claim(store, message_id, owner, now)
    assert message is not None
    return message


def delivered(store: Store, message: Message, now: datetime = NOW) -> None:
    with store.begin() as transaction:
        transaction.outbox.delivered(message.id, message.version, now)


def postpone(store: Store, message_id: int, retry_at: datetime | None) -> None:
    with store.begin() as transaction:
        transaction.outbox.postpone(message_id, "no route", retry_at)


def due(store: Store, now: datetime = NOW) -> list[int]:
    with store.begin() as transaction:
        return list(transaction.outbox.due(now, 100))


def test_a_message_is_due_until_it_is_delivered(store: Store) -> None:
    change = want(store)
    message_id = put(store, "1:abc", '{"a": 1}', change_id=change.id)
    message = claimed(store, message_id)
    assert message == Message(
        id=message_id,
        kind=MessageKind.STATUS,
        key="1:abc",
        change_id=change.id,
        payload='{"a": 1}',
        attempts=0,
        version=1,
    )
    assert due(store) == []
    delivered(store, message)
    assert due(store, NOW + 2 * LEASE) == []
    assert claim(store, message_id, now=NOW + 2 * LEASE) is None


def test_kinds_have_keys_of_their_own(store: Store) -> None:
    put(store, "1", kind=MessageKind.COMMENT)
    put(store, "1", kind=MessageKind.REMINDER)
    assert len(due(store)) == 2


def test_a_newer_message_replaces_an_undelivered_one(store: Store) -> None:
    message_id = put(store, "1", "old")
    put(store, "1", "new")
    assert due(store) == [message_id]
    message = claimed(store, message_id)
    assert (message.payload, message.version) == ("new", 2)


def test_a_taken_message_is_left_to_its_worker_until_the_lease_ends(store: Store) -> None:
    message_id = put(store, "1")
    claimed(store, message_id)
    assert claim(store, message_id, "two") is None
    assert due(store, NOW + LEASE - MINUTE) == []
    assert due(store, NOW + LEASE) == [message_id]
    assert claim(store, message_id, "two", NOW + LEASE) is not None


def test_delivering_an_older_version_leaves_the_newer_one_due(store: Store) -> None:
    message_id = put(store, "1", "old")
    old = claimed(store, message_id)
    put(store, "1", "new")
    assert claim(store, message_id, "two") is None
    delivered(store, old)
    assert due(store) == [message_id]
    new = claimed(store, message_id, "two")
    assert (new.payload, new.version) == ("new", 2)


def test_a_late_word_of_an_older_version_does_not_release_the_newer_one(store: Store) -> None:
    message_id = put(store, "1", "old")
    old = claimed(store, message_id)
    put(store, "1", "new")
    claimed(store, message_id, "two", NOW + LEASE)
    delivered(store, old, NOW + LEASE)
    assert claim(store, message_id, "three", NOW + LEASE) is None


def test_a_message_can_be_queued_again_after_its_delivery(store: Store) -> None:
    message_id = put(store, "1", "first")
    delivered(store, claimed(store, message_id))
    assert put(store, "1", "second") == message_id
    assert claimed(store, message_id).payload == "second"


def test_a_postponed_message_is_due_at_its_time(store: Store) -> None:
    message_id = put(store, "1")
    claimed(store, message_id)
    postpone(store, message_id, NOW + 5 * MINUTE)
    assert due(store, NOW + 4 * MINUTE) == []
    assert claim(store, message_id, now=NOW + 4 * MINUTE) is None
    assert due(store, NOW + 5 * MINUTE) == [message_id]
    assert claimed(store, message_id, now=NOW + 5 * MINUTE).attempts == 1


def test_a_message_without_another_try_is_dead_until_it_is_queued_anew(store: Store) -> None:
    message_id = put(store, "1")
    claimed(store, message_id)
    postpone(store, message_id, None)
    assert due(store, NOW + 2 * LEASE) == []
    assert claim(store, message_id, now=NOW + 2 * LEASE) is None
    put(store, "1", "again")
    revived = claimed(store, message_id)
    assert (revived.payload, revived.attempts) == ("again", 0)


def test_the_failure_of_an_older_version_does_not_hold_the_newer_one(store: Store) -> None:
    message_id = put(store, "1", "old")
    claimed(store, message_id)
    put(store, "1", "new")
    postpone(store, message_id, None)
    assert due(store) == [message_id]
    assert claimed(store, message_id).attempts == 0


def test_messages_of_one_change_go_out_one_at_a_time_oldest_first(store: Store) -> None:
    change = want(store)
    first = put(store, "1:a", change_id=change.id)
    second = put(store, "1", kind=MessageKind.COMMENT, change_id=change.id, now=NOW + MINUTE)
    later = NOW + MINUTE
    assert due(store, later) == [first, second]
    assert claim(store, second, now=later) is None
    message = claimed(store, first, now=later)
    assert claim(store, second, now=later) is None
    delivered(store, message, later)
    assert claim(store, second, now=later) is not None


def test_the_clock_of_another_machine_does_not_send_two_messages_at_once(store: Store) -> None:
    change = want(store)
    first = put(store, "1:a", change_id=change.id)
    claimed(store, first)
    earlier = put(store, "1:b", change_id=change.id, now=NOW - MINUTE)
    assert claim(store, earlier) is None


def test_a_message_waits_behind_the_one_that_is_tried_again_later(store: Store) -> None:
    change = want(store)
    first = put(store, "1:a", change_id=change.id)
    second = put(store, "1:b", change_id=change.id)
    claimed(store, first)
    postpone(store, first, NOW + 5 * MINUTE)
    assert due(store) == []
    assert claim(store, second) is None
    assert due(store, NOW + 5 * MINUTE) == [first, second]


def test_a_message_that_is_set_aside_lets_the_others_pass(store: Store) -> None:
    change = want(store)
    first = put(store, "1:a", change_id=change.id)
    second = put(store, "1:b", change_id=change.id)
    claimed(store, first)
    with store.begin() as transaction:
        transaction.outbox.set_aside(first, "no right", NOW + 5 * MINUTE)
    assert due(store) == [second]
    delivered(store, claimed(store, second))
    assert due(store, NOW + 4 * MINUTE) == []
    assert due(store, NOW + 5 * MINUTE) == [first]
    assert claimed(store, first, now=NOW + 5 * MINUTE).attempts == 1


def test_what_replaces_a_message_that_is_set_aside_is_due_at_once(store: Store) -> None:
    message_id = put(store, "1", "old")
    claimed(store, message_id)
    with store.begin() as transaction:
        transaction.outbox.set_aside(message_id, "no right", NOW + 5 * MINUTE)
    put(store, "1", "new")
    assert due(store) == [message_id]


def test_a_dead_message_holds_nothing_up(store: Store) -> None:
    change = want(store)
    first = put(store, "1:a", change_id=change.id)
    second = put(store, "1:b", change_id=change.id)
    claimed(store, first)
    postpone(store, first, None)
    assert due(store) == [second]
    assert claim(store, second) is not None


def test_a_message_queued_again_takes_its_place_at_the_end(store: Store) -> None:
    change = want(store)
    comment = put(store, "1", kind=MessageKind.COMMENT, change_id=change.id)
    delivered(store, claimed(store, comment))
    status = put(store, "1:b", change_id=change.id, now=NOW + MINUTE)
    put(store, "1", kind=MessageKind.COMMENT, change_id=change.id, now=NOW + 2 * MINUTE)
    assert due(store, NOW + 2 * MINUTE) == [status, comment]


def test_messages_of_different_changes_go_out_side_by_side(store: Store) -> None:
    changes = [want(store, ChangeRef("github", "team/shop", key)) for key in ("1", "2")]
    messages = [put(store, f"{change.id}:a", change_id=change.id) for change in changes]
    alone = put(store, "EXC-1", kind=MessageKind.REMINDER)
    other = put(store, "EXC-2", kind=MessageKind.REMINDER)
    for message in (*messages, alone, other):
        assert claim(store, message) is not None


def test_due_messages_are_limited(store: Store) -> None:
    first = put(store, "1")
    put(store, "2", now=NOW + MINUTE)
    with store.begin() as transaction:
        assert list(transaction.outbox.due(NOW + MINUTE, 1)) == [first]
