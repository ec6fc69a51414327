"""The checklist in the JSON reports.

Every text is one that UTF-8 can encode.
"""

from dataclasses import dataclass

from edgewarden.governance.findings import ChecklistItem
from edgewarden.governance.sign_offs import Signature
from edgewarden.reporting.json_parts import PlaceReport, clean, place_report


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A sign-off that counts: of which cluster, by whom, when, and what was checked.

    ``head`` is the commit for which it was made; where it is ``carried`` from an earlier one,
    nothing that it rests on has changed since.
    """

    cluster: str
    by: str
    at: str
    head: str
    statement: str
    carried: bool


@dataclass(frozen=True, slots=True)
class ChecklistReport:
    """``asks`` is the question to a person who has not answered it yet, and empty otherwise;
    whoever has ``role`` or one above it may sign it off, and the members of ``teams``."""

    id: str
    title: str
    outcome: str
    evidence: str
    locations: list[PlaceReport]
    clusters: list[str]
    asks: str
    role: str
    teams: list[str]
    signed: list[SignedReport]


def item_report(item: ChecklistItem, clusters: list[str]) -> ChecklistReport:
    asked = item.asked
    return ChecklistReport(
        id=item.id,
        title=clean(item.title),
        outcome=item.outcome.value,
        evidence=clean(item.evidence),
        locations=[*map(place_report, item.locations)],
        clusters=clusters,
        asks="" if asked is None else clean(asked.question),
        role="" if asked is None else asked.signers.role,
        teams=[] if asked is None else [*map(clean, asked.signers.teams)],
        signed=[*map(_signed, item.signed)],
    )


def _signed(signature: Signature) -> SignedReport:
    by = signature.sign_off
    return SignedReport(
        cluster=clean(by.cluster),
        by=by.actor,
        at=by.at.isoformat(),
        head=by.head,
        statement=by.statement,
        carried=signature.carried,
    )
