"""Rules as an organisation states them, and what they found."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(StrEnum):
    """``deny`` blocks, ``warn`` asks for attention, ``audit`` is recorded and not shown."""

    DENY = "deny"
    WARN = "warn"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What ``policies/rules.yaml`` says of one rule."""

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    checklist_item: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ChecklistTerms:
    """What ``policies/checklist.yaml`` says of one item."""

    id: str
    title: str
    criterion: str


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """The rules and the checklist that a review is held against; ``digest`` names them."""

    rules: tuple[RuleTerms, ...]
    checklist: tuple[ChecklistTerms, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the change introduces or worsens and a rule objects to.

    ``message`` names what and where in a full sentence, ``remedy`` says what to do.
    ``fingerprint`` stays the same when lines move.
    """

    rule: str
    title: str
    severity: Severity
    enforcement: Enforcement
    message: str
    remedy: str
    location: Location
    side: Side
    fingerprint: str
    subject: ObjectRef | None = None


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    ATTENTION = "attention"
    MANUAL = "manual"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of the review checklist with what its outcome rests on.

    An ``unread`` one is left to a person only because something could not be read.
    """

    id: str
    title: str
    outcome: Outcome
    evidence: str
    locations: tuple[Location, ...] = ()
    unread: bool = False
