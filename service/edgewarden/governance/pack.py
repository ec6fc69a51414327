"""What the changes of a repository are held against."""

from dataclasses import dataclass

from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.rules.terms import RuleTerms


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """The rules and the checklist that a review is held against; ``digest`` names them."""

    rules: tuple[RuleTerms, ...]
    checklist: tuple[ChecklistTerms, ...]
    digest: str
