"""Call exceptions to mind before they end, and once after."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from pydantic import TypeAdapter

from edgewarden.governance.exceptions import PolicyException, Standing
from edgewarden.workflows.ports import (
    Message,
    MessageKind,
    Notice,
    NotificationError,
    UnreadableExceptionError,
)
from edgewarden.workflows.services import Services

EXPIRED = "expired"
"""The milestone that follows the expiry."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment in the life of an exception; ``name`` is ``7d`` or ``expired``."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """``told`` exceptions were called to mind; ``failures`` are full sentences on others."""

    told: int
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """Exception ``number``, which ends at ``expires_at``, is to be told by ``notifier``.

    ``due`` is when its milestone was reached.
    """

    number: int
    expires_at: datetime
    milestone: str
    due: datetime
    notifier: str


_REMINDER = TypeAdapter(ReminderMessage)


def milestones(exception: PolicyException, days_before: tuple[int, ...]) -> list[Milestone]:
    """The moments at which an exception is called to mind, in their order.

    Days are calendar days in UTC, counted back from the last day on which the exception is
    valid; one that lies before the first day is dropped. The last milestone is the expiry.
    """
    last_day = (exception.expires_at - timedelta(microseconds=1)).date()
    first_day = exception.starts_at.date()
    moments = [
        Milestone(f"{days}d", datetime.combine(last_day - timedelta(days=days), time(), UTC))
        for days in sorted(set(days_before), reverse=True)
        if last_day - timedelta(days=days) >= first_day
    ]
    return [*moments, Milestone(EXPIRED, exception.expires_at)]


def remind(services: Services) -> Reminded:
    """Queue the reminders whose time has come.

    Each milestone is written down once. After downtime the latest missed milestone is told and
    the earlier ones are passed over, so that nobody is flooded. An exception that cannot be read
    keeps no other from being called to mind.
    """
    now = services.clock.now()
    horizon = now + timedelta(days=max(services.terms.milestones, default=0) + 1)
    with services.store.begin() as transaction:
        outstanding = transaction.reminders.outstanding(horizon, EXPIRED)
    told = 0
    failures: list[str] = []
    for number in outstanding:
        try:
            told += _remind_of(number, now, services)
        except UnreadableExceptionError as error:
            failures.append(str(error))
    if told:
        services.announce(services.terms.batch)
    return Reminded(told, tuple(failures))


def _remind_of(number: int, now: datetime, services: Services) -> bool:
    with services.store.begin() as transaction:
        exception = transaction.register.get(number)
        if exception is None or exception.standing(now) is Standing.REVOKED:
            return False
        reached = _reached(exception, now, services)
        if not reached:
            return False
        *passed_over, latest = reached
        expires_at = exception.expires_at
        if not transaction.reminders.claim(number, expires_at, latest.name, now):
            return False
        for milestone in passed_over:
            transaction.reminders.claim(number, expires_at, milestone.name, now)
        for notifier in services.notifiers:
            message = ReminderMessage(number, expires_at, latest.name, latest.due, notifier.name)
            transaction.outbox.put(
                MessageKind.REMINDER,
                f"{exception.name}:{expires_at.isoformat()}:{latest.name}:{notifier.name}",
                _REMINDER.dump_json(message).decode(),
                now=now,
            )
    return True


def _reached(exception: PolicyException, now: datetime, services: Services) -> list[Milestone]:
    return [each for each in milestones(exception, services.terms.milestones) if each.due <= now]


def send_reminder(message: Message, services: Services) -> None:
    """Send a queued reminder, or drop it where it has nothing to say any more.

    That is so where the exception has been revoked or renewed, and where a later milestone has
    been reached while the reminder could not be delivered: that one is told instead, so that a
    receiver that comes back is not flooded either.

    Raises ``NotificationError`` where it could not be delivered, or its notifier is not
    configured (any more).
    """
    reminder = _REMINDER.validate_json(message.payload)
    now = services.clock.now()
    with services.store.begin() as transaction:
        exception = transaction.register.get(reminder.number)
        if exception is None or exception.expires_at != reminder.expires_at:
            return
        if exception.standing(now) is Standing.REVOKED:
            return
        if any(each.due > reminder.due for each in _reached(exception, now, services)):
            return
        recipients = tuple(transaction.people.team_addresses(exception.owner))
    notifier = next((each for each in services.notifiers if each.name == reminder.notifier), None)
    if notifier is None:
        raise NotificationError(
            f"{reminder.notifier} is not configured any more: configure it, or revoke the exception"
        )
    notifier.send(reminder_notice(message.key, exception, reminder.milestone, now, recipients))


def reminder_notice(
    key: str,
    exception: PolicyException,
    milestone: str,
    now: datetime,
    recipients: tuple[str, ...],
) -> Notice:
    """What a reminder says, in the words of the moment at which it goes out."""
    end = f"{exception.expires_at:%Y-%m-%d %H:%M} UTC"
    if exception.expires_at <= now:
        subject = f"{exception.name} expired on {end}"
        demand = (
            "It no longer covers anything: remove the opening from the policies, or register a "
            "new exception for it."
        )
    else:
        subject = f"{exception.name} expires {_time_left(exception.expires_at - now)}, on {end}"
        demand = (
            "Remove the opening from the policies before then, or register a new exception "
            "that follows this one."
        )
    text = "\n".join(
        [
            f"{subject}.",
            demand,
            "",
            f"Owner: {exception.owner}",
            f"Ticket: {exception.ticket}",
            f"Reason: {exception.reason}",
            f"Test: {exception.test}",
        ]
    )
    return Notice(
        key=key,
        subject=subject,
        text=text,
        recipients=recipients,
        data={
            "exception": exception.name,
            "milestone": milestone,
            "owner": exception.owner,
            "ticket": exception.ticket,
            "reason": exception.reason,
            "starts_at": exception.starts_at.isoformat(),
            "expires_at": exception.expires_at.isoformat(),
        },
    )


def _time_left(left: timedelta) -> str:
    if left < timedelta(hours=1):
        return "within an hour"
    if left < timedelta(days=1):
        return "within a day"
    return f"in {left.days} day{'s' if left.days != 1 else ''}"
