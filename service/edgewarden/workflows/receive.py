"""Taking a delivery in: what it says is wanted, written down once."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edgewarden.workflows import statuses
from edgewarden.workflows.messages import StatusMessage, encode_status, status_key
from edgewarden.workflows.ports import (
    Change,
    ChangeRef,
    Clock,
    CommitStatus,
    Delivery,
    EventKind,
    ForgeEvent,
    MessageKind,
    Queue,
    StatusState,
    Store,
    Transaction,
)

_HINTED_MESSAGES = 20
"""How many due messages one delivery points the queue to; the schedule finds the others."""

_RECEIVED = "Waiting for the review of this change."


class Receipt(StrEnum):
    """What became of a delivery."""

    ACCEPTED = "accepted"
    CLOSED = "closed"
    IGNORED = "ignored"
    PONG = "pong"
    DUPLICATE = "duplicate"
    UNKNOWN_REPOSITORY = "unknown_repository"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the transport knows of a delivery, beside the event in it.

    ``hook`` is the route it came by, ``payload_digest`` the SHA-256 (hex) of its body.
    """

    forge: str
    hook: str
    payload_digest: str


@dataclass(frozen=True, slots=True)
class Received:
    """``review`` is the address of the page of the change that the delivery is about, if any."""

    receipt: Receipt
    review: str | None = None


def receive(
    event: ForgeEvent,
    arrival: Arrival,
    *,
    governed: AbstractSet[str],
    store: Store,
    queue: Queue,
    clock: Clock,
    review_address: Callable[[Change], str],
) -> Received:
    """Write down what a verified delivery makes wanted, in one transaction, then hint the queue.

    A delivery of a repository outside ``governed`` is recorded and nothing else. A delivery
    whose id is known already changes nothing. A branch that moved makes every open change on
    it wanted again. ``review_address`` makes the address of a change's page. Neither Git nor the
    forge is asked for anything.
    """
    now = clock.now()
    receipt = _receipt(event, governed)
    with store.begin() as transaction:
        kept = transaction.inbox.record(
            Delivery(
                forge=arrival.forge,
                hook=arrival.hook,
                delivery=event.delivery,
                event=event.event,
                repository=event.repository,
                payload_digest=arrival.payload_digest,
                outcome=receipt.value,
                received_at=now,
            )
        )
        intake = _Intake(transaction, now, review_address)
        if not kept:
            return Received(Receipt.DUPLICATE, intake.page(event.change))
        wanted: Sequence[Change] = ()
        if receipt is Receipt.ACCEPTED:
            wanted = intake.want(event, arrival.forge)
        elif receipt is Receipt.CLOSED and event.change is not None:
            intake.close(event.change)
        due = transaction.outbox.due(now, _HINTED_MESSAGES)
        review = intake.page(event.change)
    for change in wanted:
        queue.review(change.id)
    for message in due:
        queue.publish(message)
    if event.kind is EventKind.BRANCH_MOVED and receipt is Receipt.ACCEPTED:
        queue.contribute(arrival.forge, event.repository)
    return Received(receipt, review)


def _receipt(event: ForgeEvent, governed: AbstractSet[str]) -> Receipt:
    if event.kind is EventKind.PING:
        return Receipt.PONG
    if event.kind is EventKind.IGNORED and not event.repository:
        return Receipt.IGNORED
    if event.repository not in governed:
        return Receipt.UNKNOWN_REPOSITORY
    match event.kind:
        case EventKind.CHANGE_CLOSED:
            return Receipt.CLOSED
        case EventKind.CHANGE_UPDATED | EventKind.BRANCH_MOVED:
            return Receipt.ACCEPTED
        case EventKind.IGNORED:
            return Receipt.IGNORED


@dataclass(frozen=True, slots=True)
class _Intake:
    """One delivery on its way into the store."""

    transaction: Transaction
    now: datetime
    review_address: Callable[[Change], str]

    def want(self, event: ForgeEvent, forge: str) -> Sequence[Change]:
        """Raise what the event makes wanted, pending from here; the changes meant."""
        changes = self.transaction.changes
        if event.change is not None:
            self._supersede(event.change, event.head)
            moved = [(event.change, event.base_branch, event.head)]
        else:
            on_branch = changes.open_on(forge, event.repository, event.branch)
            moved = [(change.ref, change.base_branch, change.head) for change in on_branch]
        wanted = [
            changes.want(ref, base_branch=base_branch, head=head, now=self.now)
            for ref, base_branch, head in moved
        ]
        for change in wanted:
            address = self.review_address(change)
            self._tell(change, CommitStatus(StatusState.PENDING, _RECEIVED, address))
        return wanted

    def close(self, ref: ChangeRef) -> None:
        """Want nothing more of a change, and end the pending status of an unanswered head."""
        change = self.transaction.changes.by_ref(ref)
        if change is not None and _unanswered(change):
            self._tell(change, statuses.closed(self.review_address(change)))
        self.transaction.changes.close(ref, self.now)

    def page(self, ref: ChangeRef | None) -> str | None:
        change = self.transaction.changes.by_ref(ref) if ref is not None else None
        return self.review_address(change) if change is not None else None

    def _supersede(self, ref: ChangeRef, head: str) -> None:
        """End the pending status of a head that will not be reviewed any more."""
        before = self.transaction.changes.by_ref(ref)
        if before is not None and before.head != head and _unanswered(before):
            self._tell(before, statuses.superseded(head, self.review_address(before)))

    def _tell(self, change: Change, status: CommitStatus) -> None:
        self.transaction.outbox.put(
            MessageKind.STATUS,
            status_key(change.id, change.head),
            encode_status(StatusMessage(change.head, status)),
            now=self.now,
            change_id=change.id,
        )


def _unanswered(change: Change) -> bool:
    return change.open and change.done < change.wanted
