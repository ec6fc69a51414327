"""Workloads and other pods that begin or cease to be isolated."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.report import IsolationChange
from edgewarden.reachability.symbolic.statements import IsolationStatement, PodSet
from edgewarden.reachability.wording import listed
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import IsolationRow, Party, Why
from edgewarden.reporting.whys import whys


@dataclass(frozen=True, slots=True)
class _Turn:
    """What pods have in common whose isolation changes alike."""

    isolated: bool
    certain: bool

    def text(self, who: str, directions: Iterable[Direction]) -> str:
        change = "newly isolated" if self.isolated else "no longer isolated"
        return f"{who}: {'' if self.certain else 'may be '}{change} for {listed([*directions])}"


_Causes: TypeAlias = dict[Direction, tuple[Cause, ...]]


def isolation_rows(
    changes: Iterable[IsolationChange], statements: Iterable[IsolationStatement], namer: Namer
) -> tuple[tuple[IsolationRow, ...], tuple[IsolationRow, ...]]:
    """Rows of the newly isolated and of those no longer isolated, by shared cause.

    Statements add the pods of namespaces that show no workload of the kind.
    """
    turns: dict[tuple[WorkloadEnd, _Turn], _Causes] = defaultdict(dict)
    for change in changes:
        turn = _Turn(change.isolated, change.certain)
        turns[change.workload, turn][change.direction] = change.causes
    groups: dict[tuple[_Turn, tuple[Direction, ...], tuple[Why, ...]], list[WorkloadEnd]]
    groups = defaultdict(list)
    for (workload, turn), causes in turns.items():
        groups[turn, tuple(causes), _whys(causes)].append(workload)
    stated: dict[tuple[PodSet, _Turn], _Causes] = defaultdict(dict)
    for statement in statements:
        if not statement.known.in_every_namespace:
            turn = _Turn(statement.isolated, statement.certain)
            stated[statement.pods, turn][statement.direction] = statement.causes
    rows: dict[bool, list[IsolationRow]] = {True: [], False: []}
    for (turn, directions, reasons), workloads in groups.items():
        party = namer.party(workloads)
        row = IsolationRow(turn.text(party.text, directions), party, reasons)
        rows[turn.isolated].append(row)
    for (pods, turn), causes in stated.items():
        party = Party(str(pods), (str(pods),))
        rows[turn.isolated].append(
            IsolationRow(turn.text(party.text, causes), party, _whys(causes))
        )
    return _ordered(rows[True]), _ordered(rows[False])


def _whys(causes: Mapping[Direction, tuple[Cause, ...]]) -> tuple[Why, ...]:
    """Without the directions where the same accounts for both."""
    alike = {tuple(replace(each, direction=None) for each in some) for some in causes.values()}
    if len(causes) > 1 and len(alike) == 1:
        return whys(alike.pop())
    return whys(dict.fromkeys(chain.from_iterable(causes.values())))


def _ordered(rows: list[IsolationRow]) -> tuple[IsolationRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.workloads.count, row.text)))
