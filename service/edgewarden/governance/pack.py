"""What the changes of a repository are held against."""

from dataclasses import dataclass

from edgewarden.governance.contract.contract import NO_CONTRACT, Contract
from edgewarden.governance.enforcement.plugin import Plugin
from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.governance.zones.zones import NO_ZONES, Zones


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """The rules, the checklist, the zones and the agreed connections that a review is held against.

    ``digest`` names them. ``plugins`` are the network plugins of which it is known what they
    enforce.
    """

    rules: tuple[RuleTerms, ...]
    checklist: tuple[ChecklistTerms, ...]
    digest: str
    zones: Zones = NO_ZONES
    contract: Contract = NO_CONTRACT
    plugins: tuple[Plugin, ...] = ()
