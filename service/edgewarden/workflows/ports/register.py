"""Exceptions, the people who answer for them, and the reminders that were written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edgewarden.governance.exceptions import PolicyException


class Role(StrEnum):
    """What a person may do: an operator all that a reader may, and an administrator more.

    A collector hands in what clusters hold: its token lies in a cluster. A renderer hands in what
    was rendered of commits: its token lies in CI. Neither reads anything.
    """

    COLLECTOR = "collector"
    RENDERER = "renderer"
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
        """In the order of their numbers, those past ``after``, at most ``limit``.

        Passes over what cannot be read, as ``active`` does.
        """

    def active(self, now: datetime) -> Sequence[PolicyException]:
        """Those in force. One that cannot be read is passed over and logged by its number:
        it excepts nothing, so that it makes a review stricter and stops none."""

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

    def teams_of(self, person_id: int) -> frozenset[str]:
        """The teams that a person is in."""

    def teams(self) -> frozenset[str]:
        """All teams that somebody is in."""

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
