"""What the rules object to in a proposal: only what the change introduces or worsens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from google.protobuf.message import Message

from edgewarden.governance.findings import Enforcement, Finding, Severity
from edgewarden.governance.language.expression import EvaluationError
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.rule import Objection, Rule
from edgewarden.governance.rules.terms import Scope
from edgewarden.governance.vocabulary.changes import change_value
from edgewarden.governance.vocabulary.clusters import cluster_value
from edgewarden.governance.vocabulary.policies import policy_value
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, ObjectRef
from edgewarden.reachability.reasons import Side

_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


def findings(proposal: Proposal, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    """What the rules object to, the weightiest first."""
    subjects = _Subjects(proposal)
    found: dict[str, Finding] = {}
    for rule in rules:
        for finding in subjects.judged_by(rule):
            found.setdefault(finding.fingerprint, finding)
    return tuple(
        sorted(
            found.values(),
            key=lambda each: (
                -_WEIGHTS[each.severity],
                each.rule,
                each.location,
                each.fingerprint,
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """A value of a rule's scope, and the object that it is of."""

    value: Message
    ref: ObjectRef | None
    location: Location


class _Subjects:
    """What rules are asked about, made where the first rule asks.

    A policy that the change leaves as it is gives no finding, so only those of the namespaces in
    which one changed are looked at in the base: the same may stand there in another policy.
    """

    def __init__(self, proposal: Proposal) -> None:
        self._proposal = proposal
        self._cluster = cluster_value(proposal.head.name, proposal.profile)
        self._made: dict[tuple[Scope, Side], tuple[_Subject, ...]] = {}

    def judged_by(self, rule: Rule) -> Iterator[Finding]:
        """What the rule objects to in the head, and did not or less so in the base."""
        told = list(self._asked(rule, Side.HEAD))
        before: dict[str, int] = {}
        for _, answer in self._asked(rule, Side.BASE) if told else ():
            if isinstance(answer, Objection):
                before[answer.key] = max(answer.measure, before.get(answer.key, answer.measure))
        for subject, answer in told:
            if isinstance(answer, EvaluationError):
                yield _failed(rule, subject, answer)
            elif answer.measure > before.get(answer.key, answer.measure - 1):
                yield _finding(rule, subject, answer)

    def _asked(
        self, rule: Rule, side: Side
    ) -> Iterator[tuple[_Subject, Objection | EvaluationError]]:
        for subject in self._of(rule.terms.scope, side):
            try:
                yield from (
                    (subject, each) for each in rule.objections(subject.value, self._cluster)
                )
            except EvaluationError as error:
                yield subject, error

    def _of(self, scope: Scope, side: Side) -> tuple[_Subject, ...]:
        made = self._made.get((scope, side))
        if made is None:
            made = self._made[scope, side] = tuple(self._subjects(scope, side))
        return made

    def _subjects(self, scope: Scope, side: Side) -> Iterator[_Subject]:
        proposal = self._proposal
        if scope is Scope.POLICY:
            changed = proposal.changed_policies()
            namespaces = {policy.namespace for policy in changed}
            there = (each for each in proposal.base.policies if each.namespace in namespaces)
            for policy in changed if side is Side.HEAD else there:
                value = policy_value(policy, proposal.profile)
                yield _Subject(value, policy.ref, policy.location)
        elif side is Side.HEAD:
            yield _Subject(change_value(proposal), None, _NOWHERE)


def _finding(rule: Rule, subject: _Subject, objection: Objection) -> Finding:
    terms, place = rule.terms, objection.about.location
    return Finding(
        rule=terms.id,
        title=terms.title,
        severity=terms.severity,
        enforcement=terms.enforcement,
        message=objection.message,
        remedy=objection.remedy,
        location=Location(place.path, place.line, place.column),
        side=Side.HEAD,
        fingerprint=_fingerprint(terms.id, objection.key),
        subject=subject.ref,
    )


def _failed(rule: Rule, subject: _Subject, error: EvaluationError) -> Finding:
    """Nothing passes by accident: what a rule cannot judge is blocked."""
    terms = rule.terms
    return Finding(
        rule=terms.id,
        title=terms.title,
        severity=Severity.CRITICAL,
        enforcement=Enforcement.DENY,
        message=f"The rule could not be evaluated on {subject.value.text}: {error}.",
        remedy=f"Mend the rule {terms.id}, and try it by `edgewarden rules test`.",
        location=subject.location,
        side=Side.HEAD,
        fingerprint=_fingerprint(terms.id, f"error\0{subject.value.key}"),
        subject=subject.ref,
    )


def _fingerprint(rule: str, key: str) -> str:
    return sha256(f"{rule}\0{key}".encode()).hexdigest()[:32]
