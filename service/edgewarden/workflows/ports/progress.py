"""What is wanted of changes and what is done: inbox, changes, reviews, outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edgewarden.governance.review import Review
from edgewarden.workflows.ports.forge import ChangeRef


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

    def hold(self, change_id: int) -> Change:
        """The change, to which nobody else does anything until this transaction ends.

        Raises ``KeyError`` for an unknown id.
        """

    def by_public_id(self, public_id: str) -> Change | None: ...

    def by_ref(self, ref: ChangeRef) -> Change | None: ...

    def open_on(self, forge: str, repository: str, base_branch: str) -> Sequence[Change]: ...

    def open_by_commit(self, forge: str, repository: str, commit: str) -> Sequence[Change]:
        """Open changes of a repository that what is known of a commit may matter to.

        Those whose head it is or whose newest review compares with it (``Provenance.merge_base``),
        and those with ``done < wanted``, of which nobody knows yet.
        """

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

    def of_commit(self, forge: str, repository: str, commit: str) -> StoredReview | None:
        """The newest review of which that commit is the head, whichever change it is of."""


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

    def set_aside(self, message_id: int, error: str, retry_at: datetime) -> None:
        """Like ``postpone``, and let the other messages of its change pass until then."""
