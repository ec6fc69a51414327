"""Taking a delivery in: what it says is wanted, written down once."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
_SUPERSEDED = "A newer commit of this change is reviewed instead."


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
        if not kept:
            return Received(Receipt.DUPLICATE, _page(event.change, transaction, review_address))
        wanted: Sequence[Change] = ()
        if receipt is Receipt.ACCEPTED:
            wanted = _want(event, arrival.forge, transaction, now)
            for change in wanted:
                _announce(change, transaction, now, review_address)
        elif receipt is Receipt.CLOSED and event.change is not None:
            transaction.changes.close(event.change, now)
        due = transaction.outbox.due(now, _HINTED_MESSAGES) if wanted else ()
        review = _page(event.change, transaction, review_address)
    for change in wanted:
        queue.review(change.id)
    for message in due:
        queue.publish(message)
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


def _want(
    event: ForgeEvent, forge: str, transaction: Transaction, now: datetime
) -> Sequence[Change]:
    """Raise what is wanted by the event; the changes that are wanted now."""
    if event.change is not None:
        _supersede(event.change, event.head, transaction, now)
        return [
            transaction.changes.want(
                event.change, base_branch=event.base_branch, head=event.head, now=now
            )
        ]
    return [
        transaction.changes.want(
            change.ref, base_branch=change.base_branch, head=change.head, now=now
        )
        for change in transaction.changes.open_on(forge, event.repository, event.branch)
    ]


def _supersede(ref: ChangeRef, head: str, transaction: Transaction, now: datetime) -> None:
    """End the pending status of a head that will not be reviewed any more."""
    before = transaction.changes.by_ref(ref)
    if before is not None and before.head != head and before.done < before.wanted:
        _tell(before, CommitStatus(StatusState.ERROR, _SUPERSEDED, ""), transaction, now)


def _announce(
    change: Change,
    transaction: Transaction,
    now: datetime,
    review_address: Callable[[Change], str],
) -> None:
    status = CommitStatus(StatusState.PENDING, _RECEIVED, review_address(change))
    _tell(change, status, transaction, now)


def _tell(change: Change, status: CommitStatus, transaction: Transaction, now: datetime) -> None:
    transaction.outbox.put(
        MessageKind.STATUS,
        status_key(change.id, change.head),
        encode_status(StatusMessage(change.head, status)),
        now=now,
        change_id=change.id,
    )


def _page(
    ref: ChangeRef | None, transaction: Transaction, review_address: Callable[[Change], str]
) -> str | None:
    change = transaction.changes.by_ref(ref) if ref is not None else None
    return review_address(change) if change is not None else None
