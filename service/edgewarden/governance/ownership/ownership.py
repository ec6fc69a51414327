"""What is found of who answers for something: the answer, and the line that gives it."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.location import Location


class OwnershipSource(StrEnum):
    """Where people write who answers for something."""

    ANNOTATION = "annotation"
    LABEL = "label"
    NAMESPACE = "namespace"
    CONFIGURATION = "configuration"
    CODE_OWNERS = "CODEOWNERS"
    OWNERS = "OWNERS"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who answers for something, as written, and where that stands.

    With a ``fault`` nobody is known: what is at ``location`` may say it, and the fault, which goes
    on after its path, says why it is not known.
    """

    owners: tuple[str, ...]
    source: OwnershipSource
    location: Location
    fault: str = ""

    def __str__(self) -> str:
        """As in ``payments (.edgewarden.yaml:4)``."""
        return f"{', '.join(self.owners)} ({self.location})"
