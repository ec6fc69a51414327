"""Edges pair by pair, each with its own facts and causes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from edgewarden.reachability.ends import End, end_key
from edgewarden.reachability.report import EdgeChange, Edges, MayChange, MayEdge

Between = TypeVar("Between", bound=Edges)


def one_by_one(several: Iterable[Between]) -> list[tuple[End, End, Between]]:
    """Sorted by the ends."""
    found = [
        (source, destination, _of_pair(edges, source, destination))
        for edges in several
        for source, destination in edges.pairs()
    ]
    return sorted(found, key=lambda each: (end_key(each[0]), end_key(each[1])))


def _of_pair(edges: Between, source: End, destination: End) -> Between:
    one = replace(edges, sources=(source,), destinations=(destination,))
    if isinstance(edges, MayEdge) and isinstance(one, MayEdge):
        one = replace(one, facts=edges.facts_of(source, destination))
    if isinstance(edges, EdgeChange | MayChange) and isinstance(one, EdgeChange | MayChange):
        one = replace(one, causes=edges.causes_of(source, destination))
    return one
