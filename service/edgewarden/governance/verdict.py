"""What a review comes to, and why."""

from collections.abc import Iterable, Iterator, Sequence

from edgewarden.governance.findings import Enforcement, Finding
from edgewarden.governance.phrases import listing
from edgewarden.governance.review import Verdict
from edgewarden.reachability.ends import End
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.report import MayChange, ReachabilityDiff
from edgewarden.reachability.symbolic.statements import (
    CertainGrounds,
    Precision,
    Statement,
)

_WORST_FIRST = (Verdict.BLOCKED, Verdict.INCONCLUSIVE, Verdict.ATTENTION, Verdict.PASS)


def verdict(
    findings: Sequence[Finding], problems: Sequence[Problem], diff: ReachabilityDiff
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict with its reasons, the weightiest first.

    A finding that blocks outweighs what was not judged, since no answer to the open questions
    takes it back; what was not judged outweighs what asks for attention. Findings that are
    only recorded count for nothing.
    """
    blocking = tuple(_objections(findings, Enforcement.DENY))
    unjudged = tuple(_unjudged(problems))
    attention = (*_objections(findings, Enforcement.WARN), *_open_questions(diff))
    reasons = (*blocking, *unjudged, *attention)
    if blocking:
        return Verdict.BLOCKED, reasons
    if unjudged:
        return Verdict.INCONCLUSIVE, reasons
    if attention:
        return Verdict.ATTENTION, reasons
    return Verdict.PASS, (_nothing_to_object(diff),)


def overall(
    problems: Sequence[Problem], verdicts: Iterable[Verdict]
) -> tuple[Verdict, tuple[str, ...]]:
    """The worst of the clusters' verdicts and what ``problems`` of the whole come to, which the
    reasons are about."""
    reasons = tuple(_unjudged(problems))
    every = (*verdicts, Verdict.INCONCLUSIVE if reasons else Verdict.PASS)
    return min(every, key=weight), reasons


def weight(verdict: Verdict) -> int:
    """Which verdict outweighs which: the smallest does."""
    return _WORST_FIRST.index(verdict)


def _objections(findings: Iterable[Finding], enforcement: Enforcement) -> Iterator[str]:
    """One sentence for each rule: what it found stands in the findings."""
    places: dict[str, dict[Location, None]] = {}
    for finding in findings:
        if finding.enforcement is enforcement:
            places.setdefault(finding.title, {})[finding.location] = None
    return (f"{title}: see {listing(found)}." for title, found in places.items())


def _unjudged(problems: Sequence[Problem]) -> Iterator[str]:
    decisive = [problem for problem in problems if problem.decisive]
    if decisive:
        first, rest = decisive[0], len(decisive) - 1
        what = first.message.rstrip(".")
        more = f", and {rest} more" if rest else ""
        yield f"Not everything could be judged: {what} ({first.location}){more}."


def _open_questions(diff: ReachabilityDiff) -> Iterator[str]:
    """What known workloads show stands for what is said of all pods on the same grounds."""
    opened = diff.symbolic.opened
    grounds = CertainGrounds(opened)
    doubtful = [each for each in opened if each.facts and not grounds.cover(each)]
    if diff.may_added:
        first = next((question for each in diff.may_added for question in _questions(each)), "")
        yield (
            f"Connections may newly be allowed, which the repository does not settle. {first}"
        ).strip()
    elif doubtful:
        more = _more(len(doubtful) - 1)
        yield (
            f"It may newly be allowed, which the repository does not settle: {doubtful[0]}{more}. "
            f"{doubtful[0].facts[0].question}"
        )
    vague = [each for each in _statements(diff) if each.precision is not Precision.EXACT]
    if vague:
        yield f"Not worked out exactly: {vague[0]}{_more(len(vague) - 1)}."


def _statements(diff: ReachabilityDiff) -> tuple[Statement, ...]:
    return (*diff.symbolic.opened, *diff.symbolic.closed)


def _more(count: int) -> str:
    return f", and {count} more" if count else ""


def _questions(change: MayChange) -> Iterator[str]:
    """What would settle it, asked of all ends at once."""
    facts = change.facts_about(_crowd(change.sources), _crowd(change.destinations))
    return (fact.question for fact in facts)


def _crowd(ends: Sequence[End]) -> str:
    return str(ends[0]) if len(ends) == 1 else f"{ends[0]} and {len(ends) - 1} more"


def _nothing_to_object(diff: ReachabilityDiff) -> str:
    if diff.empty:
        if diff.scope:
            return f"The change leaves connections {diff.scope} as they were."
        return "The change leaves what may talk to what as it was."
    known = (*diff.added, *diff.removed, *diff.changed, *diff.may_added, *diff.may_removed)
    whose = " for pods that are not known" if not known and _statements(diff) else ""
    lost = listing(_lost_isolation(diff))
    but = f", but isolation is lost: {lost}" if lost else ""
    return f"No rule objects to what changes{whose}{but}."


def _lost_isolation(diff: ReachabilityDiff) -> Iterator[str]:
    """Known workloads, and the pods of namespaces that show none."""
    for change in diff.isolation:
        if not change.isolated:
            yield f"{change.workload} for {change.direction}{_perhaps(change.certain)}"
    for statement in diff.symbolic.isolation:
        if not statement.isolated and not statement.known.in_every_namespace:
            yield f"{statement.pods} for {statement.direction}{_perhaps(statement.certain)}"


def _perhaps(certain: bool) -> str:
    return "" if certain else " (perhaps)"
