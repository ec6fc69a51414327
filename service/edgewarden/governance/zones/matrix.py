"""What may pass between zones, by their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from edgewarden.governance.zones.zones import ALLOWED, ANY, NO_ZONE, Dimension, Terms
from edgewarden.reachability.symbolic.restrictions import Values

_ANOTHER = "\0"
"""Stands for each zone that nothing names; no label has this value."""


@dataclass(frozen=True, slots=True)
class Passage:
    """From each zone of ``source`` to each of ``destination``; ``None`` is being in no zone.

    Where ``unsure`` the two may be one and the same zone, and then everything may pass.
    """

    source: Values
    destination: Values
    terms: Terms
    unsure: bool = False


@dataclass(frozen=True)
class Matrix:
    """The terms of every pair of zones of a dimension."""

    dimension: Dimension

    @cached_property
    def _cells(self) -> dict[tuple[str | None, str | None], Terms]:
        return {
            (_name(cell.source), _name(cell.destination)): cell.terms
            for cell in self.dimension.cells
        }

    @cached_property
    def _named(self) -> frozenset[str | None]:
        """The zones that cells name."""
        return frozenset(name for pair in self._cells for name in pair if name != ANY)

    def terms(self, source: str | None, destination: str | None) -> Terms:
        """Those of one pair; ``None`` is being in no zone.

        A cell that names both goes before one that says ``ANY`` of an end. Of those that do the
        reader refuses two which disagree.
        """
        cells, dimension = self._cells, self.dimension
        if (source, destination) in cells:
            return cells[source, destination]
        if source == destination:
            return ALLOWED
        for pair in ((ANY, destination), (source, ANY), (ANY, ANY)):
            if pair in cells:
                return cells[pair]
        if dimension.across is not None and source is not None and destination is not None:
            return dimension.across
        return dimension.otherwise

    def passages(self, source: Values, destination: Values) -> Iterator[Passage]:
        """All pairs of zones of the two sets, those together that differ in nothing."""
        told = self._named | source.listed | destination.listed
        alike: dict[tuple[tuple[Values, Terms, bool], ...], Values] = {}
        for zone in _classes(destination, told):
            found: dict[tuple[Terms, bool], Values] = {}
            for other in _classes(source, told):
                name, whither = _representative(other), _representative(zone)
                unsure = name == whither == _ANOTHER
                terms = self.terms(name, f"{_ANOTHER}{_ANOTHER}" if unsure else whither)
                known = found.get((terms, unsure))
                found[terms, unsure] = other if known is None else known.union(other)
            key = tuple((values, *what) for what, values in found.items())
            alike[key] = alike[key].union(zone) if key in alike else zone
        for several, zones in alike.items():
            for values, terms, unsure in several:
                yield Passage(values, zones, terms, unsure)


def _name(written: str) -> str | None:
    return None if written == NO_ZONE else written


def _classes(zones: Values, told: frozenset[str | None]) -> Iterator[Values]:
    """``zones`` one by one as far as they are ``told``, and all others together."""
    for name in sorted((each for each in told if each in zones), key=lambda each: each or ""):
        yield Values.only(name)
    if rest := zones - Values(told):
        yield rest


def _representative(zones: Values) -> str | None:
    if zones.inverted:
        return _ANOTHER
    (name,) = zones.listed
    return name
