"""What the rules object to in a case: only what the change introduces or worsens."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Enforcement, Finding, Severity, Standing
from edgewarden.governance.language.expression import EvaluationError
from edgewarden.governance.rules.rule import Objection, Rule
from edgewarden.governance.rules.subjects import Subject, Subjects
from edgewarden.governance.vocabulary.objects import location_of, object_of
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side

_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


def findings(case: Case) -> tuple[Finding, ...]:
    """What the rules of the pack object to, the weightiest first. Raises ``RuleError``."""
    asked = (terms for terms in case.pack.rules if terms.enforcement is not Enforcement.DISABLED)
    rules = tuple(map(Rule.of, asked))
    subjects = Subjects(case, rules)
    found: dict[str, Finding] = {}
    for rule in rules:
        for finding in _judged_by(rule, subjects):
            found.setdefault(finding.fingerprint, finding)
    return weightiest_first(found.values())


def weightiest_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            found,
            key=lambda each: (
                -_WEIGHTS[each.severity],
                each.rule,
                each.location,
                each.fingerprint,
            ),
        )
    )


def _judged_by(rule: Rule, subjects: Subjects) -> Iterator[Finding]:
    """What a rule objects to in the head, and did not or less so in the base."""
    told = list(_asked(rule, subjects, Side.HEAD))
    before: dict[str, int] = {}
    for _, answer in _asked(rule, subjects, Side.BASE) if told else ():
        if isinstance(answer, Objection):
            before[answer.key] = max(answer.measure, before.get(answer.key, answer.measure))
    for subject, answer in told:
        if isinstance(answer, EvaluationError):
            yield _failed(rule, subject, answer)
        elif answer.key not in before:
            yield _finding(rule, subject, answer, Standing.INTRODUCED)
        elif answer.measure > before[answer.key]:
            yield _finding(rule, subject, answer, Standing.WORSENED)


def _asked(
    rule: Rule, subjects: Subjects, side: Side
) -> Iterator[tuple[Subject, Objection | EvaluationError]]:
    for subject in subjects.of(rule.terms.scope, side):
        try:
            for objection in rule.objections(subject.value, subjects.around):
                yield subject, objection
        except EvaluationError as error:
            yield subject, error


def _finding(rule: Rule, subject: Subject, objection: Objection, standing: Standing) -> Finding:
    terms, about = rule.terms, objection.about
    return Finding(
        rule=terms.id,
        title=terms.title,
        severity=terms.severity,
        enforcement=terms.enforcement,
        message=objection.message,
        remedy=objection.remedy,
        location=location_of(about),
        side=_side(about),
        fingerprint=_fingerprint(terms.id, objection.key),
        subject=_ref(about) or subject.ref,
        standing=standing,
    )


def _side(about: Message) -> Side:
    return Side(getattr(about, "side", "") or Side.HEAD)


def _ref(about: Message) -> ObjectRef | None:
    return object_of(about) if "about" in about.DESCRIPTOR.fields_by_name else None


def _failed(rule: Rule, subject: Subject, error: EvaluationError) -> Finding:
    """Nothing passes by accident: what a rule cannot judge is blocked."""
    terms = rule.terms
    return Finding(
        rule=terms.id,
        title=terms.title,
        severity=Severity.CRITICAL,
        enforcement=Enforcement.DENY,
        message=f"The rule could not be evaluated on {_text(subject)}: {error}.",
        remedy=f"Mend the rule {terms.id}, and try it by `edgewarden rules test`.",
        location=subject.location,
        side=Side.HEAD,
        fingerprint=_fingerprint(terms.id, f"error\0{_key(subject)}"),
        subject=subject.ref,
        standing=Standing.ERROR,
    )


def _text(subject: Subject) -> str:
    return str(subject.value.text)  # type: ignore[attr-defined]


def _key(subject: Subject) -> str:
    return str(subject.value.key)  # type: ignore[attr-defined]


def _fingerprint(rule: str, key: str) -> str:
    return sha256(f"{rule}\0{key}".encode()).hexdigest()[:32]
