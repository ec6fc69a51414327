"""What the use cases need from the world. Adapters implement these, tests bring fakes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.review import Comparison, Review
from edgewarden.manifests.snapshot import Snapshot

# --- the forge -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class ChangeRef:
    """A pull request, or a branch where the forge has none.

    ``repository`` is ``owner/name``; ``key`` is the number, or the name of the branch.
    """

    forge: str
    repository: str
    key: str


class EventKind(StrEnum):
    CHANGE_UPDATED = "change_updated"
    CHANGE_CLOSED = "change_closed"
    BRANCH_MOVED = "branch_moved"
    PING = "ping"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ForgeEvent:
    """One delivery, understood.

    ``change`` and ``head`` are set for changes, ``branch`` and ``head`` for ``branch_moved``;
    ``reason`` says why an event is ignored.
    """

    kind: EventKind
    delivery: str
    event: str
    repository: str
    change: ChangeRef | None = None
    base_branch: str = ""
    head: str = ""
    branch: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A change as the forge has it now. ``head_ref`` is what to fetch to get ``head``."""

    ref: ChangeRef
    title: str
    author: str
    open: bool
    base_branch: str
    base: str
    head: str
    head_ref: str
    address: str


class StatusState(StrEnum):
    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """``description`` is one sentence of at most 140 characters."""

    state: StatusState
    description: str
    address: str


class SignatureError(Exception):
    """The delivery is unsigned, wrongly signed, or no secret is configured."""


class MalformedDeliveryError(Exception):
    """The delivery is signed and cannot be understood; the message says why."""


class ForgeError(Exception):
    """The forge did not do what was asked. ``retry_after`` is in seconds, where it said so.

    ``permanent`` errors do not go away by trying again (no right, no such repository).
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class ChangeGoneError(ForgeError):
    """The pull request, or its branch, does not exist (any more)."""


class Forge(Protocol):
    """A place where changes are proposed. Nothing above sees a vendor's JSON."""

    name: str
    comment_limit: int
    """The longest comment in characters."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise ``SignatureError`` unless ``body`` carries a valid signature."""

    def parse(self, headers: Mapping[str, str], body: bytes) -> ForgeEvent:
        """Understand a verified delivery, or raise ``MalformedDeliveryError``."""

    def pull_request(self, ref: ChangeRef) -> PullRequest:
        """The live state, or ``ChangeGoneError``."""

    def open_pull_requests(self, repository: str) -> Sequence[PullRequest]:
        """All open changes of a repository, for finding those whose webhook was lost."""

    def find_comment(self, ref: ChangeRef, marker: str) -> str | None:
        """The id of the oldest comment that is our own and carries ``marker``."""

    def create_comment(self, ref: ChangeRef, body: str) -> str:
        """Post a comment and return its id."""

    def update_comment(self, ref: ChangeRef, comment: str, body: str) -> bool:
        """Replace a comment's text; false where the comment does not exist any more."""

    def set_status(self, ref: ChangeRef, commit: str, status: CommitStatus) -> None:
        """Set the one status of this service on a commit. Repeating it is harmless."""


# --- git -------------------------------------------------------------------------------------


class GitError(Exception):
    """Git failed; ``permanent`` where trying again cannot help. Never holds a credential."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class TreePair:
    """The two trees that a review compares, with the commits they come from."""

    base: Snapshot
    head: Snapshot
    comparison: Comparison
    base_commit: str
    head_commit: str
    base_tree: str
    head_tree: str


class Mirrors(Protocol):
    """Bare mirrors of the governed repositories."""

    def compare(self, pull_request: PullRequest) -> TreePair:
        """Fetch both sides and read the trees to compare, or raise ``GitError``.

        The head judged is ``pull_request.head`` exactly; a head that is not there any more is
        a temporary error, since the forge then knows a newer one.
        """


# --- analysis --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """All that a review depends on."""

    trees: TreePair
    exceptions: tuple[PolicyException, ...]
    now: datetime


class Analyst(Protocol):
    """Runs the pure assessment where hostile content can do no harm."""

    def assess(self, request: AssessmentRequest) -> Review:
        """Always answers: what exceeds its limits is an inconclusive review."""


# --- the store -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivery:
    """An accepted webhook, for the inbox."""

    forge: str
    hook: str
    delivery: str
    event: str
    repository: str
    payload_digest: str
    outcome: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What is wanted of a change and what is done.

    ``wanted`` counts up whenever something may have moved; ``done`` is the count that the
    newest stored review answers. ``public_id`` is the unguessable name of its page.
    ``first_wanted_at`` is when the oldest unanswered want arrived.
    """

    id: int
    public_id: str
    ref: ChangeRef
    base_branch: str
    head: str
    open: bool
    wanted: int
    done: int
    first_wanted_at: datetime
    attempts: int
    last_error: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class StoredReview:
    id: int
    change_id: int
    wanted: int
    head: str
    review: Review
    created_at: datetime


