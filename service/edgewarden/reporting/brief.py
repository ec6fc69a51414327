"""A review as briefly as it can be told."""

from collections.abc import Iterator

from edgewarden.governance.review import Comparison
from edgewarden.reporting.blocks import Block, Items, place_text
from edgewarden.reporting.layout import banner, finding_item, quiet_item, review_blocks
from edgewarden.reporting.lengths import FIRST
from edgewarden.reporting.view import ReviewView


def brief_blocks(view: ReviewView, whole: str) -> tuple[Block, ...]:
    """What is read first; of a quiet review that it is one, and what stands by it.

    ``whole`` says, as a sentence, where everything is.
    """
    if view.quiet:
        return banner(view), Items(tuple(map(quiet_item, (*_beside(view), whole))))
    return *review_blocks(view, FIRST), Items((quiet_item(whole),))


def summary_blocks(view: ReviewView) -> tuple[Block, ...]:
    """The verdict and the findings."""
    if view.quiet:
        return banner(view), Items(tuple(map(quiet_item, _beside(view))))
    findings = (row for cluster in view.clusters for row in cluster.findings)
    return banner(view), Items(tuple(map(finding_item, findings)))


def _beside(view: ReviewView) -> Iterator[str]:
    """What stands by an answer that nothing changes."""
    problems = (*view.problems, *(row for each in view.clusters for row in each.problems))
    yield from (f"{place_text(row.place)}: {row.message}" for row in problems)
    yield from (*view.standing, *(line for each in view.clusters for line in each.standing))
    yield from (*view.assumptions, *(text for each in view.clusters for text in each.assumptions))
    if view.provenance.comparison is Comparison.MERGE_BASE:
        yield view.compared
