"""Edge changes as tables: which rows there are, in which order, and what they say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from edgewarden.governance.exceptions import CoveredEdge
from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import Edge, EdgeChange, MayChange, MayEdge
from edgewarden.reporting.grouping import rectangles
from edgewarden.reporting.parties import Namer, closing_whys, fact_whys, opening_whys, possible_whys
from edgewarden.reporting.rows import EdgeRow, EdgeTable, Why
from edgewarden.reporting.wording import ports_text, time_left

_Shared = tuple[PortSet, tuple[Why, ...], tuple[Why, ...], tuple[str, ...]]
"""What the pairs of a row have in common: ports, causes, facts, exceptions."""


def opened(
    changes: Iterable[EdgeChange],
    covered: Iterable[CoveredEdge],
    now: datetime,
    namer: Namer,
) -> EdgeTable:
    """The ports that the changes open; rows that an exception covers say so."""
    excepted: dict[tuple[End, End], set[str]] = defaultdict(set)
    for edge in covered:
        note = f"excepted by {edge.exception.name}, {time_left(edge.exception.expires_at, now)}"
        excepted[edge.change.src, edge.change.dst].add(note)
    groups: dict[_Shared, list[tuple[End, End]]] = defaultdict(list)
    for change in changes:
        if change.opened:
            ends = (change.src, change.dst)
            notes = tuple(sorted(excepted.get(ends, ())))
            groups[change.opened, opening_whys(change.causes), (), notes].append(ends)
    return _table(groups, namer)


def closed(changes: Iterable[EdgeChange], namer: Namer) -> EdgeTable:
    """The ports that the changes close."""
    groups: dict[_Shared, list[tuple[End, End]]] = defaultdict(list)
    for change in changes:
        if change.closed:
            shared = (change.closed, closing_whys(change.causes), (), ())
            groups[shared].append((change.src, change.dst))
    return _table(groups, namer)


def may(changes: Iterable[MayChange], namer: Namer) -> EdgeTable:
    """The ports that open or close under some answers, each row with the facts behind it."""
    groups: dict[_Shared, list[tuple[End, End]]] = defaultdict(list)
    for change in changes:
        shared = (change.ports, possible_whys(change.causes), fact_whys(change.facts), ())
        groups[shared].append((change.src, change.dst))
    return _table(groups, namer)


def standing(edges: Iterable[Edge], namer: Namer) -> EdgeTable:
    """The edges of one state, which nothing caused."""
    groups: dict[_Shared, list[tuple[End, End]]] = defaultdict(list)
    for edge in edges:
        groups[edge.ports, (), (), ()].append((edge.src, edge.dst))
    return _table(groups, namer)


def unsettled(edges: Iterable[MayEdge], namer: Namer) -> EdgeTable:
    """The edges of one state that hang on facts."""
    groups: dict[_Shared, list[tuple[End, End]]] = defaultdict(list)
    for edge in edges:
        groups[edge.ports, (), fact_whys(edge.facts), ()].append((edge.src, edge.dst))
    return _table(groups, namer)


def row_text(row: EdgeRow) -> str:
    """``shop/web → shop/db on TCP 5432``."""
    return f"{row.source.text} → {row.target.text} on {row.ports}"


def _table(groups: dict[_Shared, list[tuple[End, End]]], namer: Namer) -> EdgeTable:
    placed = []
    for (ports, causes, facts, exceptions), pairs in groups.items():
        for sources, targets in rectangles(pairs):
            source, target = namer.party(sources), namer.party(targets)
            row = EdgeRow(
                source=source,
                target=target,
                ports=ports_text(ports),
                whys=causes,
                pairs=source.count * target.count,
                facts=facts,
                exceptions=exceptions,
            )
            placed.append((max(_outside(sources), _outside(targets)), row))
    placed.sort(key=lambda each: (-each[0], -each[1].pairs, _order(each[1])))
    rows = tuple(row for _, row in placed)
    return EdgeTable(rows, sum(row.pairs for row in rows))


def _outside(ends: Iterable[End]) -> float:
    """The share of an address family that is among the ends: what faces the internet is widest."""
    shares = {4: 0.0, 6: 0.0}
    for end in ends:
        if isinstance(end, AddressEnd):
            size = int(end.last) - int(end.first) + 1
            shares[end.first.version] += size / (1 << end.first.max_prefixlen)
    return round(max(shares.values()), 2)


def _order(row: EdgeRow) -> tuple[tuple[str, ...], tuple[str, ...], str, tuple[str, ...]]:
    return (
        row.source.members,
        row.target.members,
        row.ports,
        tuple(f"{why.text} {why.place.location}" for why in (*row.whys, *row.facts)),
    )
