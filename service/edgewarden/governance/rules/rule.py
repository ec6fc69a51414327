"""Rules ready to be asked: their texts compiled against the types of what they speak of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from google.protobuf.message import Message

from edgewarden.governance.language.expression import Expression, ExpressionError, Language
from edgewarden.governance.language.functions import FUNCTIONS
from edgewarden.governance.language.template import Template
from edgewarden.governance.rules.terms import RuleScope, RuleTerms
from edgewarden.governance.vocabulary.table import TYPES

_LIST = "[]"
_AN_ITEM = frozenset({"key", "text", "location"})
"""The fields of a type whose values can be objected to one by one."""


@cache
def language_of(scope: RuleScope) -> Language:
    """What rules of a scope can speak of."""
    around = {"cluster": "Cluster", "request": "Request"}
    return Language(TYPES, {scope.variable: scope.variable.title(), **around}, FUNCTIONS)


class RuleError(Exception):
    """Texts of a rule mean nothing; ``faults`` say by the names of their fields why not."""

    def __init__(self, faults: Mapping[str, ExpressionError]) -> None:
        super().__init__("; ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = tuple(faults.items())


@dataclass(frozen=True, slots=True)
class Objection:
    """A value to which a rule objects, in the rule's words.

    ``key`` is what it means without lines; the same in two namespaces never has one. Of two with
    one key the one of greater ``measure`` is worse.
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
    key: Expression | None
    measure: Expression
    message: Template
    remedy: Template

    @classmethod
    def of(cls, terms: RuleTerms) -> "Rule":
        """Raises ``RuleError`` for all texts that mean nothing."""
        return _compiled_rule(terms)

    def objections(self, subject: Message, around: Mapping[str, Message]) -> Iterator[Objection]:
        """What the rule objects to in a value of its scope; ``around`` are the cluster and the
        pull request. Raises ``EvaluationError``."""
        named = {self.terms.scope.variable: subject, **around}
        if self.terms.items is None or self.items is None:
            yield from self._objection(subject, named, "")
            return
        within = subject.key  # type: ignore[attr-defined]
        for item in self.items.evaluate(language_of(self.terms.scope).values(named)):
            yield from self._objection(item, {**named, self.terms.items.name: item}, within)

    def _objection(
        self, about: Message, named: Mapping[str, Message], within: str
    ) -> Iterator[Objection]:
        values = self.language.values(named)
        if not self.when.evaluate(values) or self.assertion.evaluate(values):
            return
        apart = _namespace(named[self.terms.scope.variable])
        meaning = f"{within}\0{about.key}"  # type: ignore[attr-defined]
        yield Objection(
            key=meaning if self.key is None else f"{apart}\0{self.key.evaluate(values)}",
            measure=self.measure.evaluate(values),
            message=" ".join(self.message.text(values).split()),
            remedy=self.remedy.text(values).strip(),
            about=about,
        )


def _namespace(subject: Message) -> str:
    """The one that a policy or a posture is of; empty for what is of several."""
    if subject.DESCRIPTOR.name == "Posture":
        return str(subject.name)  # type: ignore[attr-defined]
    return getattr(subject, "namespace", "")


@lru_cache(maxsize=1024)
def _compiled_rule(terms: RuleTerms) -> Rule:
    language, items = language_of(terms.scope), None
    if terms.items is not None:
        try:
            items = _items(language, terms.items.listed)
            language = language.with_variable(terms.items.name, items.kind.removeprefix(_LIST))
        except ExpressionError as error:
            raise RuleError({"each": error}) from None
    compiling = _Compiling(language)
    when = compiling.expression("when", terms.when, "bool")
    assertion = compiling.expression("assert", terms.assertion, "bool")
    key = compiling.expression("key", terms.key or _NO_KEY, "string")
    measure = compiling.expression("measure", terms.measure, "int")
    message = compiling.template("message", terms.message)
    remedy = compiling.template("remediation", terms.remedy)
    if not (when and assertion and key and measure and message and remedy):
        raise RuleError(compiling.faults)
    own_key = key if terms.key else None
    return Rule(terms, language, items, when, assertion, own_key, measure, message, remedy)


_NO_KEY = "''"


class _Compiling:
    """Compiles texts one after the other, and keeps what is wrong with them."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.faults: dict[str, ExpressionError] = {}

    def expression(self, field: str, text: str, kind: str) -> Expression | None:
        try:
            return self._language.compile(text, kind)
        except ExpressionError as error:
            self.faults[field] = error
            return None

    def template(self, field: str, text: str) -> Template | None:
        try:
            return Template.of(text, self._language)
        except ExpressionError as error:
            self.faults[field] = error
            return None


def _items(language: Language, text: str) -> Expression:
    items = language.compile(text)
    kind = items.kind.removeprefix(_LIST)
    if kind == items.kind or not TYPES.fields.get(kind, {}).keys() >= _AN_ITEM:
        listable = sorted(
            name for name, fields in TYPES.fields.items() if fields.keys() >= _AN_ITEM
        )
        told = f"this is {items.kind}; write a list of one of {', '.join(listable)}"
        raise ExpressionError(1, 1, told)
    return items
