"""What changes between two sets of ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import AddressEnd, Fact


@dataclass(frozen=True, slots=True)
class Ends:
    """Workloads, as bits, and addresses outside the cluster; ranges are sorted and disjoint."""

    workloads: int = 0
    addresses: tuple[AddressEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Ports that change under some answers to ``facts``."""

    ports: PortSet
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """How the connections of a pair change.

    ``before`` and ``after`` are certainly allowed; ``opened`` certainly are now and certainly
    were not, ``closed`` the reverse. The facts of what is doubtful are those of one pair: other
    pairs of a rectangle have the same ones about pods of their own.
    """

    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet
    may_open: tuple[Doubtful, ...] = ()
    may_close: tuple[Doubtful, ...] = ()

    @classmethod
    def certain(cls, before: PortSet, after: PortSet) -> "Shift":
        """The shift of a pair of which nothing hangs on facts."""
        return cls(before, after, after - before, before - after)

    @property
    def kind(self) -> object:
        """Equal for shifts that differ in nothing but whose pods their facts are about."""
        return (
            self.before,
            self.after,
            self.opened,
            self.closed,
            _kinds(self.may_open),
            _kinds(self.may_close),
        )


def _kinds(doubts: Sequence[Doubtful]) -> object:
    return frozenset(
        (each.ports, frozenset((fact.kind, fact.location) for fact in each.facts))
        for each in doubts
    )


@dataclass(frozen=True, slots=True)
class Rectangle:
    """All connections from each of ``sources`` to each of ``destinations`` change alike."""

    sources: Ends
    destinations: Ends
    shift: Shift
