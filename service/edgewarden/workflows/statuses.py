"""The one status that a commit carries, for every state that its review can be in."""

from edgewarden.governance.review import Review
from edgewarden.reporting.status import InconclusiveStatus, status_line
from edgewarden.workflows.failures import Failure, clipped
from edgewarden.workflows.ports import CommitStatus, StatusState


def answered(review: Review, inconclusive: InconclusiveStatus, address: str) -> CommitStatus:
    """What a review's verdict means for the commit."""
    line = status_line(review, inconclusive)
    return CommitStatus(StatusState(line.state.value), line.description, address)


def retrying(failure: Failure, address: str) -> CommitStatus:
    """There is no answer yet and the next try is not far."""
    suffix = ", retrying"
    text = clipped(failure.reason)
    if len(text + suffix) > len(clipped(text + suffix)):
        text = text[: -len(suffix) - 1].rstrip() + "…"
    return CommitStatus(StatusState.PENDING, text + suffix, address)


def failed(failure: Failure, address: str) -> CommitStatus:
    """Trying again soon cannot help: somebody has to act."""
    return CommitStatus(StatusState.ERROR, clipped(failure.reason), address)


def late(last_error: str, address: str) -> CommitStatus:
    """Nobody should wait any longer, whatever the reason; an answer replaces this."""
    reason = last_error or "the change is still in the queue; is a worker running?"
    return CommitStatus(StatusState.ERROR, clipped(f"no answer yet: {reason}"), address)


def superseded(newer: str, address: str) -> CommitStatus:
    return CommitStatus(
        StatusState.ERROR, f"not reviewed: {newer[:12]} came after this commit", address
    )


def closed(address: str) -> CommitStatus:
    return CommitStatus(
        StatusState.ERROR, "not reviewed: the change was closed before its review", address
    )
