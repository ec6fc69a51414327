"""Reminders in the log of the service."""

import structlog

from edgewarden.workflows.ports import Notice


class LogNotifier:
    """Writes the facts of a reminder as one warning; the text and the recipients stay out."""

    name = "log"

    def __init__(self) -> None:
        self._log = structlog.get_logger("edgewarden.reminders")

    def send(self, notice: Notice) -> None:
        self._log.warning("exception ends", subject=notice.subject, **notice.data)
