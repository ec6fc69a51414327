"""What is said over all pods that could exist, as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.symbolic.importance import MANY_ADDRESSES, breadth
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    Bond,
    CertainGrounds,
    EndSet,
    Extent,
    PodSet,
    Precision,
    Reach,
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
    first_questions,
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
    conditional: bool


_MOST_NAMED = 3
_Pair: TypeAlias = tuple[EndSet, EndSet]


def statement_rows(symbolic: SymbolicDiff) -> tuple[StatementRow, ...]:
    """In the order of the statements; those that differ in one end only are one row."""
    groups: dict[_Shared, dict[_Pair, Statement]] = defaultdict(dict)
    for shared, statement in _shared(symbolic):
        groups[shared][statement.source, statement.destination] = statement
    placed = [row for shared, statements in groups.items() for row in _rows(shared, statements)]
    return tuple(placed)


def _shared(symbolic: SymbolicDiff) -> Iterator[tuple[_Shared, Statement]]:
    for statements, certain, doubtful, why in (
        (symbolic.opened, Kind.OPENED, Kind.MAY_OPEN, opening_whys),
        (symbolic.closed, Kind.CLOSED, Kind.MAY_CLOSE, closing_whys),
    ):
        grounds = CertainGrounds(statements)
        for each in statements:
            if not each.facts or grounds.cover(each):
                yield _of(certain, each, why(each.causes), ()), each
            else:
                yield (
                    _of(doubtful, each, possible_whys(each.causes), first_questions(each.facts)),
                    each,
                )


def _of(kind: Kind, statement: Statement, whys: tuple[Why, ...], facts: tuple[Why, ...]) -> _Shared:
    return _Shared(
        kind,
        statement.ports,
        whys,
        facts,
        limits(statement.guard, statement.unsubtracted),
        statement.conditional,
    )


def _rows(shared: _Shared, statements: Mapping[_Pair, Statement]) -> Iterator[StatementRow]:
    for sources, targets in fused((frozenset((s,)), frozenset((t,))) for s, t in statements):
        mine = [each for (s, t), each in statements.items() if s in sources and t in targets]
        bonds = [bond for each in mine for bond in each.before]
        known = _known(mine)
        yield StatementRow(
            kind=shared.kind,
            source=together(sources),
            target=together(targets),
            crowd=_crowd(mine),
            from_internet=any(each.reach in _FROM_INTERNET for each in mine),
            ports=ports_text(shared.ports),
            whys=shared.whys,
            facts=shared.facts,
            limits=shared.limits,
            doubt="" if shared.facts else _doubt(mine),
            before=tuple(_before(bonds)),
            known=known or "no known workload",
            seen=bool(known),
            witnessed=all(each.precision is Precision.EXACT and each.witnessed for each in mine),
            conditional=shared.conditional,
        )


_FROM_INTERNET = {Reach.INTERNET, Reach.EVERYTHING}


def _crowd(statements: Collection[Statement]) -> str:
    """``the internet and every pod in every namespace but some``."""
    reaches = {each.reach for each in statements if isinstance(each.destination, PodSet)}
    sources = [each.source for each in statements]
    pods = [each for each in sources if not isinstance(each, AddressSet)]
    parts = []
    if Reach.EVERYTHING in reaches:
        parts.append(_INTERNET)
    elif Reach.INTERNET in reaches:
        parts.append(_outside([each for each in sources if isinstance(each, AddressSet)]))
    if reaches & {Reach.EVERY_POD, Reach.EVERYTHING}:
        every = together(pods) in {(str(PodSet()),), (str(Anything()),)}
        parts.append(f"every pod in every namespace{'' if every else ' but some'}")
    return " and ".join(parts)


_INTERNET = "the internet"
_LONGEST_ADDRESSES = 80


def _outside(sources: Collection[AddressSet]) -> str:
    """The internet, or the addresses of it that are meant where they are few."""
    if any(breadth(each) <= MANY_ADDRESSES for each in sources):
        return _INTERNET
    text = ", ".join(together(sources))
    return text if len(text) <= _LONGEST_ADDRESSES else "addresses of the internet"


def _doubt(statements: Collection[Statement]) -> str:
    """Of which namespaces policies of other kinds could say otherwise, where of some only."""
    doubtful = [each for each in statements if each.facts]
    if not doubtful:
        return ""
    names = _listed_namespaces(doubtful)
    names -= _listed_namespaces(each for each in statements if each.certain)
    first, more = sorted(names)[:_MOST_NAMED], len(names) - _MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    noun = "namespace" if len(names) == 1 else "namespaces"
    return f"not certain in {noun} {', '.join(first)}{rest}, where other kinds of policies stand"


def _listed_namespaces(statements: Iterable[Statement]) -> set[str]:
    return {
        name
        for each in statements
        for end in (each.source, each.destination)
        if isinstance(end, PodSet) and not end.namespaces.inverted
        for name in end.namespaces.listed
        if name is not None
    }


_ENDS = {Direction.EGRESS: "source", Direction.INGRESS: "destination"}


def _before(bonds: Iterable[Bond]) -> Iterator[Before]:
    """``source not isolated for egress``, ``destination isolated for ingress in part``."""
    every = tuple(bonds)
    for direction, end in _ENDS.items():
        mine = [bond for bond in every if bond.direction is direction]
        extents = {bond.isolated for bond in mine}
        if extents == {Extent.ALL}:
            yield _bound(f"{end} isolated for {direction}", mine)
        elif extents == {Extent.NONE}:
            yield Before(f"{end} not isolated for {direction}", ())
        elif extents:
            yield _bound(f"{end} isolated for {direction} in part", mine)


def _bound(text: str, bonds: Collection[Bond]) -> Before:
    policies = tuple(dict.fromkeys(_policies(bonds)))
    return Before(text, policies, any(bond.left_out for bond in bonds))


def _policies(bonds: Iterable[Bond]) -> Iterator[Why]:
    for bond in bonds:
        for ref, location in bond.policies:
            yield Why(object_text(ref), Place(location, Side.BASE))


def _known(statements: Collection[Statement]) -> str:
    """How many known workloads the statements concern, which have nothing in common, if any."""
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
    return counted(alone, "known workload") if alone else ""
