"""Tell the outside what is queued for it, each message on its own."""

from edgewarden.reporting.comment import comment_marker, render_comment, render_resolved
from edgewarden.workflows import failures
from edgewarden.workflows.failures import Failure
from edgewarden.workflows.live import want_live
from edgewarden.workflows.messages import decode_status
from edgewarden.workflows.ports import (
    Change,
    ChangeGoneError,
    Forge,
    ForgeError,
    Message,
    MessageKind,
    NotificationError,
    Stage,
    StoredReview,
)
from edgewarden.workflows.reminders import send_reminder
from edgewarden.workflows.services import Services
from edgewarden.workflows.sign_offs.shown import with_sign_offs

_NEXT = 5
"""So many due messages are pointed at after one went out: its change may have held them back."""


def publish(message_id: int, services: Services) -> None:
    """Deliver one message, at least once, such that a repetition changes nothing outside.

    Does nothing where the message is delivered, replaced or held by another worker. A failure
    is tried again later: what the forge refuses at the slow pace, since somebody may mend a
    token or a right. Only where the change is gone the message is dead, with its error. A
    defect is treated like a temporary failure and raised.
    """
    owner = services.fresh_name()
    now = services.clock.now()
    with services.store.begin() as transaction:
        message = transaction.outbox.claim(
            message_id, owner, now, now + services.terms.message_lease
        )
    if message is None:
        return
    services.observer.passed(Stage.MESSAGE_CLAIMED, message.change_id)
    try:
        _send(message, services)
    except ChangeGoneError as error:
        _give_up(message, failures.of_forge(error), services)
    except ForgeError as error:
        _put_off(message, failures.of_forge(error), services)
    except NotificationError as error:
        _put_off(message, failures.of_notifier(error), services)
    except Exception as error:
        _put_off(message, failures.of_defect(error), services)
        raise
    services.announce(_NEXT)


def _send(message: Message, services: Services) -> None:
    match message.kind:
        case MessageKind.STATUS:
            _set_status(message, services)
        case MessageKind.COMMENT:
            _bring_comment_up_to_date(message, services)
        case MessageKind.REMINDER:
            send_reminder(message, services)
            services.observer.passed(Stage.SENT, None)
            _delivered(message, services)


def _set_status(message: Message, services: Services) -> None:
    told = decode_status(message.payload)
    change = _change(message, services)
    services.forge(change.ref.forge).set_status(change.ref, told.commit, told.status)
    services.observer.passed(Stage.SENT, change.id)
    _delivered(message, services)


def _bring_comment_up_to_date(message: Message, services: Services) -> None:
    """Make the one comment of a change say what its newest review and its sign-offs say.

    Whatever review the message was queued for, the newest stored one counts. Where the live
    head is another one than that reviewed, nothing is published and the change is wanted again.
    """
    change = _change(message, services)
    with services.store.begin() as transaction:
        latest = transaction.reviews.latest(change.id)
        newest = None if latest is None else with_sign_offs(latest, transaction)
    if newest is None:
        raise LookupError(f"a comment is queued for change {change.id}, which has no review")
    forge = services.forge(change.ref.forge)
    live = forge.pull_request(change.ref)
    if live.head != newest.head:
        if live.open and not _is_wanted(change, live.head):
            want_live(live, change, services)
        _delivered(message, services)
        return
    comment = _upsert(change, newest, forge, services)
    services.observer.passed(Stage.SENT, change.id)
    with services.store.begin() as transaction:
        transaction.changes.remember_comment(change.id, comment)
        transaction.outbox.delivered(message.id, message.version, services.clock.now())
    services.observer.passed(Stage.DELIVERED, change.id)


def _upsert(change: Change, newest: StoredReview, forge: Forge, services: Services) -> str | None:
    """Update the comment, or post it where there is none; its id.

    A comment whose id was never stored is found by its marker and author. A quiet review
    shrinks the comment that is there and posts none.
    """
    configuration = services.publication.configuration
    address = services.publication.review_address(change)
    if newest.review.quiet:
        body = render_resolved(newest.review, configuration=configuration, address=address)
    else:
        body = render_comment(
            newest.review,
            configuration=configuration,
            address=address,
            limit=forge.comment_limit,
            links=services.links(change.ref),
        )
    if change.comment is not None and forge.update_comment(change.ref, change.comment, body):
        return change.comment
    found = forge.find_comment(change.ref, comment_marker(configuration))
    if found is not None and forge.update_comment(change.ref, found, body):
        return found
    return None if newest.review.quiet else forge.create_comment(change.ref, body)


def _is_wanted(change: Change, head: str) -> bool:
    return change.head == head and change.done < change.wanted


def _change(message: Message, services: Services) -> Change:
    if message.change_id is None:
        raise LookupError(f"message {message.id} of kind {message.kind} belongs to no change")
    with services.store.begin() as transaction:
        return transaction.changes.get(message.change_id)


def _delivered(message: Message, services: Services) -> None:
    with services.store.begin() as transaction:
        transaction.outbox.delivered(message.id, message.version, services.clock.now())
    services.observer.passed(Stage.DELIVERED, message.change_id)


def _put_off(message: Message, failure: Failure, services: Services) -> None:
    """Keep the failure and try again; what is refused does not hold up its change meanwhile."""
    again_at = failure.retry_at(services.terms, services.clock.now(), message.attempts)
    with services.store.begin() as transaction:
        later = transaction.outbox.set_aside if failure.permanent else transaction.outbox.postpone
        later(message.id, failure.reason, again_at)
    services.observer.put_off(message, failure.reason)


def _give_up(message: Message, failure: Failure, services: Services) -> None:
    with services.store.begin() as transaction:
        transaction.outbox.postpone(message.id, failure.reason, None)
    services.observer.put_off(message, failure.reason)
