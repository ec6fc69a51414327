"""Zones, and what passes between them against their terms, as values of the language of rules."""

from collections.abc import Collection

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.vocabulary.objects import location_value, object_value
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.governance.zones.breach import Breach
from edgewarden.governance.zones.breaches import breaches
from edgewarden.governance.zones.standing import Standing
from edgewarden.governance.zones.zones import ANY, NO_ZONE, Respect
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import EndSet

FIELDS = {
    "zones": Respect.ZONE,
    "tenants": Respect.TENANT,
    "environments": Respect.ENVIRONMENT,
    "system": Respect.SYSTEM,
}
"""The lists of an ``End`` that name zones, each by what it is about."""


class Whereabouts:
    """Where the ends of edges are, as far as expressions ask for it by one of ``names``."""

    def __init__(self, case: Case, names: Collection[str]) -> None:
        self._asked = {field: each for field, each in FIELDS.items() if field in names}
        self._standing = Standing(case.proposal.head, case.pack.zones) if self._asked else None

    def of(self, end: EndSet) -> dict[str, list[str]]:
        """The names of zones, sorted; ``NO_ZONE`` for peers in none, ``ANY`` for every other."""
        standing = self._standing
        if standing is None:
            return {}
        return {field: _names(standing.of(end, each)) for field, each in self._asked.items()}


def breach_values(case: Case) -> list[Message]:
    """A ``Breach`` for each direction between zones in which something opens against the terms."""
    return [_breach_value(each) for each in breaches(case.proposal, case.pack.zones)]


def _breach_value(breach: Breach) -> Message:
    cause, terms = breach.cause, breach.terms
    return TYPES.value(
        "Breach",
        key=breach.key,
        text=breach.text,
        respect=breach.respect.value,
        source=_names(breach.source),
        destination=_names(breach.destination),
        ruling=terms.ruling.value,
        services=[service.name for service in terms.services],
        ports=str(breach.ports),
        parts=[str(part) for part in breach.parts],
        certain=breach.certain,
        hypothetical=breach.hypothetical,
        facts=[fact.question for fact in breach.facts],
        stated=None if terms.location is None else location_value(terms.location),
        location=location_value(cause.location),
        about=object_value(cause.subject),
        side=cause.side.value,
    )


def _names(zones: Values) -> list[str]:
    if zones.inverted:
        return [ANY]
    return sorted(NO_ZONE if name is None else name for name in zones.listed)
