"""A receiver of reminders that hangs must not take the worker along."""

import threading
import time
from collections.abc import Callable

from edgewarden.workflows.ports import Notice, NotificationError, Notifier

_TURN = 0.5
"""Seconds that a reminder waits for the one before it; a healthy receiver takes less."""


class Turnstile:
    """Lets one reminder at a time through to a notifier.

    So a receiver that hangs holds up one thread of the worker at most, and the others go on
    reviewing. After a failure it is left alone for as long as that call took: one that refuses
    at once is tried again at once.
    """

    def __init__(self, notifier: Notifier, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = notifier.name
        self._notifier = notifier
        self._clock = clock
        self._free = threading.Lock()
        self._rests_until = float("-inf")

    def send(self, notice: Notice) -> None:
        if not self._free.acquire(timeout=_TURN):
            raise NotificationError(f"{self.name} is busy with another reminder")
        try:
            self._let_through(notice)
        finally:
            self._free.release()

    def _let_through(self, notice: Notice) -> None:
        began = self._clock()
        if began < self._rests_until:
            raise NotificationError(f"{self.name} did not answer a moment ago and is left alone")
        try:
            self._notifier.send(notice)
        except NotificationError:
            ended = self._clock()
            self._rests_until = ended + (ended - began)
            raise
