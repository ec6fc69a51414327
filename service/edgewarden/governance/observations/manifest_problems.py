"""A manifest that could not be taken at its word."""

from collections import Counter
from collections.abc import Iterator

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import ProblemKind

LIMITS = frozenset(
    {
        ProblemKind.NOT_RENDERED,
        ProblemKind.UNSEEN_PODS,
        ProblemKind.NOT_JUDGED,
        ProblemKind.CONFIGURATION,
    }
)
"""What the tool does not see or judge: no fault of a manifest."""


def manifest_problems(proposal: Proposal) -> Iterator[Observation]:
    """One for each decisive problem of the head that is no limit of the tool.

    A problem that only the base has is one that the change mends.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in proposal.head.problems:
        if not problem.decisive or problem.kind in LIMITS:
            continue
        place = (problem.kind.value, problem.location.path, problem.field)
        seen[place] += 1
        yield Observation(
            key=(*place, str(seen[place])),
            text=problem.message,
            location=problem.location,
            remedy=problem.remedy,
        )
