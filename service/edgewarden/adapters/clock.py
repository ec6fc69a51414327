"""The clock of this machine."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the time in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)