class MessageKind(StrEnum):
    STATUS = "status"
    COMMENT = "comment"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told to the outside. ``key`` is unique per ``kind``.

    A status or comment belongs to a change: ``key`` is ``<change id>`` for a comment and
    ``<change id>:<commit>`` for a status. A newer message under the same key replaces an older
    one that was not delivered. ``payload`` is a JSON text that the workflow reads.
    """

    id: int
    kind: MessageKind
    key: str
    change_id: int | None
    payload: str
    attempts: int
    version: int


class Inbox(Protocol):
    def record(self, delivery: Delivery) -> bool:
        """Keep a delivery; false where (forge, hook, delivery) is known already."""

    def get(self, forge: str, hook: str, delivery: str) -> Delivery | None:
        """A delivery that was kept."""

    def count_refused(self, forge: str, reason: str) -> None:
        """Count a delivery of which nothing is kept."""

    def refused(self, forge: str, reason: str) -> int:
        """How many deliveries of a forge were refused for that reason."""


class Changes(Protocol):
    def want(self, ref: ChangeRef, *, base_branch: str, head: str, now: datetime) -> Change:
        """Note that a change may have moved: create it or raise ``wanted``. Reopens it."""

    def close(self, ref: ChangeRef, now: datetime) -> None:
        """Nothing more is wanted of this change."""

    def get(self, change_id: int) -> Change:
        """Raises ``KeyError`` for an unknown id."""

    def by_public_id(self, public_id: str) -> Change | None: ...

    def by_ref(self, ref: ChangeRef) -> Change | None: ...

    def open_on(self, forge: str, repository: str, base_branch: str) -> Sequence[Change]: ...

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of open changes with ``done < wanted``, unclaimed, whose time to retry has come."""

    def overdue(self, wanted_before: datetime) -> Sequence[Change]:
        """Open changes with ``done < wanted`` that have waited since before that time."""

    def claim(self, change_id: int, owner: str, now: datetime, until: datetime) -> Change | None:
        """Take the change for review until then.

        None where it is taken, nothing is wanted, or its time to retry has not come.
        """

    def settle(self, change_id: int, owner: str, done: int) -> bool:
        """Record that ``done`` is answered and release; false where the claim was lost."""

    def postpone(self, change_id: int, owner: str, error: str, retry_at: datetime) -> None:
        """Release after a failure; keeps ``error`` and counts the attempt."""

    def remember_comment(self, change_id: int, comment: str | None) -> None: ...


class Reviews(Protocol):
    def add(self, change_id: int, wanted: int, head: str, review: Review, now: datetime) -> int:
        """Store a review; the id grows with every call."""

    def get(self, review_id: int) -> StoredReview: ...

    def latest(self, change_id: int) -> StoredReview | None: ...


class Outbox(Protocol):
    def put(
        self,
        kind: MessageKind,
        key: str,
        payload: str,
        *,
        now: datetime,
        change_id: int | None = None,
    ) -> None:
        """Queue a message; replaces the one under the same kind and key and raises its version."""

    def due(self, now: datetime, limit: int) -> Sequence[int]: ...

    def claim(self, message_id: int, owner: str, now: datetime, until: datetime) -> Message | None:
        """Take a message; none where it is taken or delivered, its time to retry has not come,
        or another one of its change is taken: those go out one at a time, oldest first."""

    def delivered(self, message_id: int, version: int, now: datetime) -> None:
        """Done, unless a newer version has replaced it meanwhile: that one stays due."""

    def postpone(self, message_id: int, error: str, retry_at: datetime | None) -> None:
        """Release after a failure; without ``retry_at`` the message is dead and kept."""


class Role(StrEnum):
    """What a person may do. Each role includes those before it."""

    READER = "reader"
    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a credential belongs to."""

    person_id: int
    handle: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team. ``mail`` is empty where no address is known."""

    handle: str
    mail: str


