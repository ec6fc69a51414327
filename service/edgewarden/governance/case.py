"""What is judged, and what it is held against."""

from dataclasses import dataclass

from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Case:
    """What a change does to one cluster, before the standards of an organisation."""

    proposal: Proposal
    pack: PolicyPack
