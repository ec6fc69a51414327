"""What holds when several workers act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import TypeVar

from edgewarden.workflows.ports import Change, ChangeRef, Message, MessageKind, Store
from tests.integration.store.sample import (
    HEAD,
    LEASE,
    MINUTE,
    NOW,
    REF,
    claim,
    delivery,
    exception,
    grant,
    load,
    want,
)

T = TypeVar("T")
WORKERS = 6


def at_once(act: Callable[[int], T], workers: int = WORKERS) -> list[T]:
    """What ``act`` gives to workers 0, 1, ... that start together."""
    barrier = Barrier(workers)

    def start(worker: int) -> T:
        barrier.wait(timeout=30)
        return act(worker)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(start, range(workers)))


def claim_as(store: Store, change_id: int, worker: int) -> Change | None:
    return claim(store, change_id, f"w{worker}")


def want_head(store: Store, ref: ChangeRef, worker: int) -> Change:
    return want(store, ref, head=f"{worker}" * 40)


def test_of_claims_at_once_exactly_one_wins(store: Store) -> None:
    for number in range(5):
        change = want(store, ChangeRef("github", "team/shop", str(number)))
        claims = at_once(partial(claim_as, store, change.id))
        assert sum(each is not None for each in claims) == 1


def test_of_claims_at_once_on_a_lapsed_lease_exactly_one_wins(store: Store) -> None:
    change = want(store)
    claim(store, change.id, "dead")
    claims = at_once(lambda worker: claim(store, change.id, f"w{worker}", NOW + LEASE))
    assert sum(each is not None for each in claims) == 1


def test_wants_at_once_are_all_counted(store: Store) -> None:
    for number in range(5):
        ref = ChangeRef("github", "team/shop", str(number))
        changes = at_once(partial(want_head, store, ref))
        assert sorted(each.wanted for each in changes) == list(range(1, WORKERS + 1))
        assert len({(each.id, each.public_id) for each in changes}) == 1


def test_of_equal_deliveries_at_once_one_is_recorded_with_its_want(store: Store) -> None:
    def receive(_worker: int) -> bool:
        with store.begin() as transaction:
            new = transaction.inbox.record(delivery())
            if new:
                transaction.changes.want(REF, base_branch="main", head=HEAD, now=NOW)
            return new

    assert sum(at_once(receive)) == 1
    with store.begin() as transaction:
        change = transaction.changes.by_ref(REF)
        assert change is not None
        assert change.wanted == 1


def test_of_claims_at_once_on_the_messages_of_a_change_one_wins(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        for number in range(WORKERS):
            transaction.outbox.put(
                MessageKind.STATUS, f"1:{number}", "{}", now=NOW, change_id=change.id
            )
        messages = transaction.outbox.due(NOW, WORKERS)

    def take(worker: int) -> Message | None:
        with store.begin() as transaction:
            return transaction.outbox.claim(messages[worker], f"w{worker}", NOW, NOW + LEASE)

    taken = [each for each in at_once(take) if each is not None]
    assert [each.id for each in taken] == [messages[0]]


def test_a_claim_waits_for_the_one_under_way_on_the_same_change(store: Store) -> None:
    """Also where the other one's clock is behind, so that its message counts as older."""
    change = want(store)

    def put(key: str, now: datetime) -> None:
        with store.begin() as transaction:
            transaction.outbox.put(MessageKind.STATUS, key, "{}", now=now, change_id=change.id)

    def take_an_older_one() -> Message | None:
        put("1:b", NOW - MINUTE)
        with store.begin() as transaction:
            older = transaction.outbox.due(NOW, 1)[0]
        with store.begin() as transaction:
            return transaction.outbox.claim(older, "two", NOW, NOW + LEASE)

    put("1:a", NOW)
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as transaction:
            (first,) = transaction.outbox.due(NOW, 10)
            assert transaction.outbox.claim(first, "one", NOW, NOW + LEASE) is not None
            other = pool.submit(take_an_older_one)
            wait([other], timeout=0.5)
        assert other.result(timeout=30) is None


def test_of_claims_at_once_on_one_message_exactly_one_wins(store: Store) -> None:
    with store.begin() as transaction:
        transaction.outbox.put(MessageKind.REMINDER, "EXC-1", "{}", now=NOW)
        (message_id,) = transaction.outbox.due(NOW, 10)

    def take(worker: int) -> Message | None:
        with store.begin() as transaction:
            return transaction.outbox.claim(message_id, f"w{worker}", NOW, NOW + LEASE)

    assert sum(each is not None for each in at_once(take)) == 1


def test_messages_put_at_once_under_one_key_count_their_versions(store: Store) -> None:
    def put(worker: int) -> None:
        with store.begin() as transaction:
            transaction.outbox.put(MessageKind.REMINDER, "EXC-1", str(worker), now=NOW)

    at_once(put)
    with store.begin() as transaction:
        (message_id,) = transaction.outbox.due(NOW, 10)
        message = transaction.outbox.claim(message_id, "one", NOW, NOW + LEASE)
    assert message is not None
    assert message.version == WORKERS


def test_of_equal_reminders_at_once_one_is_written(store: Store) -> None:
    granted = grant(store, exception())

    def write(_worker: int) -> bool:
        with store.begin() as transaction:
            return transaction.reminders.claim(granted.number, granted.expires_at, "week", NOW)

    assert sum(at_once(write)) == 1


def test_refusals_at_once_are_all_counted(store: Store) -> None:
    def refuse(_worker: int) -> None:
        with store.begin() as transaction:
            transaction.inbox.count_refused("github", "signature")

    at_once(refuse)
    with store.begin() as transaction:
        assert transaction.inbox.refused("github", "signature") == WORKERS


def test_exceptions_granted_at_once_have_numbers_of_their_own(store: Store) -> None:
    granted = at_once(lambda _worker: grant(store, exception()))
    assert len({each.number for each in granted}) == WORKERS


def test_a_want_beside_a_settlement_is_never_lost(store: Store) -> None:
    change = want(store)
    for _ in range(5):
        claimed = claim(store, change.id, "one")
        assert claimed is not None

        def act(worker: int, answered: int = claimed.wanted) -> None:
            if worker == 0:
                with store.begin() as transaction:
                    assert transaction.changes.settle(change.id, "one", answered)
            else:
                want(store)

        at_once(act, workers=3)
        after = load(store, change.id)
        assert (after.done, after.wanted) == (claimed.wanted, claimed.wanted + 2)
