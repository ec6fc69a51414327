"""The JSON of ``edgewarden explain``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.reachability.evaluation import Grant, Isolation
from edgewarden.reachability.explain.explanation import (
    AddedIsolation,
    AddedPolicy,
    Addition,
    ChangeExplanation,
    Closing,
    Excepted,
    Explanation,
    FlippedSelector,
    Opening,
    Reasoning,
    Say,
)
from edgewarden.reachability.facts import Holding
from edgewarden.reporting.explanation_limits import Limits
from edgewarden.reporting.json_parts import (
    CauseReport,
    FactReport,
    Ports,
    ProblemReport,
    causes_report,
    clean,
    facts_report,
    problem_report,
)
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.manifest_lines import policy_lines, rule_lines
from edgewarden.reporting.whys import object_text


@dataclass(frozen=True, slots=True)
class IsolatingReport:
    """A policy that isolates an end, where all of ``facts`` hold."""

    policy: str
    file: str
    line: int
    facts: list[FactReport]


@dataclass(frozen=True, slots=True)
class GrantReport:
    """What a rule admits the other end to, where all of ``facts`` hold.

    ``rule`` counts from 0. ``policy`` is absent for the network plugin's way with node traffic.
    """

    policy: str | None
    rule: int | None
    port_name: str | None
    ports: Ports
    file: str | None
    line: int | None
    facts: list[FactReport]


@dataclass(frozen=True, slots=True)
class ExceptedReport:
    """A rule for ``cidr`` without ``hole``, in which the other end lies; it counts from 0."""

    policy: str
    rule: int
    cidr: str
    hole: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class UnjudgedReport:
    kind: str
    policy: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class SayReport:
    """What one end says.

    Where it blocks, ``elsewhere`` are rules that admit the other end on other ports, and
    ``excepted`` rules that take it out of the addresses that they admit.
    """

    direction: str
    workload: str
    host_network: bool
    answer: str
    isolating: list[IsolatingReport]
    admitting: list[GrantReport]
    elsewhere: list[GrantReport]
    unjudged: list[UnjudgedReport]
    excepted: list[ExceptedReport]


@dataclass(frozen=True, slots=True)
class AddedRuleReport:
    """``yaml`` is a list item to add to any one of ``policies``; without any, a whole policy."""

    direction: str
    policies: list[str]
    yaml: str


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """All of ``rules`` together allow a blocked connection; ``then`` is the answer with them."""

    rules: list[AddedRuleReport]
    then: str


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """One way to block an allowed connection: to take ``rules`` away, or to add ``yaml``."""

    direction: str
    rules: list[GrantReport]
    yaml: str | None
    then: str


@dataclass(frozen=True, slots=True)
class StateReport:
    """What one state answers: ``allowed``, ``blocked`` or ``may``, which ``facts`` settle."""

    answer: str
    ends: list[SayReport]
    facts: list[FactReport]
    to_allow: OpeningReport | None
    to_block: list[ClosingReport]


@dataclass(frozen=True, slots=True)
class LabelReport:
    """A label in base and head; absent where the object lacks it."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FlippedReport:
    """A selector that matches a relabelled object in ``matched_in`` only."""

    object: str
    labels: list[LabelReport]
    selector: str
    written: str
    policy: str
    matched_in: str
    side: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What became of the connection; ``before`` is absent where the base lacks an end."""

    kind: str
    before: StateReport | None
    causes: list[CauseReport]
    selectors: list[FlippedReport]
    facts: list[FactReport]


@dataclass(frozen=True, slots=True)
class ExplanationReport:
    """An end is ``namespace/name[Kind]``, or addresses as ``first-last``, twice the same one.

    ``state`` is that of the head where two were asked; absent where it lacks an end. ``change``
    is absent where one state was asked. ``port`` is absent where only its name is known.
    """

    src: str
    dst: str
    protocol: str
    port: int | None
    port_name: str | None
    state: StateReport | None
    change: ChangeReport | None
    problems: list[ProblemReport]
    assumptions: list[str]


def explanation_json(explanation: Explanation | ChangeExplanation, limits: Limits) -> str:
    """JSON text with a line feed at its end."""
    question = explanation.question
    latest: Reasoning | None
    change: ChangeReport | None
    if isinstance(explanation, Explanation):
        latest, change = explanation.reasoning, None
    else:
        latest, change = explanation.after, _change(explanation)
    report = ExplanationReport(
        src=clean(str(explanation.source)),
        dst=clean(str(explanation.destination)),
        protocol=question.protocol.value,
        port=None if question.stand_in else question.port,
        port_name=question.port_name,
        state=_optional(latest),
        change=change,
        problems=[*map(problem_report, limits.problems)],
        assumptions=[*map(clean, limits.assumptions)],
    )
    return "".join(json_text(report))


def _change(explanation: ChangeExplanation) -> ChangeReport:
    return ChangeReport(
        kind=explanation.change.value,
        before=_optional(explanation.before),
        causes=causes_report(explanation.causes),
        selectors=[*map(_flipped, explanation.flipped)],
        facts=facts_report(explanation.facts),
    )


def _optional(reasoning: Reasoning | None) -> StateReport | None:
    return None if reasoning is None else _state(reasoning)


def _state(reasoning: Reasoning) -> StateReport:
    return StateReport(
        answer=reasoning.answer.value,
        ends=[*map(_say, reasoning.says)],
        facts=facts_report(reasoning.facts),
        to_allow=None if reasoning.opening is None else _opening(reasoning.opening),
        to_block=[*map(_closing, reasoning.closings)],
    )


def _say(say: Say) -> SayReport:
    return SayReport(
        direction=say.direction.value,
        workload=clean(str(say.subject)),
        host_network=say.subject.host_network,
        answer=say.answer.value,
        isolating=[*map(_isolating, say.isolations)],
        admitting=[*map(_grant, say.admitting)],
        elsewhere=[*map(_grant, say.elsewhere)],
        unjudged=[
            UnjudgedReport(
                kind=clean(each.ref.kind),
                policy=clean(str(each.ref)),
                file=clean(each.location.path),
                line=each.location.line,
            )
            for each in say.unjudged
        ],
        excepted=[*map(_excepted, say.excepted)],
    )


def _excepted(each: Excepted) -> ExceptedReport:
    return ExceptedReport(
        policy=clean(str(each.policy.ref)),
        rule=each.rule.index,
        cidr=str(each.block.cidr),
        hole=str(each.hole),
        file=clean(each.block.location.path),
        line=each.block.location.line,
    )


def _isolating(isolation: Isolation) -> IsolatingReport:
    policy = isolation.policy
    return IsolatingReport(
        policy=clean(str(policy.ref)),
        file=clean(policy.location.path),
        line=policy.location.line,
        facts=_facts(isolation.when),
    )


def _grant(grant: Grant) -> GrantReport:
    ports, facts = grant.ports.as_mapping(), _facts(grant.when)
    origin = grant.origin
    if origin is None:
        return GrantReport(None, None, None, ports, None, None, facts)
    return GrantReport(
        policy=clean(str(origin.policy.ref)),
        rule=origin.rule.index,
        port_name=None if origin.port_name is None else clean(origin.port_name.name),
        ports=ports,
        file=clean(origin.rule.location.path),
        line=origin.rule.location.line,
        facts=facts,
    )


def _opening(opening: Opening) -> OpeningReport:
    return OpeningReport([*map(_added, opening.additions)], opening.then.value)


def _added(added: Addition) -> AddedRuleReport:
    if isinstance(added, AddedPolicy):
        return AddedRuleReport(added.direction.value, [], _lines(policy_lines(added.policy)))
    return AddedRuleReport(
        direction=added.direction.value,
        policies=[clean(str(policy.ref)) for policy in added.policies],
        yaml=_lines(rule_lines(added.direction, added.rule)),
    )


def _closing(closing: Closing) -> ClosingReport:
    if isinstance(closing, AddedIsolation):
        yaml = _lines(policy_lines(closing.policy))
        return ClosingReport(closing.direction.value, [], yaml, closing.then.value)
    rules = [*map(_grant, closing.grants)]
    return ClosingReport(closing.direction.value, rules, None, closing.then.value)


def _flipped(each: FlippedSelector) -> FlippedReport:
    return FlippedReport(
        object=clean(object_text(each.subject)),
        labels=[
            LabelReport(clean(change.key), _value(change.before), _value(change.after))
            for change in each.labels
        ],
        selector=clean(str(each.selector)),
        written=each.written.value,
        policy=clean(str(each.policy)),
        matched_in=each.matched_in.value,
        side=each.side.value,
        file=clean(each.location.path),
        line=each.location.line,
    )


def _value(label: str | None) -> str | None:
    return None if label is None else clean(label)


def _facts(when: Holding) -> list[FactReport]:
    return facts_report(sorted(proposition.fact() for proposition in when))


def _lines(lines: Iterable[str]) -> str:
    return clean("".join(f"{line}\n" for line in lines))
