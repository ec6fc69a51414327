"""A place where changes are proposed, and what it says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


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
    """A change as the forge has it now. ``head_ref`` is what to fetch to get ``head``.

    ``author`` is a login, empty where the forge does not tell.
    """

    ref: ChangeRef
    title: str
    author: str
    open: bool
    base_branch: str
    base: str
    head: str
    head_ref: str
    address: str
    labels: tuple[str, ...] = ()
    draft: bool = False


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

    ``permanent`` errors do not go away by trying again (no right, no such repository). The
    message stands alone as a sentence; whether and when it is tried again is not in it.
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
