"""What is said over all pods that could exist, as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Bond,
    EndSet,
    Extent,
    StatedPorts,
    Statement,
    SymbolicDiff,
)
from edgewarden.reachability.symbolic.unions import together
from edgewarden.reachability.symbolic.wording import limits
from edgewarden.reporting.grouping import fused
from edgewarden.reporting.rows import Before, Kind, Place, StatementRow, Why
from edgewarden.reporting.whys import (
    closing_whys,
    fact_whys,
    object_text,
    opening_whys,
    possible_whys,
)
from edgewarden.reporting.wording import counted, ports_text


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the statements of one row have in common."""

    kind: Kind
    ports: StatedPorts
    whys: tuple[Why, ...]
    facts: tuple[Why, ...]
    limits: str


_Pair: TypeAlias = tuple[EndSet, EndSet]


def statement_rows(symbolic: SymbolicDiff) -> tuple[StatementRow, ...]:
    """In the order of the statements; those that differ in one end only are one row."""
    groups: dict[_Shared, dict[_Pair, Statement]] = defaultdict(dict)
    for shared, statement in _shared(symbolic):
        groups[shared][statement.source, statement.destination] = statement
    placed = [row for shared, statements in groups.items() for row in _rows(shared, statements)]
    return tuple(placed)


def _shared(symbolic: SymbolicDiff) -> Iterator[tuple[_Shared, Statement]]:
    for each in symbolic.opened:
        if each.facts:
            yield _of(Kind.MAY_OPEN, each, possible_whys(each.causes)), each
        else:
            yield _of(Kind.OPENED, each, opening_whys(each.causes)), each
    for each in symbolic.closed:
        if each.facts:
            yield _of(Kind.MAY_CLOSE, each, possible_whys(each.causes)), each
        else:
            yield _of(Kind.CLOSED, each, closing_whys(each.causes)), each


def _of(kind: Kind, statement: Statement, whys: tuple[Why, ...]) -> _Shared:
    return _Shared(
        kind,
        statement.ports,
        whys,
        fact_whys(statement.facts),
        limits(statement.guard, statement.unsubtracted),
    )


def _rows(shared: _Shared, statements: Mapping[_Pair, Statement]) -> Iterator[StatementRow]:
    for sources, targets in fused((frozenset((s,)), frozenset((t,))) for s, t in statements):
        mine = [each for (s, t), each in statements.items() if s in sources and t in targets]
        bonds = [bond for each in mine for bond in each.before]
        yield StatementRow(
            kind=shared.kind,
            source=together(sources),
            target=together(targets),
            ports=ports_text(shared.ports),
            whys=shared.whys,
            facts=shared.facts,
            limits=shared.limits,
            before=tuple(_before(bonds)),
            known=_known(mine),
            witnessed=all(each.certain and each.witnessed for each in mine),
        )


_ENDS = {Direction.EGRESS: "source", Direction.INGRESS: "destination"}


def _before(bonds: Iterable[Bond]) -> Iterator[Before]:
    """``source not isolated``, ``destination isolated in part``."""
    every = tuple(bonds)
    for direction, end in _ENDS.items():
        mine = [bond for bond in every if bond.direction is direction]
        extents = {bond.isolated for bond in mine}
        if extents == {Extent.ALL}:
            yield Before(f"{end} isolated", tuple(dict.fromkeys(_policies(mine))))
        elif extents == {Extent.NONE}:
            yield Before(f"{end} not isolated", ())
        elif extents:
            yield Before(f"{end} isolated in part", ())


def _policies(bonds: Iterable[Bond]) -> Iterator[Why]:
    for bond in bonds:
        for ref, location in bond.policies:
            yield Why(object_text(ref), Place(location, Side.BASE))


def _known(statements: Collection[Statement]) -> str:
    """How many known workloads the statements concern, which have nothing in common."""
    pairs = sum(each.known_pairs for each in statements)
    if pairs:
        return counted(pairs, "known pair")
    alone = max(
        (
            max(each.sources.workloads, each.destinations.workloads)
            for each in statements
            if isinstance(each.source, AddressSet) or isinstance(each.destination, AddressSet)
        ),
        default=0,
    )
    return counted(alone, "known workload") if alone else "no known workload"
