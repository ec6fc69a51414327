"""A rule as an organisation states it: texts that the language of rules gives a meaning."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.findings import Enforcement, Severity
from edgewarden.governance.fixes.quick_fix import QuickFix


class RuleScope(StrEnum):
    """What a rule is asked about, one after the other."""

    POLICY = "policy"
    """Each NetworkPolicy that the change adds, or of which it changes anything but the place."""
    EDGE = "edge"
    """Each set of connections that the change opens or closes."""
    NAMESPACE = "namespace"
    """Each namespace in which the change touches a policy, a workload or the manifest."""
    CHANGE = "change"
    """The change of one cluster as a whole."""

    @property
    def variable(self) -> str:
        """What rules call it: its posture is what they ask of a namespace, and CEL reserves the
        word ``namespace``."""
        return "posture" if self is RuleScope.NAMESPACE else self.value


@dataclass(frozen=True, slots=True)
class Items:
    """What of its subject a rule looks at one by one: a name, and the list that it goes through."""

    name: str
    listed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rule is about, for those who meet it: paragraphs of Markdown."""

    means: str = ""
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """One rule. ``assertion`` holds unless there is something to object to.

    ``when`` keeps the rule to what it is about. ``key`` tells what it objects to apart, where what
    a value means is not what counts; of two findings on the same the one of greater ``measure`` is
    worse. ``message`` and ``remedy`` are texts with expressions in braces. ``aliases`` are ids that
    the rule had before, and an ``exceptable`` one can be lifted by an exception. ``quick_fix``
    mends what it finds, where that is mechanical.
    """

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    scope: RuleScope
    assertion: str
    message: str
    remedy: str
    checklist_item: str = ""
    items: Items | None = None
    when: str = "true"
    key: str = ""
    measure: str = "0"
    exceptable: bool = True
    aliases: tuple[str, ...] = ()
    docs: Explanation = Explanation()
    quick_fix: QuickFix | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is said in the language of rules."""
        listed = () if self.items is None else (self.items.listed,)
        said = (self.when, self.assertion, self.key, self.measure, self.message, self.remedy)
        return (*listed, *said)
