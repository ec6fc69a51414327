"""Edge changes as tables: which rows there are, in which order, and what they say."""

import operator
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from edgewarden.governance.exceptions import CoveredEdge, PolicyException
from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import Edge, EdgeChange, Edges, MayChange, MayEdge
from edgewarden.reporting.grouping import Product, fused
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import EdgeRow, EdgeTable, Why
from edgewarden.reporting.whys import closing_whys, first_questions, opening_whys, possible_whys
from edgewarden.reporting.wording import ports_text, time_left

_Shared = tuple[PortSet, tuple[Why, ...], tuple[Why, ...], tuple[str, ...]]
"""What the pairs of a row have in common: ports, causes, facts, exceptions."""
_Groups = defaultdict[_Shared, list[Product[End]]]


def opened(
    changes: Iterable[EdgeChange],
    covered: Iterable[CoveredEdge],
    now: datetime,
    namer: Namer,
) -> EdgeTable:
    """The ports that the changes open; rows that an exception covers say so."""
    notes = [(_product(edge.change), _note(edge.exception, now)) for edge in covered]
    groups: _Groups = defaultdict(list)
    for change in changes:
        if change.opened:
            causes = opening_whys(change.causes)
            for product, exceptions in _noted(_product(change), notes):
                groups[change.opened, causes, (), exceptions].append(product)
    return _table(groups, namer)


def closed(changes: Iterable[EdgeChange], namer: Namer) -> EdgeTable:
    """The ports that the changes close."""
    groups: _Groups = defaultdict(list)
    for change in changes:
        if change.closed:
            shared = (change.closed, closing_whys(change.causes), (), ())
            groups[shared].append(_product(change))
    return _table(groups, namer)


def may(changes: Iterable[MayChange], namer: Namer) -> EdgeTable:
    """The ports that open or close under some answers, each row with the facts behind it."""
    groups: _Groups = defaultdict(list)
    for change in changes:
        shared = (change.ports, possible_whys(change.causes), _facts(change, namer), ())
        groups[shared].append(_product(change))
    return _table(groups, namer)


def standing(edges: Iterable[Edge], namer: Namer) -> EdgeTable:
    """The edges of one state, which nothing caused."""
    groups: _Groups = defaultdict(list)
    for edge in edges:
        groups[edge.ports, (), (), ()].append(_product(edge))
    return _table(groups, namer)


def unsettled(edges: Iterable[MayEdge], namer: Namer) -> EdgeTable:
    """The edges of one state that hang on facts."""
    groups: _Groups = defaultdict(list)
    for edge in edges:
        groups[edge.ports, (), _facts(edge, namer), ()].append(_product(edge))
    return _table(groups, namer)


def row_text(row: EdgeRow) -> str:
    """``shop/web → shop/db on TCP 5432``."""
    return f"{row.source.text} → {row.target.text} on {row.ports}"


def _product(edges: Edges) -> Product[End]:
    return frozenset(edges.sources), frozenset(edges.destinations)


def _note(exception: PolicyException, now: datetime) -> str:
    return f"excepted by {exception.name}, {time_left(exception.expires_at, now)}"


def _noted(
    product: Product[End], notes: Iterable[tuple[Product[End], str]]
) -> list[tuple[Product[End], tuple[str, ...]]]:
    """Cut a product where some of its pairs have a note and others have not."""
    parts: list[tuple[Product[End], tuple[str, ...]]] = [(product, ())]
    for (some, others), note in notes:
        cut: list[tuple[Product[End], tuple[str, ...]]] = []
        for (sources, targets), known in parts:
            here, there = sources & some, targets & others
            if not here or not there:
                cut.append(((sources, targets), known))
                continue
            cut.append(((here, there), tuple(sorted({*known, note}))))
            if sources - some:
                cut.append(((sources - some, targets), known))
            if targets - others:
                cut.append(((here, targets - others), known))
        parts = cut
    return parts


def _facts(edges: MayEdge, namer: Namer) -> tuple[Why, ...]:
    """What would settle it, asked of all ends at once."""
    source, target = namer.party(edges.sources), namer.party(edges.destinations)
    return first_questions(edges.facts_about(source.text, target.text))


def _table(groups: _Groups, namer: Namer) -> EdgeTable:
    placed = []
    for (ports, causes, facts, exceptions), products in groups.items():
        for sources, targets in fused(products):
            source, target = namer.party(sources), namer.party(targets)
            row = EdgeRow(
                source=source,
                target=target,
                ports=ports_text(ports),
                whys=causes,
                facts=facts,
                exceptions=exceptions,
            )
            outside = max(_outside(sources), _outside(targets))
            itself = sources == targets and len(sources) == 1
            placed.append((-outside, itself, -row.pairs, _order(row), row))
    return EdgeTable(tuple(row for *_, row in sorted(placed, key=operator.itemgetter(0, 1, 2, 3))))


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
