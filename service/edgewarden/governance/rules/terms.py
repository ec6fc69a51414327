"""A rule as an organisation states it: texts that the language of rules gives a meaning."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.findings import Enforcement, Severity


class Scope(StrEnum):
    """What a rule is asked about, one after the other."""

    POLICY = "policy"
    """Each NetworkPolicy that the change adds or gives another meaning."""
    CHANGE = "change"
    """The change of one cluster as a whole."""


@dataclass(frozen=True, slots=True)
class Items:
    """What of its subject a rule looks at one by one: a name, and the list that it goes through."""

    name: str
    listed: str


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """One rule. ``assertion`` holds unless there is something to object to.

    ``when`` keeps the rule to what it is about, and ``measure`` tells of two findings on the same
    which is worse. ``message`` and ``remedy`` are texts with expressions in braces. ``aliases`` are
    ids that the rule had before.
    """

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    scope: Scope
    assertion: str
    message: str
    remedy: str
    checklist_item: str = ""
    items: Items | None = None
    when: str = "true"
    measure: str = "0"
    docs: str = ""
    exceptable: bool = True
    aliases: tuple[str, ...] = ()
