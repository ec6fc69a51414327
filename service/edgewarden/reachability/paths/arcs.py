"""Connections as arcs between sets of numbered ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.reasons import Cause


@dataclass(frozen=True, slots=True)
class Arc:
    """Connections from each of ``sources`` to each of ``destinations``, which are bits.

    ``opened`` are those of ``ports`` that are newly allowed, for ``causes``.
    """

    sources: int
    destinations: int
    ports: PortSet
    opened: PortSet = NO_PORTS
    causes: tuple[Cause, ...] = ()

    def within(self, sources: int, destinations: int) -> "Arc | None":
        """The part of it between some ends."""
        some, others = self.sources & sources, self.destinations & destinations
        return replace(self, sources=some, destinations=others) if some and others else None


def marked(standing: Iterable[Arc], opened: Sequence[Arc]) -> Iterator[Arc]:
    """The arcs of the head, cut so that each is newly allowed in whole or not at all."""
    for arc in standing:
        parts = [arc]
        for new in opened:
            parts = [piece for part in parts for piece in _cut(part, new)]
        yield from parts


def _cut(arc: Arc, new: Arc) -> Iterator[Arc]:
    sources, destinations = arc.sources & new.sources, arc.destinations & new.destinations
    common = arc.within(new.sources, new.destinations)
    if common is None:
        yield arc
        return
    yield replace(common, opened=new.opened & arc.ports, causes=new.causes)
    if arc.sources & ~sources:
        yield replace(arc, sources=arc.sources & ~sources)
    if arc.destinations & ~destinations:
        yield replace(arc, sources=sources, destinations=arc.destinations & ~destinations)
