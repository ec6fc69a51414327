"""What went wrong outside, and when it is worth trying again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from edgewarden.workflows.ports import ForgeError, GitError, NotificationError
from edgewarden.workflows.services import Terms

LONGEST_DESCRIPTION = 140
"""GitHub refuses a longer status description."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job did not come to its end. ``reason`` is one line without secrets.

    ``permanent`` failures are not mended by trying again soon. ``retry_after`` are the seconds
    that the other side asked to be left alone.
    """

    reason: str
    permanent: bool
    retry_after: float | None = None

    def retry_at(self, terms: Terms, now: datetime, attempts: int) -> datetime:
        """When to try again, after ``attempts`` failures before this one."""
        if self.permanent:
            pause = terms.slow_retry
        else:
            pause = min(terms.first_retry * 2 ** min(attempts, 30), terms.longest_retry)
        if self.retry_after is not None:
            longest = terms.slow_retry.total_seconds()
            pause = max(pause, timedelta(seconds=min(self.retry_after, longest)))
        return now + pause


def of_forge(error: ForgeError) -> Failure:
    return Failure(one_line(str(error)), error.permanent, error.retry_after)


def of_git(error: GitError) -> Failure:
    return Failure(one_line(str(error)), error.permanent)


def of_notifier(error: NotificationError) -> Failure:
    return Failure(f"cannot send the reminder: {one_line(str(error))}", permanent=False)


def of_defect(error: Exception) -> Failure:
    """A defect of this program: the log has the traceback, the status its kind only."""
    return Failure(
        f"internal error ({type(error).__name__}); the log of the service has the details",
        permanent=False,
    )


def one_line(text: str) -> str:
    return " ".join(text.split())


def clipped(text: str) -> str:
    """One line that fits a status description."""
    line = one_line(text)
    if len(line) <= LONGEST_DESCRIPTION:
        return line
    return line[: LONGEST_DESCRIPTION - 1].rstrip() + "…"
