"""Make what is done follow what is wanted, whatever was lost on the way."""

from dataclasses import dataclass

from edgewarden.workflows import failures, statuses
from edgewarden.workflows.live import OWN_HOOK, want_live
from edgewarden.workflows.messages import StatusMessage, encode_status, status_key
from edgewarden.workflows.ports import (
    Change,
    Delivery,
    ForgeError,
    MessageKind,
    PullRequest,
)
from edgewarden.workflows.services import Services


@dataclass(frozen=True, slots=True)
class Reconciled:
    """``due`` changes and ``messages`` were pointed at, ``late`` statuses became errors."""

    due: int
    messages: int
    late: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """``wanted`` changes whose webhook was lost; ``failures`` are full sentences."""

    wanted: int
    failures: tuple[str, ...]


def reconcile(services: Services) -> Reconciled:
    """Hint at everything that is due, and end the waiting of those who wait too long."""
    now = services.clock.now()
    with services.store.begin() as transaction:
        overdue = transaction.changes.overdue(now - services.terms.answer_within)
    late = sum(_tell_late(change, services) for change in overdue)
    with services.store.begin() as transaction:
        due = transaction.changes.due(now, services.terms.batch)
        messages = transaction.outbox.due(now, services.terms.batch)
    for change_id in due:
        services.queue.review(change_id)
    for message_id in messages:
        services.queue.publish(message_id)
    return Reconciled(len(due), len(messages), late)


def find_lost(services: Services) -> Sweep:
    """Ask every forge for its open changes and want those that moved without our knowledge.

    A forge that fails for one repository is asked for the others all the same.
    """
    wanted = 0
    failed: list[str] = []
    for repository in services.repositories:
        try:
            live = services.forge(repository.forge).open_pull_requests(repository.name)
        except ForgeError as error:
            reason = failures.of_forge(error).reason
            failed.append(f"{repository.name} on {repository.forge}: {reason}")
            continue
        wanted += sum(_want_if_moved(each, services) for each in live)
    return Sweep(wanted, tuple(failed))


def _want_if_moved(pull_request: PullRequest, services: Services) -> bool:
    """Want the change unless it is due anyhow: then it is reviewed in its live state."""
    with services.store.begin() as transaction:
        known = transaction.changes.by_ref(pull_request.ref)
    if known is not None and known.open and known.head == pull_request.head:
        due = known.done < known.wanted
        if due and known.base_branch == pull_request.base_branch:
            return False
    return want_live(pull_request, known, services)


def _tell_late(change: Change, services: Services) -> bool:
    """Turn the pending status of an unanswered want into an error, once for each want."""
    now = services.clock.now()
    address = services.publication.review_address(change)
    with services.store.begin() as transaction:
        first = transaction.inbox.record(
            Delivery(
                forge=change.ref.forge,
                hook=OWN_HOOK,
                delivery=f"late:{change.public_id}:{change.wanted}",
                event="late",
                repository=change.ref.repository,
                payload_digest="",
                outcome="told",
                received_at=now,
            )
        )
        if not first or transaction.changes.get(change.id).done >= change.wanted:
            return False
        transaction.outbox.put(
            MessageKind.STATUS,
            status_key(change.id, change.head),
            encode_status(StatusMessage(change.head, statuses.late(change.last_error, address))),
            now=now,
            change_id=change.id,
        )
    return True
