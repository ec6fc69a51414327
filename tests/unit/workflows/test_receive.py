"""Taking deliveries in: what is wanted, once, and what is told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from edgewarden.workflows.messages import decode_status
from edgewarden.workflows.ports import (
    ChangeRef,
    CommitStatus,
    EventKind,
    ForgeEvent,
    StatusState,
    Transaction,
)
from edgewarden.workflows.receive import Arrival, Receipt, Received, receive
from edgewarden.workflows.services import Publication
from tests.support.flow import HintedQueue, SettableClock
from tests.support.memory_store import MemoryStore
from tests.support.web import HEAD, REPOSITORY, moved, updated

NEWER = "d" * 40
REF = ChangeRef("memory", REPOSITORY, "7")


@dataclass
class Inbox:
    """A place where deliveries arrive."""

    store: MemoryStore = field(default_factory=MemoryStore)
    queue: HintedQueue = field(default_factory=HintedQueue)
    clock: SettableClock = field(default_factory=SettableClock)

    def take(self, event: ForgeEvent) -> Received:
        return receive(
            event,
            Arrival("memory", "team", "0" * 64),
            governed=frozenset({REPOSITORY}),
            store=self.store,
            queue=self.queue,
            clock=self.clock,
            review_address=Publication("https://edgewarden.example").review_address,
        )

    def wanted(self, key: str = "7") -> int:
        with self.store.begin() as transaction:
            change = transaction.changes.by_ref(ChangeRef("memory", REPOSITORY, key))
        assert change is not None
        return change.wanted

    def answer(self, key: str = "7") -> None:
        """Settle what is wanted of a change, as a worker would."""
        now = self.clock.now()
        with self.store.begin() as transaction:
            change = transaction.changes.by_ref(ChangeRef("memory", REPOSITORY, key))
            assert change is not None
            transaction.changes.claim(change.id, "worker", now, now)
            transaction.changes.settle(change.id, "worker", change.wanted)

    def told(self) -> dict[str, CommitStatus]:
        """The undelivered status of each commit."""
        now = self.clock.now()
        statuses = {}
        with self.store.begin() as transaction:
            for message_id in transaction.outbox.due(now, 100):
                message = transaction.outbox.claim(message_id, "test", now, now)
                if message is not None:
                    told = decode_status(message.payload)
                    statuses[told.commit] = told.status
                    transaction.outbox.delivered(message_id, message.version, now)
        return statuses


def test_a_delivery_that_is_repeated_wants_nothing_more() -> None:
    inbox = Inbox()
    first = inbox.take(updated())

    again = inbox.take(updated())

    assert again == Received(Receipt.DUPLICATE, first.review)
    assert inbox.wanted() == 1
    assert inbox.queue.reviews == [1]


def test_the_same_id_by_another_hook_is_another_delivery() -> None:
    inbox = Inbox()
    inbox.take(updated())
    other = receive(
        updated(head=NEWER),
        Arrival("memory", "other", ""),
        governed=frozenset({REPOSITORY}),
        store=inbox.store,
        queue=inbox.queue,
        clock=inbox.clock,
        review_address=Publication("https://edgewarden.example").review_address,
    )

    assert other.receipt is Receipt.ACCEPTED
    assert inbox.wanted() == 2


def test_a_moved_branch_makes_every_open_change_on_it_wanted_again() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1", key="7"))
    inbox.take(updated("d-2", key="8"))
    inbox.take(updated("d-3", key="9", base_branch="release"))
    inbox.take(updated("d-4", key="10", kind=EventKind.CHANGE_CLOSED))

    received = inbox.take(moved("main"))

    assert received == Received(Receipt.ACCEPTED, None)
    assert [inbox.wanted(key) for key in ("7", "8", "9")] == [2, 2, 1]


def test_a_branch_that_nothing_is_proposed_to_wants_nothing() -> None:
    inbox = Inbox()

    assert inbox.take(moved("main")).receipt is Receipt.ACCEPTED
    assert inbox.queue.reviews == []


def test_a_head_that_is_overtaken_before_its_review_is_told_so() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1", HEAD))
    inbox.take(updated("d-2", NEWER))

    told = inbox.told()

    assert told[HEAD].state is StatusState.ERROR
    assert NEWER[:12] in told[HEAD].description
    assert told[NEWER].state is StatusState.PENDING


def test_a_reviewed_head_keeps_its_status_when_a_newer_one_comes() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1", HEAD))
    inbox.told()
    inbox.answer()

    inbox.take(updated("d-2", NEWER))

    assert set(inbox.told()) == {NEWER}


def test_a_change_that_is_closed_unanswered_is_not_pending_for_ever() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1"))

    received = inbox.take(updated("d-2", kind=EventKind.CHANGE_CLOSED))

    assert received.receipt is Receipt.CLOSED
    assert inbox.told()[HEAD].state is StatusState.ERROR
    with inbox.store.begin() as transaction:
        assert transaction.changes.due(inbox.clock.now(), 10) == []


def test_an_answered_change_is_closed_without_a_word() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1"))
    inbox.told()
    inbox.answer()

    inbox.take(updated("d-2", kind=EventKind.CHANGE_CLOSED))

    assert inbox.told() == {}


def test_closing_what_was_never_seen_is_harmless() -> None:
    received = Inbox().take(updated(kind=EventKind.CHANGE_CLOSED))

    assert received == Received(Receipt.CLOSED, None)


def test_a_change_that_is_updated_after_it_was_closed_is_open_again() -> None:
    inbox = Inbox()
    inbox.take(updated("d-1"))
    inbox.take(updated("d-2", kind=EventKind.CHANGE_CLOSED))

    inbox.take(updated("d-3"))

    with inbox.store.begin() as transaction:
        assert transaction.changes.due(inbox.clock.now(), 10) == [1]


@pytest.mark.parametrize(
    ("event", "receipt"),
    [
        (ForgeEvent(EventKind.IGNORED, "d", "issues", REPOSITORY, reason="no"), Receipt.IGNORED),
        (ForgeEvent(EventKind.IGNORED, "d", "installation", "", reason="no"), Receipt.IGNORED),
        (ForgeEvent(EventKind.PING, "d", "ping", ""), Receipt.PONG),
        (ForgeEvent(EventKind.PING, "d", "ping", "team/other"), Receipt.PONG),
        (
            ForgeEvent(EventKind.IGNORED, "d", "issues", "team/other", reason="no"),
            Receipt.UNKNOWN_REPOSITORY,
        ),
        (updated("d", repository="team/other"), Receipt.UNKNOWN_REPOSITORY),
        (
            updated("d", repository="team/other", kind=EventKind.CHANGE_CLOSED),
            Receipt.UNKNOWN_REPOSITORY,
        ),
    ],
)
def test_what_wants_nothing_is_recorded_and_changes_nothing(
    event: ForgeEvent, receipt: Receipt
) -> None:
    inbox = Inbox()

    assert inbox.take(event) == Received(receipt, None)
    with inbox.store.begin() as transaction:
        kept = transaction.inbox.get("memory", "team", "d")
        assert transaction.changes.by_ref(REF) is None
    assert kept is not None
    assert kept.outcome == receipt.value
    assert (inbox.queue.reviews, inbox.queue.messages, inbox.told()) == ([], [], {})


class FailingOutbox:
    """Whatever is put here is lost with its transaction."""

    def put(self, *arguments: object, **more: object) -> None:
        raise OSError("the disk is full")


class FailingStore(MemoryStore):
    """Fails after the delivery was recorded and its change wanted."""

    @contextmanager
    def begin(self) -> Iterator[Transaction]:  # type: ignore[override] # a narrower transaction
        with super().begin() as transaction:
            transaction.outbox = FailingOutbox()  # type: ignore[assignment] # fails on purpose
            yield transaction


def test_delivery_want_and_status_are_kept_together_or_not_at_all() -> None:
    inbox = Inbox(store=FailingStore())

    with pytest.raises(OSError, match="disk is full"):
        inbox.take(updated())

    with inbox.store.begin() as transaction:
        assert transaction.inbox.get("memory", "team", "d-1") is None
        assert transaction.changes.by_ref(REF) is None
    assert inbox.queue.reviews == []
