"""A manifest that could not be taken at its word."""

from collections import Counter
from collections.abc import Iterator, Sequence

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import Problem, ProblemKind

LIMITS = frozenset(
    {
        ProblemKind.NOT_RENDERED,
        ProblemKind.UNSEEN_PODS,
        ProblemKind.NOT_JUDGED,
        ProblemKind.CONFIGURATION,
    }
)
"""What the tool does not see or judge: no fault of a manifest."""


OF_OBJECTS = frozenset({ProblemKind.INVALID_OBJECT, ProblemKind.UNKNOWN_FIELD})
"""What the API server or an applier says of an object. A placeholder or a habit of its author
breaks many objects of a file at once, so a file tells it once."""


def manifest_problems(proposal: Proposal) -> Iterator[Observation]:
    """One for each decisive problem of the head that is no limit of the tool, and one for each
    file of objects that are refused.

    A problem that only the base has is one that the change mends.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    gathered: dict[tuple[str, ...], tuple[tuple[str, ...], list[Problem]]] = {}
    for problem in proposal.head.problems:
        if not problem.decisive or problem.kind in LIMITS:
            continue
        place: tuple[str, ...] = (problem.kind.value, problem.location.path, problem.field)
        seen[place] += 1
        key = (*place, str(seen[place]))
        one: tuple[str, ...] = (problem.location.path,) if problem.kind in OF_OBJECTS else key
        gathered.setdefault(one, (key, []))[1].append(problem)
    for identity, (first, *more) in gathered.values():
        yield Observation(
            key=identity,
            text=first.message + _more(more),
            location=first.location,
            remedy=first.remedy,
        )


def _more(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    lines = listing(sorted({problem.location.line for problem in problems}))
    things = "one more thing" if len(problems) == 1 else f"{len(problems)} more things"
    return f" The file holds {things} that it does not take: line {lines}."
