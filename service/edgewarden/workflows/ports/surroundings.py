"""The clock, the queue, those who are notified, and those who watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edgewarden.workflows.ports.progress import Message


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""


class Queue(Protocol):
    """Jobs are hints: a lost one is found again by ``reconcile``, a doubled one is harmless."""

    def review(self, change_id: int) -> None: ...

    def publish(self, message_id: int) -> None: ...

    def contribute(self, forge: str, repository: str) -> None: ...


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
