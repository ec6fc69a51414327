"""What looking at one item of the checklist gives."""

from dataclasses import dataclass

from edgewarden.governance.findings import Outcome
from edgewarden.reachability.location import Location


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An outcome with the evidence it rests on, in full sentences."""

    outcome: Outcome
    evidence: str
    locations: tuple[Location, ...] = ()


def not_applicable(why: str) -> Evaluation:
    return Evaluation(Outcome.NOT_APPLICABLE, why)
