"""What an explanation could not take into account."""

from dataclasses import dataclass

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.location import Problem
from edgewarden.reachability.questions import Asked


@dataclass(frozen=True, slots=True)
class Limits:
    """What was not judged, or taken for granted, in the states that were asked."""

    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]

    @property
    def decisive(self) -> bool:
        return any(problem.decisive for problem in self.problems)


def limits_of(asked: Asked) -> Limits:
    """The limits of the answer: problems elsewhere in the cluster cannot touch it."""
    ends = asked.question.source, asked.question.destination
    namespaces = {end[0] for end in ends if not isinstance(end, AddressEnd)}
    problems = (problem for state in reversed(asked.states) for problem in state.problems)
    return Limits(
        tuple(p for p in problems if not p.namespaces or p.namespaces & namespaces),
        asked.states[-1].assumptions,
    )
