"""A change as the forge has it now, held against what is known of it.

The inbox remembers every live state that was reviewed or found, beside the deliveries.
"""

from datetime import datetime

from edgewarden.workflows.ports import (
    Change,
    Delivery,
    EventKind,
    ForgeEvent,
    PullRequest,
    Transaction,
)
from edgewarden.workflows.receive import Arrival, Receipt, receive
from edgewarden.workflows.services import Services

OWN_HOOK = "reconcile"
"""The hook under which this service records what it found out by itself."""


def want_live(pull_request: PullRequest, known: Change | None, services: Services) -> bool:
    """Want a change in its live state, as its lost webhook would have; whether that was news.

    A head other than that which is wanted always is, so a head that comes back is wanted again.
    Where only the base moved, each base is news once.
    """
    ref = pull_request.ref
    delivery = _sighting(pull_request)
    if known is not None and (not known.open or known.head != pull_request.head):
        delivery = f"{delivery}:{known.wanted}"
    received = receive(
        ForgeEvent(
            kind=EventKind.CHANGE_UPDATED,
            delivery=delivery,
            event="found",
            repository=ref.repository,
            change=ref,
            base_branch=pull_request.base_branch,
            head=pull_request.head,
        ),
        Arrival(forge=ref.forge, hook=OWN_HOOK, payload_digest=""),
        governed={each.name for each in services.repositories if each.forge == ref.forge},
        store=services.store,
        queue=services.queue,
        clock=services.clock,
        review_address=services.publication.review_address,
    )
    return received.receipt is Receipt.ACCEPTED


def note_seen(transaction: Transaction, pull_request: PullRequest, now: datetime) -> None:
    """Remember that this live state is no news any more."""
    transaction.inbox.record(
        Delivery(
            forge=pull_request.ref.forge,
            hook=OWN_HOOK,
            delivery=_sighting(pull_request),
            event="found",
            repository=pull_request.ref.repository,
            payload_digest="",
            outcome="reviewed",
            received_at=now,
        )
    )


def _sighting(pull_request: PullRequest) -> str:
    ref = pull_request.ref
    return (
        f"{ref.repository}:{ref.key}:{pull_request.base_branch}:"
        f"{pull_request.base}:{pull_request.head}"
    )
