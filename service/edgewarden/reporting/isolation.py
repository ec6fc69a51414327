"""Workloads and other pods that begin or cease to be isolated."""

from collections import defaultdict
from collections.abc import Iterable

from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.model import Direction
from edgewarden.reachability.report import IsolationChange
from edgewarden.reachability.symbolic.statements import IsolationStatement
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import IsolationRow, Party, Why
from edgewarden.reporting.whys import whys


def isolation_rows(
    changes: Iterable[IsolationChange], statements: Iterable[IsolationStatement], namer: Namer
) -> tuple[tuple[IsolationRow, ...], tuple[IsolationRow, ...]]:
    """Rows of the newly isolated and of those no longer isolated, by shared cause.

    Statements add the pods of namespaces that show no workload of the kind.
    """
    groups: dict[
        tuple[bool, Direction, bool, tuple[Why, ...]],
        list[WorkloadEnd],
    ] = defaultdict(list)
    for change in changes:
        key = (change.isolated, change.direction, change.certain, whys(change.causes))
        groups[key].append(change.workload)
    isolated: list[IsolationRow] = []
    released: list[IsolationRow] = []
    for (now_isolated, direction, certain, causes), workloads in groups.items():
        party = namer.party(workloads)
        row = IsolationRow(_text(party.text, direction, now_isolated, certain), party, causes)
        (isolated if now_isolated else released).append(row)
    for statement in statements:
        if not statement.known.in_every_namespace:
            (isolated if statement.isolated else released).append(_stated(statement))
    return _ordered(isolated), _ordered(released)


def _stated(statement: IsolationStatement) -> IsolationRow:
    pods = str(statement.pods)
    text = _text(pods, statement.direction, statement.isolated, statement.certain)
    return IsolationRow(text, Party(pods, (pods,), 1), whys(statement.causes))


def _text(who: str, direction: Direction, isolated: bool, certain: bool) -> str:
    change = "newly isolated" if isolated else "no longer isolated"
    return f"{who}: {'' if certain else 'may be '}{change} for {direction.value}"


def _ordered(rows: list[IsolationRow]) -> tuple[IsolationRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.workloads.count, row.text)))
