"""A verdict as a commit status."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.findings import Outcome
from edgewarden.governance.review import Review, Verdict
from edgewarden.reachability.wording import listed
from edgewarden.reporting.cluster_view import ClusterView
from edgewarden.reporting.escaping import clipped, visible
from edgewarden.reporting.view import review_view
from edgewarden.reporting.wording import counted

LONGEST_DESCRIPTION = 140
"""Characters of a description that GitHub shows; other forges take as many or more."""

_COUNTED = (
    ("newly allowed", "newly allowed"),
    ("newly blocked", "newly blocked"),
    ("may be allowed", "may be allowed"),
    ("may be blocked", "may be blocked"),
    ("statement over all pods", "statements over all pods"),
    ("finding", "findings"),
    ("question to a person", "questions to a person"),
    ("answer signed off", "answers signed off"),
    ("part not judged", "parts not judged"),
)
"""Singular and plural; the last is counted of the whole repository as well."""


class StatusState(StrEnum):
    """The states that a finished review can have; their values are those of the forge port."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"


class InconclusiveStatus(StrEnum):
    """What an inconclusive review becomes. Success is not among them."""

    FAILURE = "failure"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """``description`` is one plain sentence of at most 140 characters."""

    state: StatusState
    description: str


def status_state(verdict: Verdict, inconclusive: InconclusiveStatus) -> StatusState:
    """What the status of a verdict is."""
    match verdict:
        case Verdict.PASS | Verdict.ATTENTION:
            return StatusState.SUCCESS
        case Verdict.BLOCKED:
            return StatusState.FAILURE
        case Verdict.INCONCLUSIVE:
            return StatusState(inconclusive.value)


def status_line(
    review: Review,
    inconclusive: InconclusiveStatus = InconclusiveStatus.FAILURE,
) -> StatusLine:
    """The status of a review: its verdict and the counts behind it."""
    view = review_view(review)
    of_whole = (*[0] * (len(_COUNTED) - 1), sum(row.decisive for row in view.problems))
    totals = [sum(each) for each in zip(of_whole, *map(_numbers, view.clusters), strict=True)]
    counts = [
        counted(total, singular, plural)
        for total, (singular, plural) in zip(totals, _COUNTED, strict=True)
        if total
    ]
    title = view.title[0].upper() + view.title[1:]
    text = f"{title}: {listed(counts) if counts else 'no connection changes'}"
    return StatusLine(
        status_state(review.verdict, inconclusive), clipped(visible(text), LONGEST_DESCRIPTION)
    )


def _numbers(view: ClusterView) -> tuple[int, ...]:
    """In the order of what is counted."""
    return (
        view.opened.pairs + view.of_added.pairs,
        view.closed.pairs + view.of_removed.pairs,
        view.may_opened.pairs,
        view.may_closed.pairs,
        len(view.statements) + len(view.conditional),
        len(view.findings),
        sum(bool(row.asks) for row in view.open_checks),
        sum(row.outcome is Outcome.SIGNED for row in view.settled_checks),
        sum(row.decisive for row in view.problems),
    )
