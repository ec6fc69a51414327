"""Rules as an organisation states them, and what they found."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.sign_offs import Manual, Signature
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(StrEnum):
    """What comes of a finding, the strictest first: ``deny`` blocks, ``warn`` asks for attention,
    ``audit`` is recorded and not shown. A ``disabled`` rule is not asked."""

    DENY = "deny"
    WARN = "warn"
    AUDIT = "audit"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class ChecklistTerms:
    """What ``policies/checklist.yaml`` says of one item.

    Findings of ``rules`` are about it, beside those of rules that name the item themselves.
    ``manual`` is what a person is asked where nothing here answers it.
    """

    id: str
    title: str
    criterion: str
    rules: tuple[str, ...] = ()
    manual: Manual | None = None


class Standing(StrEnum):
    """What a change makes of something that a rule objects to."""

    INTRODUCED = "introduced"
    WORSENED = "worsened"
    ERROR = "error"
    """The rule could not be evaluated, so nobody knows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the change introduces or worsens and a rule objects to.

    ``message`` names what and where in a full sentence, ``remedy`` says what to do, and ``fix``
    does it, where that is mechanical. ``fingerprint`` stays the same when lines move. ``since`` is
    the head commit at which an earlier review of the same change found it first; empty where none
    did.
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
    standing: Standing = Standing.INTRODUCED
    since: str = ""
    fix: Fix | None = None


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    ATTENTION = "attention"
    MANUAL = "manual"
    NOT_APPLICABLE = "not_applicable"
    SIGNED = "signed"
    """Left to a person, who has said what was checked."""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of the review checklist with what its outcome rests on.

    An ``unread`` one is left to a person only because something could not be read. ``manual`` is
    what the organisation would ask a person, and ``basis`` the digest of what the answer rests on:
    empty where nobody is asked. ``signed`` are the sign-offs that count, by their clusters.
    """

    id: str
    title: str
    outcome: Outcome
    evidence: str
    locations: tuple[Location, ...] = ()
    unread: bool = False
    manual: Manual | None = None
    basis: str = ""
    signed: tuple[Signature, ...] = ()

    @property
    def asked(self) -> Manual | None:
        """What a person is asked and has not answered."""
        return self.manual if self.basis and self.outcome is Outcome.MANUAL else None
