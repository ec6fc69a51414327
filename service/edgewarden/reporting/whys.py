"""Causes and facts put into words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.reasons import Cause, CauseKind, Fact
from edgewarden.reporting.rows import Place, Why

MOST_FACTS = 3
MOST_CAUSES = 3
"""More causes of one kind that lie in ends are told as one, with their number."""

_CLOSING = frozenset({CauseKind.RULE_GONE, CauseKind.ISOLATION_ADDED})
_OPENING = frozenset({CauseKind.RULE_ALLOWS, CauseKind.ISOLATION_REMOVED})


def opening_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What opened an edge: causes that only close are left out."""
    return _whys(causes, without=_CLOSING)


def closing_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What closed an edge: causes that only open are left out."""
    return _whys(causes, without=_OPENING)


def whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    return _whys(causes, without=frozenset())


def possible_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What a *may* goes back to, without a claim that it has any effect."""
    return _worded(causes, _origin_text)


def _whys(causes: Iterable[Cause], without: frozenset[CauseKind]) -> tuple[Why, ...]:
    """All causes where every one of them would be left out: none is shown without a reason."""
    every = tuple(causes)
    kept = tuple(cause for cause in every if cause.kind not in without) or every
    return _worded(kept, cause_text)


def _worded(causes: Iterable[Cause], text: Callable[[Cause], str]) -> tuple[Why, ...]:
    """Causes that lie in many ends, as in a hundred new workloads, are told together."""
    found: dict[Why, None] = {}
    of_ends: dict[CauseKind, list[Cause]] = defaultdict(list)
    for cause in causes:
        if cause.of_an_end:
            of_ends[cause.kind].append(cause)
        else:
            found[Why(text(cause), _place(cause))] = None
    for alike in of_ends.values():
        found.update(dict.fromkeys(_of_ends(alike)))
    return tuple(found)


def _of_ends(causes: list[Cause]) -> Iterator[Why]:
    if len(causes) <= MOST_CAUSES:
        yield from (Why(cause_text(cause), _place(cause)) for cause in causes)
        return
    first, more = causes[0], len(causes) - 1
    yield Why(
        _end_text(first.kind, f"{object_text(first.subject)} and {more} more", "are"), _place(first)
    )


def _place(cause: Cause) -> Place:
    return Place(cause.location, cause.side)


def fact_whys(facts: Iterable[Fact]) -> tuple[Why, ...]:
    return tuple(Why(fact.question, Place(fact.location, fact.side)) for fact in facts)


def first_questions(facts: Iterable[Fact]) -> tuple[Why, ...]:
    """The first few facts, with a count of the others; JSON has them all."""
    every = fact_whys(facts)
    more = len(every) - MOST_FACTS
    if more <= 0:
        return every
    last = every[MOST_FACTS - 1]
    counted_text = "is 1 more question" if more == 1 else f"are {more} more questions"
    counting = Why(f"{last.text} There {counted_text} like these.", last.place)
    return (*every[: MOST_FACTS - 1], counting)


def object_text(ref: ObjectRef) -> str:
    """``NetworkPolicy shop/db``."""
    return f"{ref.kind} {ref}"


def rule_text(direction: Direction, index: int, policy: ObjectRef) -> str:
    """``ingress rule 1 of NetworkPolicy shop/db``; ``index`` counts from 0, the text from 1."""
    return f"{direction.value} rule {index + 1} of {object_text(policy)}"


def cause_text(cause: Cause) -> str:
    """Half a sentence; rules count from 1 in their list, as in findings."""
    subject, rule, instead = object_text(cause.subject), _at_fault(cause), _instead(cause)
    direction = "it" if cause.direction is None else cause.direction.value
    match cause.kind:
        case CauseKind.RULE_ALLOWS:
            return f"{rule} allows it"
        case CauseKind.RULE_GONE:
            return f"{rule} allowed it before{instead}"
        case CauseKind.ISOLATION_ADDED:
            return f"{subject} now isolates {direction}"
        case CauseKind.ISOLATION_REMOVED:
            return f"{subject} no longer isolates {direction}{instead}"
        case CauseKind.UNJUDGED_CHANGED:
            return f"{subject} changed and is of a kind that is not judged"
        case _:
            return _end_text(cause.kind, subject, "is")


def _end_text(kind: CauseKind, subjects: str, verb: str) -> str:
    """What is otherwise about workloads or namespaces."""
    match kind:
        case CauseKind.LABELS_CHANGED:
            return f"the labels of {subjects} changed"
        case CauseKind.PORTS_CHANGED:
            return f"the named ports of {subjects} changed"
        case CauseKind.HOST_NETWORK_CHANGED:
            return f"hostNetwork of {subjects} changed"
        case CauseKind.WORKLOAD_ADDED:
            return f"{subjects} {verb} new"
        case _:
            return f"{subjects} {verb} gone"


def _instead(cause: Cause) -> str:
    """What stands in the place of the policy; nobody judges what that does."""
    if cause.replaced_by is None:
        return ""
    other = f"{object_text(cause.replaced_by)} of {cause.replaced_by.group}"
    return f": it is replaced by a kind that is not judged ({other})"


def _at_fault(cause: Cause) -> str:
    """The rule, or the object where no rule is meant."""
    if cause.direction is None or cause.rule is None:
        return object_text(cause.subject)
    return rule_text(cause.direction, cause.rule, cause.subject)


def _origin_text(cause: Cause) -> str:
    rule = _at_fault(cause)
    match cause.kind:
        case CauseKind.RULE_ALLOWS:
            return f"it hangs on {rule}"
        case CauseKind.RULE_GONE:
            return f"it hung on {rule}{_instead(cause)}"
        case _:
            return cause_text(cause)