class ExceptionEventKind(StrEnum):
    """What somebody did to an exception."""

    GRANTED = "granted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ExceptionEvent:
    """An entry of an exception's history, which only grows. ``actor`` is a person's handle."""

    number: int
    kind: ExceptionEventKind
    actor: str
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Every condition given must hold.

    ``standing`` is a value of ``governance.exceptions.Standing``. ``namespace`` finds the
    exceptions one of whose ends is confined by name to namespaces that include it; one that
    selects namespaces by other labels only is not among them.
    """

    owner: str | None = None
    standing: str | None = None
    namespace: str | None = None
    expires_before: datetime | None = None


class UnreadableExceptionError(Exception):
    """An exception is stored in a form that this version cannot read; the message names it."""


class Register(Protocol):
    def add(self, exception: PolicyException, actor: Actor, now: datetime) -> PolicyException:
        """Store a new exception under the next number; ``exception.number`` is ignored."""

    def get(self, number: int) -> PolicyException | None:
        """Raises ``UnreadableExceptionError``."""

    def find(
        self, wanted: ExceptionFilter, now: datetime, *, after: int = 0, limit: int = 100
    ) -> Sequence[PolicyException]:
        """In the order of their numbers, those past ``after``, at most ``limit``."""

    def active(self, now: datetime) -> Sequence[PolicyException]: ...

    def revoke(self, number: int, actor: Actor, reason: str, now: datetime) -> PolicyException:
        """Raises ``KeyError`` for an unknown number; revoking twice changes nothing."""

    def events(self, number: int) -> Sequence[ExceptionEvent]:
        """What was done to an exception, the oldest first."""


class People(Protocol):
    def ensure(self, handle: str, roles: frozenset[Role], now: datetime) -> Actor:
        """The person of that handle, made and given the roles where needed."""

    def add_token(
        self, person_id: int, name: str, prefix: str, digest: str, now: datetime
    ) -> None: ...

    def by_token(self, digest: str) -> Actor | None:
        """The owner of an unrevoked token with that SHA-256 digest (hex)."""

    def revoke_tokens(self, prefix: str, now: datetime) -> int:
        """Revoke the tokens of that prefix; how many were valid until now."""

    def set_mail(self, person_id: int, address: str) -> None:
        """Where a person gets mail; empty for nowhere."""

    def join_team(self, person_id: int, team: str, now: datetime) -> None:
        """Make a person a member of a team, which is made where needed."""

    def leave_team(self, handle: str, team: str) -> bool:
        """End a membership; false where there was none."""

    def members(self, team: str) -> Sequence[Member]:
        """Who is in a team, by handle."""

    def link_login(self, person_id: int, forge: str, login: str, now: datetime) -> None:
        """Note who somebody is on a forge; a login belongs to the person it was linked to last."""

    def by_login(self, forge: str, login: str) -> Actor | None:
        """The person behind a login on a forge."""

    def team_addresses(self, team: str) -> Sequence[str]:
        """Mail addresses of the members of a team."""


class ReminderLedger(Protocol):
    def claim(self, number: int, expires_at: datetime, milestone: str, now: datetime) -> bool:
        """Write a reminder down once: false where it is written already."""

    def outstanding(self, horizon: datetime, last: str) -> Sequence[int]:
        """Numbers of the exceptions that can still be called to mind, soonest end first.

        Those not revoked that end before ``horizon``, and whose milestone ``last`` is not
        written.
        """


class Transaction(Protocol):
    """One unit of work: all of it is kept, or none."""

    @property
    def inbox(self) -> Inbox: ...

    @property
    def changes(self) -> Changes: ...

    @property
    def reviews(self) -> Reviews: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def register(self) -> Register: ...

    @property
    def people(self) -> People: ...

    @property
    def reminders(self) -> ReminderLedger: ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[Transaction]:
        """Commit on leaving normally, roll back on an exception."""


# --- the rest ----------------------------------------------------------------------------------


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""


class Queue(Protocol):
    """Jobs are hints: a lost one is found again by ``reconcile``, a doubled one is harmless."""

    def review(self, change_id: int) -> None: ...

    def publish(self, message_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A reminder ready to be sent. ``recipients`` are mail addresses, where any are known.

    ``key`` is the same whenever this reminder is sent: delivery is at least once, and a receiver
    may tell a repetition by it.
    """

    key: str
    subject: str
    text: str
    recipients: tuple[str, ...]
    data: Mapping[str, str]


class Notifier(Protocol):
    name: str

    def send(self, notice: Notice) -> None:
        """Deliver once, or raise ``NotificationError``."""


class NotificationError(Exception):
    """A notice could not be delivered; the message says why, without secrets."""


class Stage(StrEnum):
    """The boundaries between which a worker may die."""

    CLAIMED = "claimed"
    LOOKED_UP = "looked_up"
    FETCHED = "fetched"
    ASSESSED = "assessed"
    STORED = "stored"
    MESSAGE_CLAIMED = "message_claimed"
    SENT = "sent"
    DELIVERED = "delivered"


class Observer(Protocol):
    """Is told of every boundary a job passes, for logs and metrics."""

    def passed(self, stage: Stage, change_id: int | None) -> None: ...

    def put_off(self, message: Message, reason: str) -> None:
        """A message could not be delivered; ``reason`` holds no secrets."""
