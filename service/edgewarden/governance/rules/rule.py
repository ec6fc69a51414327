"""Rules ready to be asked: their texts compiled against the types of what they speak of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from google.protobuf.message import Message

from edgewarden.governance.language.expression import Expression, ExpressionError, Language
from edgewarden.governance.language.functions import FUNCTIONS
from edgewarden.governance.language.template import Template
from edgewarden.governance.rules.terms import RuleTerms, Scope
from edgewarden.governance.vocabulary.table import TYPES

_LIST = "[]"
LANGUAGES: Mapping[Scope, Language] = {
    Scope.POLICY: Language(TYPES, {"policy": "Policy", "cluster": "Cluster"}, FUNCTIONS),
    Scope.CHANGE: Language(TYPES, {"change": "Change", "cluster": "Cluster"}, FUNCTIONS),
}
"""What rules of each scope can speak of."""


class RuleError(Exception):
    """A text of a rule means nothing: ``field`` names it, ``fault`` says what and where in it."""

    def __init__(self, field: str, fault: ExpressionError) -> None:
        super().__init__(f"{field}: {fault}")
        self.field, self.fault = field, fault


@dataclass(frozen=True, slots=True)
class Objection:
    """A value to which a rule objects, in the rule's words.

    ``key`` is what it means without lines. Of two with one key the one of greater ``measure`` is
    worse.
    """

    key: str
    measure: int
    message: str
    remedy: str
    about: Message


@dataclass(frozen=True, slots=True)
class Rule:
    """The terms of a rule, compiled."""

    terms: RuleTerms
    language: Language
    items: Expression | None
    when: Expression
    assertion: Expression
    measure: Expression
    message: Template
    remedy: Template

    @classmethod
    def of(cls, terms: RuleTerms) -> "Rule":
        """Raises ``RuleError`` for the first text that means nothing."""
        language, items = LANGUAGES[terms.scope], None
        if terms.items is not None:
            items = _compiled(language, "each", terms.items.listed)
            kind = items.kind.removeprefix(_LIST)
            if kind == items.kind or kind not in TYPES.fields or "key" not in TYPES.fields[kind]:
                told = ExpressionError(1, 1, f"this is {items.kind}; write a list of values")
                raise RuleError("each", told)
            try:
                language = language.with_variable(terms.items.name, kind)
            except ValueError as error:
                raise RuleError("each", ExpressionError(1, 1, str(error))) from None
        return cls(
            terms=terms,
            language=language,
            items=items,
            when=_compiled(language, "when", terms.when, "bool"),
            assertion=_compiled(language, "assert", terms.assertion, "bool"),
            measure=_compiled(language, "measure", terms.measure, "int"),
            message=_template(language, "message", terms.message),
            remedy=_template(language, "remediation", terms.remedy),
        )

    def objections(self, subject: Message, cluster: Message) -> Iterator[Objection]:
        """What the rule objects to in a value of its scope. Raises ``EvaluationError``."""
        around = {self.terms.scope.value: subject, "cluster": cluster}
        if self.terms.items is None or self.items is None:
            yield from self._objection(subject, around, "")
            return
        for item in self.items.evaluate(LANGUAGES[self.terms.scope].values(around)):
            yield from self._objection(item, {**around, self.terms.items.name: item}, subject.key)

    def _objection(
        self, about: Message, named: Mapping[str, Message], within: str
    ) -> Iterator[Objection]:
        values = self.language.values(named)
        if not self.when.evaluate(values) or self.assertion.evaluate(values):
            return
        yield Objection(
            key=f"{within}\0{about.key}",
            measure=self.measure.evaluate(values),
            message=self.message.text(values),
            remedy=self.remedy.text(values).strip(),
            about=about,
        )


def _compiled(language: Language, field: str, text: str, *kinds: str) -> Expression:
    try:
        return language.compile(text, *kinds)
    except ExpressionError as error:
        raise RuleError(field, error) from None


def _template(language: Language, field: str, text: str) -> Template:
    try:
        return Template.of(text, language)
    except ExpressionError as error:
        raise RuleError(field, error) from None
