"""What is judged, and what it is held against."""

from dataclasses import dataclass

from edgewarden.governance.contract.report import NO_REPORT, ContractReport
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Case:
    """What a change does to one cluster, before the standards of an organisation.

    ``contract`` is what becomes of agreed connections.
    """

    proposal: Proposal
    pack: PolicyPack
    contract: ContractReport = NO_REPORT
