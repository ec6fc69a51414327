"""What a rule saw, before the organisation's terms make a finding of it."""

from dataclasses import dataclass

from edgewarden.governance.findings import Severity
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that a rule objects to.

    ``key`` says what it is without naming lines, so that the same thing has the same key in
    both states. ``severity`` stands in for that of the rule's terms, and ``remedy`` for its
    remedy, where the sighting knows better.
    """

    key: tuple[str, ...]
    message: str
    location: Location
    subject: ObjectRef | None = None
    side: Side = Side.HEAD
    severity: Severity | None = None
    remedy: str = ""
