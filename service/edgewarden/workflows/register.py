"""The register of exceptions: granting, reading and revoking."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from edgewarden.governance.exceptions import AddressScope, PolicyException, Scope
from edgewarden.reachability.ports import PortSet
from edgewarden.workflows.authorisation import Right, authorise
from edgewarden.workflows.ports import Actor, Clock, ExceptionEvent, ExceptionFilter, Store
from edgewarden.workflows.texts import line_fault, prose_fault

_UNNUMBERED = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exception that somebody asks for. Without ``starts_at`` it holds from now on."""

    reason: str
    owner: str
    ticket: str
    test: str
    source: Scope
    destination: Scope
    ports: PortSet
    expires_at: datetime
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field of a proposal, and what to do about it."""

    field: str
    message: str


class ProposalRefusedError(Exception):
    """What is proposed cannot be done; ``violations`` is never empty."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__("; ".join(f"{v.field}: {v.message}" for v in violations))
        self.violations = violations


class UnknownExceptionError(Exception):
    """No exception has that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no exception EXC-{number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Some exceptions in the order of their numbers, as of ``now``.

    ``next_after`` is the number after which the following page begins; none on the last one.
    """

    exceptions: tuple[PolicyException, ...]
    next_after: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An exception with what was done to it, the oldest first, as of ``now``."""

    exception: PolicyException
    history: tuple[ExceptionEvent, ...]
    now: datetime


def grant(proposal: Proposal, actor: Actor, store: Store, clock: Clock) -> RegisterEntry:
    """Store a new exception under the next number.

    Raises ``NotPermittedError`` and ``ProposalRefusedError``.
    """
    authorise(actor, Right.GRANT_EXCEPTIONS)
    now = clock.now()
    if violations := tuple(_violations(proposal, now)):
        raise ProposalRefusedError(violations)
    exception = PolicyException(
        number=_UNNUMBERED,
        reason=proposal.reason,
        owner=proposal.owner,
        ticket=proposal.ticket,
        test=proposal.test,
        source=proposal.source,
        destination=proposal.destination,
        ports=proposal.ports,
        starts_at=proposal.starts_at or now,
        expires_at=proposal.expires_at,
    )
    with store.begin() as transaction:
        stored = transaction.register.add(exception, actor, now)
        return RegisterEntry(stored, tuple(transaction.register.events(stored.number)), now)


def show(number: int, actor: Actor, store: Store, clock: Clock) -> RegisterEntry:
    """Raises ``NotPermittedError`` and ``UnknownExceptionError``."""
    authorise(actor, Right.READ_EXCEPTIONS)
    with store.begin() as transaction:
        exception = transaction.register.get(number)
        if exception is None:
            raise UnknownExceptionError(number)
        history = tuple(transaction.register.events(number))
    return RegisterEntry(exception, history, clock.now())


def find(
    wanted: ExceptionFilter, actor: Actor, store: Store, clock: Clock, *, after: int, limit: int
) -> RegisterPage:
    """At most ``limit`` exceptions past the number ``after``. Raises ``NotPermittedError``."""
    authorise(actor, Right.READ_EXCEPTIONS)
    now = clock.now()
    with store.begin() as transaction:
        found = transaction.register.find(wanted, now, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    return RegisterPage(shown, shown[-1].number if len(found) > limit else None, now)


def revoke(number: int, reason: str, actor: Actor, store: Store, clock: Clock) -> RegisterEntry:
    """End an exception now. Revoking it again changes nothing.

    Raises ``NotPermittedError``, ``UnknownExceptionError`` and, without a reason,
    ``ProposalRefusedError``.
    """
    authorise(actor, Right.REVOKE_EXCEPTIONS)
    if (fault := prose_fault(reason)) is not None:
        raise ProposalRefusedError((Violation("reason", fault),))
    now = clock.now()
    with store.begin() as transaction:
        if transaction.register.get(number) is None:
            raise UnknownExceptionError(number)
        revoked = transaction.register.revoke(number, actor, reason, now)
        # Somebody else may have revoked it a moment after this call looked at the clock.
        seen_at = max(now, revoked.revoked_at or now)
        return RegisterEntry(revoked, tuple(transaction.register.events(number)), seen_at)


def _violations(proposal: Proposal, now: datetime) -> Iterator[Violation]:
    for field, fault in (
        ("reason", prose_fault(proposal.reason)),
        ("owner", line_fault(proposal.owner)),
        ("ticket", line_fault(proposal.ticket)),
        ("test", prose_fault(proposal.test)),
    ):
        if fault is not None:
            yield Violation(field, fault)
    if isinstance(proposal.source, AddressScope) and isinstance(proposal.destination, AddressScope):
        yield Violation("destination", "one side must be pods: no policy covers other traffic")
    if not proposal.ports:
        yield Violation("ports", "name at least one port")
    if not _is_aware(proposal.expires_at):
        yield Violation("expires_at", "give the time zone of the expiry")
    elif proposal.expires_at <= now:
        yield Violation("expires_at", "the expiry has passed; choose a time in the future")
    if proposal.starts_at is None:
        return
    if not _is_aware(proposal.starts_at):
        yield Violation("starts_at", "give the time zone of the start")
    elif _is_aware(proposal.expires_at) and proposal.starts_at >= proposal.expires_at:
        yield Violation("starts_at", "the exception would end before it starts")


def _is_aware(moment: datetime) -> bool:
    return moment.utcoffset() is not None
