"""What the JSON reports have in common: places, causes, facts and problems.

Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.reasons import Cause, Fact

Ports: TypeAlias = dict[str, list[list[int]]]
"""``{"TCP": [[80, 80]], ...}``: first and last port, both included."""


@dataclass(frozen=True, slots=True)
class PlaceReport:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class CauseReport:
    """``rule`` counts from 0 in the list of ``direction``; both may be absent."""

    kind: str
    side: str
    policy: str
    direction: str | None
    rule: int | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class FactReport:
    """``side`` says in which of two trees the place lies."""

    kind: str
    question: str
    file: str
    line: int
    side: str


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """``clusters`` are those that it is told of; none where it is one of the whole repository."""

    kind: str
    message: str
    remedy: str
    decisive: bool
    field: str
    namespaces: list[str]
    file: str
    line: int
    clusters: list[str]


def clean(text: str) -> str:
    """Bytes of a path that were not UTF-8 are spelled out: JSON has no way to hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def causes_report(causes: Iterable[Cause]) -> list[CauseReport]:
    return [
        CauseReport(
            kind=cause.kind.value,
            side=cause.side.value,
            policy=clean(str(cause.subject)),
            direction=cause.direction.value if cause.direction is not None else None,
            rule=cause.rule,
            file=clean(cause.location.path),
            line=cause.location.line,
        )
        for cause in causes
    ]


def facts_report(facts: Iterable[Fact]) -> list[FactReport]:
    return [
        FactReport(
            kind=fact.kind.value,
            question=clean(fact.question),
            file=clean(fact.location.path),
            line=fact.location.line,
            side=fact.side.value,
        )
        for fact in facts
    ]


def problem_report(problem: Problem, clusters: Sequence[str] = ()) -> ProblemReport:
    return ProblemReport(
        kind=problem.kind.value,
        message=clean(problem.message),
        remedy=clean(problem.remedy),
        decisive=problem.decisive,
        field=clean(problem.field),
        namespaces=sorted(map(clean, problem.namespaces)),
        file=clean(problem.location.path),
        line=problem.location.line,
        clusters=[*clusters],
    )


def place_report(location: Location) -> PlaceReport:
    return PlaceReport(clean(location.path), location.line)
