"""An explanation made ready to be shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.explain.explanation import (
    Answer,
    Change,
    ChangeExplanation,
    Explanation,
    FlippedSelector,
    LabelChange,
    Reasoning,
    Say,
    Written,
)
from edgewarden.reachability.reasons import Fact, Side
from edgewarden.reachability.wording import capitalised, listed
from edgewarden.reporting.explanation_limits import Limits
from edgewarden.reporting.explanation_rows import (
    ANSWERS,
    MOST_TOLD,
    PointRow,
    PointSection,
    StateWords,
    rest,
)
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import Place, ProblemRow
from edgewarden.reporting.whys import fact_whys, object_text, whys
from edgewarden.reporting.wording import counted

_CHANGES = {
    Change.NONE: "not changed",
    Change.OPENED: "newly allowed",
    Change.CLOSED: "newly blocked",
    Change.MAY_OPEN: "may newly be allowed",
    Change.MAY_CLOSE: "may newly be blocked",
    Change.MAY_EITHER: "may change",
}

_IS = {
    Answer.ALLOWED: "is allowed",
    Answer.BLOCKED: "is blocked",
    Answer.MAY: "may be allowed",
}

_WAS = {
    Answer.ALLOWED: "was allowed",
    Answer.BLOCKED: "was blocked",
    Answer.MAY: "may have been allowed",
}

_WRITTEN = {
    Written.POD_SELECTOR: "the podSelector of",
    Written.PEER_PODS: "a peer's podSelector in",
    Written.PEER_NAMESPACES: "a peer's namespaceSelector in",
}


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """Everything that a rendering shows, in the order in which it is read.

    ``answer`` is that of the state that is asked about, of the head where there are two; absent
    where it lacks one of the ends. ``title`` is the answer, or the change, in a few words;
    inconclusive where something was not judged that could turn it round.
    """

    answer: Answer | None
    title: str
    sentence: str
    sections: tuple[PointSection, ...]
    problems: tuple[ProblemRow, ...]
    assumptions: tuple[str, ...]

    @property
    def inconclusive(self) -> bool:
        return any(problem.decisive for problem in self.problems)


def explanation_view(
    explanation: Explanation | ChangeExplanation, limits: Limits
) -> ExplanationView:
    if isinstance(explanation, Explanation):
        return _of_state(explanation, limits)
    return _of_change(explanation, limits)


def _of_state(explanation: Explanation, limits: Limits) -> ExplanationView:
    source, destination = explanation.source, explanation.destination
    words = StateWords(explanation.question, source, destination, _namer(source, destination))
    found = explanation.reasoning
    says = f" {_IS[found.answer]}" if limits.decisive else ""
    return _view(
        found.answer,
        ANSWERS[found.answer],
        f"{words.connection}{says}{_where(words, found)}",
        (
            *words.says(found.says),
            *words.outside(),
            *_facts(found.facts),
            *_flip(words, found),
        ),
        limits,
    )


def _of_change(explanation: ChangeExplanation, limits: Limits) -> ExplanationView:
    """What the head says, and what ends said otherwise in the base."""
    source, destination = explanation.source, explanation.destination
    namer = _namer(source, destination)
    question = explanation.question
    base, head = (StateWords(question, source, destination, namer, side) for side in Side)
    before, after = explanation.before, explanation.after
    return _view(
        after.answer if after is not None else None,
        _CHANGES[explanation.change],
        f"{head.connection} {_sentence(before, after)}",
        (
            *_causes(explanation),
            *_facts(explanation.facts or (after.facts if after is not None else ())),
            *head.says(after.says if after is not None else ()),
            *base.says(_otherwise(before, after)),
            *head.outside(),
            *(_flip(head, after) if after is not None else ()),
        ),
        limits,
    )


def _view(
    answer: Answer | None,
    title: str,
    sentence: str,
    sections: tuple[PointSection, ...],
    limits: Limits,
) -> ExplanationView:
    decisive = sum(problem.decisive for problem in limits.problems)
    if decisive:
        title = "inconclusive"
        unjudged = counted(decisive, "part was", "parts were")
        sentence = f"{sentence} as far as it was judged; {unjudged} not judged"
    return ExplanationView(
        answer,
        title,
        f"{sentence}.",
        sections,
        tuple(
            ProblemRow(problem.message, problem.remedy, Place(problem.location), problem.decisive)
            for problem in sorted(limits.problems, key=lambda problem: not problem.decisive)
        ),
        limits.assumptions,
    )


def _namer(*ends: End) -> Namer:
    return Namer(end for end in ends if isinstance(end, WorkloadEnd))


def _sentence(before: Reasoning | None, after: Reasoning | None) -> str:
    if before is not None and after is not None and before.answer is after.answer:
        return f"{_IS[after.answer]}, as it was"
    once = _WAS[before.answer] if before is not None else "was not there"
    now = _IS[after.answer] if after is not None else "is not there"
    return f"{once} and now {now}"


def _otherwise(before: Reasoning | None, after: Reasoning | None) -> tuple[Say, ...]:
    """What ends said in the base and do not say in the head."""
    known = after.says if after is not None else ()
    return tuple(say for say in before.says if say not in known) if before is not None else ()


def _causes(explanation: ChangeExplanation) -> Iterator[PointSection]:
    rows = [PointRow(capitalised(why.text), (why.place,)) for why in whys(explanation.causes)]
    rows += [_flipped(each) for each in explanation.flipped]
    if rows:
        yield PointSection("Why it changed", tuple(rows))


def _flipped(each: FlippedSelector) -> PointRow:
    verb = "now matches" if each.matched_in is Side.HEAD else "no longer matches"
    labels = listed([_label_change(change) for change in each.labels])
    return PointRow(
        f"{each.selector}, {_WRITTEN[each.written]} {object_text(each.policy)}, {verb}"
        f" {object_text(each.subject)}{f', where {labels}' if labels else ''}",
        (Place(each.location, each.side),),
    )


def _label_change(change: LabelChange) -> str:
    match change:
        case LabelChange(before=None):
            return f"{change.key}={change.after} is new"
        case LabelChange(after=None):
            return f"{change.key}={change.before} is gone"
    return f"{change.key} was {change.before} and is {change.after}"


def _where(words: StateWords, reasoning: Reasoning) -> str:
    return f" at {words.blocking(reasoning)}" if reasoning.answer is Answer.BLOCKED else ""


def _facts(facts: Sequence[Fact]) -> Iterable[PointSection]:
    if facts:
        rows = [PointRow(w.text, (w.place,), answer=Answer.MAY) for w in fact_whys(facts)]
        more = rest(rows, "question", "questions")
        yield PointSection("To settle it", (*rows[:MOST_TOLD], *more))


def _flip(words: StateWords, reasoning: Reasoning) -> Iterator[PointSection]:
    if reasoning.opening is not None:
        yield words.opening(reasoning.opening)
    if reasoning.answer is Answer.ALLOWED:
        yield words.closings(reasoning.closings)
