"""What looking at one item of the checklist gives."""

from dataclasses import dataclass

from edgewarden.governance.findings import Outcome
from edgewarden.reachability.location import Location


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An outcome with the evidence it rests on, in full sentences.

    Of one that is left to a person, ``rests_on`` are the values that the person looks at.
    """

    outcome: Outcome
    evidence: str
    locations: tuple[Location, ...] = ()
    rests_on: tuple[object, ...] = ()


def not_applicable(why: str) -> Evaluation:
    return Evaluation(Outcome.NOT_APPLICABLE, why)
