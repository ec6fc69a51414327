"""The shortest paths over each connection that is newly allowed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from edgewarden.reachability.concrete.bits import union
from edgewarden.reachability.paths.arcs import Arc

MOST_CHAINS = 200
MOST_STEPS = 20_000
"""After so many chains, or attempts to lengthen one, the search ends."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Arcs that follow each other, and the ends between them, as bits.

    Every end of a station is connected with every end of the next.
    """

    stations: tuple[int, ...]
    arcs: tuple[Arc, ...] = ()

    def __add__(self, other: "Chain") -> "Chain":
        return Chain(self.stations + other.stations, self.arcs + other.arcs)


@dataclass(frozen=True, slots=True)
class Search:
    """What was found; where not ``complete``, before all was."""

    chains: tuple[Chain, ...]
    complete: bool


class _ExhaustedError(Exception):
    """The search took as many steps as it may."""


def search(arcs: Sequence[Arc], sources: int, targets: int, passable: int, hops: int) -> Search:
    """The shortest chains of at most ``hops`` over each opened arc, the shortest first.

    They lead from ``sources`` to ``targets`` and in between over ``passable`` ends only. An end
    that a chain reaches without the opened arc is not passed after it: the way over the arc
    would be a detour.
    """
    return _Search(arcs, sources, targets, passable, hops).found()


class _Search:
    def __init__(
        self, arcs: Sequence[Arc], sources: int, targets: int, passable: int, hops: int
    ) -> None:
        self._hops = hops
        self._opened = [arc for arc in arcs if arc.opened]
        self._forward = list(_levels(sources, arcs, passable, hops))
        self._backward = list(_levels(targets, [_turned(arc) for arc in arcs], passable, hops))
        self._leaving = [_between(arcs, *pair) for pair in pairwise(self._forward)]
        self._closing = [_between(arcs, b, a) for a, b in pairwise(self._backward)]
        self._steps = 0

    def found(self) -> Search:
        chains: dict[tuple[int, ...], Chain] = {}
        try:
            for chain in self._chains():
                key = tuple(map(id, chain.arcs))
                if key not in chains and len(chains) == MOST_CHAINS:
                    return Search(tuple(chains.values()), complete=False)
                known = chains.get(key, chain)
                stations = (a | b for a, b in zip(known.stations, chain.stations, strict=True))
                chains[key] = Chain(tuple(stations), chain.arcs)
        except _ExhaustedError:
            return Search(tuple(chains.values()), complete=False)
        return Search(tuple(chains.values()), complete=True)

    def _chains(self) -> Iterator[Chain]:
        for length in range(self._hops):
            for before in range(length + 1):
                for arc in self._opened:
                    yield from self._over(arc, before, length - before)

    def _over(self, arc: Arc, before: int, after: int) -> Iterator[Chain]:
        """Chains with so many hops before and after ``arc``."""
        here = arc.within(self._forward[before], self._backward[after])
        if here is None:
            return
        for first in self._to(here.sources, before):
            passed = union(first.stations)
            for last in self._from(here.destinations & ~passed, after):
                rest = tuple(station & ~passed for station in last.stations)
                if all(rest):
                    yield first + Chain(rest, (arc, *last.arcs))

    def _to(self, ends: int, level: int) -> Iterator[Chain]:
        """The shortest chains from the sources to some of ``ends``, which are of that level."""
        if not level:
            yield Chain((ends,))
            return
        for arc in self._leaving[level - 1]:
            part = arc.within(self._forward[level - 1], ends)
            if part is not None:
                self._step()
                for chain in self._to(part.sources, level - 1):
                    yield chain + Chain((part.destinations,), (arc,))

    def _from(self, ends: int, level: int) -> Iterator[Chain]:
        """The shortest chains from some of ``ends``, which are of that level, to the targets."""
        if not ends:
            return
        if not level:
            yield Chain((ends,))
            return
        for arc in self._closing[level - 1]:
            part = arc.within(ends, self._backward[level - 1])
            if part is not None:
                self._step()
                for chain in self._from(part.destinations, level - 1):
                    yield Chain((part.sources,), (arc,)) + chain

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _ExhaustedError


def _levels(start: int, arcs: Sequence[Arc], passable: int, hops: int) -> Iterator[int]:
    """The ends at each distance from ``start`` along ``arcs``, less than ``hops`` away."""
    level, seen = start, 0
    for _ in range(hops):
        yield level
        seen |= level
        level = union(a.destinations for a in arcs if a.sources & level) & passable & ~seen


def _between(arcs: Iterable[Arc], sources: int, destinations: int) -> list[Arc]:
    return [a for a in arcs if a.sources & sources and a.destinations & destinations]


def _turned(arc: Arc) -> Arc:
    return Arc(arc.destinations, arc.sources, arc.ports)
