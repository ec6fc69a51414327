"""The JSON of edges, pair by pair: what each report lists of every pair of its ends.

Every text is one that UTF-8 can encode.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from operator import itemgetter
from typing import TypeAlias, TypeVar

from edgewarden.reachability.ends import End, end_key
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.report import CausesByEnd, Edge, EdgeChange, Edges, MayChange, MayEdge
from edgewarden.reporting.json_parts import (
    CauseReport,
    FactReport,
    Ports,
    causes_report,
    clean,
    facts_report,
)

MOST_REASONS = 100
"""Causes, and facts, that are told of one pair of ends; the others are counted."""


@dataclass(frozen=True, slots=True)
class EdgeReport:
    """``src`` and ``dst`` are ``namespace/name[Kind]`` or ``first-last`` addresses.

    ``causes_left_out`` counts causes beyond those that are listed. ``clusters`` are those that it
    is told of.
    """

    src: str
    dst: str
    ports: Ports
    because: str
    causes: list[CauseReport]
    causes_left_out: int
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class ChangedEdgeReport:
    src: str
    dst: str
    before: Ports
    after: Ports
    because: str
    causes: list[CauseReport]
    causes_left_out: int
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class MayEdgeReport:
    """``facts_left_out`` counts facts beyond those that are listed."""

    src: str
    dst: str
    ports: Ports
    because: str
    causes: list[CauseReport]
    causes_left_out: int
    facts: list[FactReport]
    facts_left_out: int
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class StandingEdgeReport:
    src: str
    dst: str
    ports: Ports


@dataclass(frozen=True, slots=True)
class StandingMayEdgeReport:
    src: str
    dst: str
    ports: Ports
    facts: list[FactReport]
    facts_left_out: int


_Told = TypeVar("_Told")
_OfPair: TypeAlias = Callable[[End, End], _Told]


def pair_by_pair(several: Iterable[tuple[Edges, _OfPair[_Told]]]) -> Iterator[_Told]:
    """What there is to tell of every pair, sorted by its ends, by what tells it of those edges."""
    told = merge(*(_in_order(edges, tell) for edges, tell in several), key=itemgetter(0))
    return map(itemgetter(1), told)


def _in_order(edges: Edges, tell: _OfPair[_Told]) -> Iterator[tuple[object, _Told]]:
    """With what sorts the pairs, which come in that order."""
    destinations = [(end_key(each), each) for each in edges.destinations]
    for source in edges.sources:
        place = end_key(source)
        for there, destination in destinations:
            yield (place, there), tell(source, destination)


def added(change: EdgeChange, clusters: list[str]) -> _OfPair[EdgeReport]:
    return _edge(change, change.after.as_mapping(), clusters)


def removed(change: EdgeChange, clusters: list[str]) -> _OfPair[EdgeReport]:
    return _edge(change, change.before.as_mapping(), clusters)


def _edge(change: EdgeChange, ports: Ports, clusters: list[str]) -> _OfPair[EdgeReport]:
    causes = _CausesOfPairs(change.causes)

    def tell(source: End, destination: End) -> EdgeReport:
        told, left_out = causes.of(source, destination)
        return EdgeReport(
            src=clean(str(source)),
            dst=clean(str(destination)),
            ports=ports,
            because=change.because.value,
            causes=told,
            causes_left_out=left_out,
            clusters=clusters,
        )

    return tell


def changed(change: EdgeChange, clusters: list[str]) -> _OfPair[ChangedEdgeReport]:
    before, after = change.before.as_mapping(), change.after.as_mapping()
    causes = _CausesOfPairs(change.causes)

    def tell(source: End, destination: End) -> ChangedEdgeReport:
        told, left_out = causes.of(source, destination)
        return ChangedEdgeReport(
            src=clean(str(source)),
            dst=clean(str(destination)),
            before=before,
            after=after,
            because=change.because.value,
            causes=told,
            causes_left_out=left_out,
            clusters=clusters,
        )

    return tell


def possible(change: MayChange, clusters: list[str]) -> _OfPair[MayEdgeReport]:
    ports, causes = change.ports.as_mapping(), _CausesOfPairs(change.causes)
    some, facts_left_out = _some_facts(change)

    def tell(source: End, destination: End) -> MayEdgeReport:
        told, left_out = causes.of(source, destination)
        return MayEdgeReport(
            src=clean(str(source)),
            dst=clean(str(destination)),
            ports=ports,
            because=change.because.value,
            causes=told,
            causes_left_out=left_out,
            facts=facts_report(some.facts_of(source, destination)),
            facts_left_out=facts_left_out,
            clusters=clusters,
        )

    return tell


def standing(edge: Edge) -> _OfPair[StandingEdgeReport]:
    ports = edge.ports.as_mapping()
    return lambda source, destination: StandingEdgeReport(
        clean(str(source)), clean(str(destination)), ports
    )


def possibly_standing(edge: MayEdge) -> _OfPair[StandingMayEdgeReport]:
    ports = edge.ports.as_mapping()
    some, left_out = _some_facts(edge)
    return lambda source, destination: StandingMayEdgeReport(
        clean(str(source)),
        clean(str(destination)),
        ports,
        facts_report(some.facts_of(source, destination)),
        left_out,
    )


def _some_facts(edge: MayEdge) -> tuple[MayEdge, int]:
    """The edge with as many facts as are told, and the number of the others."""
    left_out = max(0, len(edge.facts) - MOST_REASONS)
    return replace(edge, facts=edge.facts[:MOST_REASONS]), left_out


class _CausesOfPairs:
    """Why pairs changed; pairs with the same causes share a list of them."""

    def __init__(self, causes: Sequence[Cause]) -> None:
        self._causes = CausesByEnd(causes)
        self._told: dict[tuple[int, ...], list[CauseReport]] = {}

    def of(self, source: End, destination: End) -> tuple[list[CauseReport], int]:
        """The first causes, and the number of the others."""
        causes = self._causes.of((source, destination))
        first = causes[:MOST_REASONS]
        same = tuple(map(id, first))
        told = self._told.get(same)
        if told is None:
            told = self._told[same] = causes_report(first)
        return told, len(causes) - len(first)
