"""What changes between two sets of ends."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Role
from edgewarden.reachability.judgement import Doubt
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Fact, FactKind, of_pair


@dataclass(frozen=True, slots=True)
class Ends:
    """Workloads, as bits, and addresses outside the cluster; ranges are sorted and disjoint."""

    workloads: int = 0
    addresses: tuple[AddressEnd, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.workloads or self.addresses)


@dataclass(frozen=True, slots=True)
class ImpersonalFact:
    """A fact without whose pods it is about: those of one end, or of neither."""

    kind: FactKind
    about: Role | None
    text: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Ports that change under some answers to ``facts``.

    The facts are those of one pair, whose ends they name ``source`` and ``destination``;
    ``impersonal`` are the same facts without their ends.
    """

    ports: PortSet
    facts: tuple[Fact, ...]
    impersonal: frozenset[ImpersonalFact]
    source: str
    destination: str

    def facts_about(self, source: object, destination: object) -> tuple[Fact, ...]:
        """The facts of another pair."""
        return of_pair(self.facts, (self.source, self.destination), str(source), str(destination))

    @classmethod
    def between(cls, source: str, destination: str, doubt: Doubt) -> "Doubtful":
        """The doubt about one pair, whose ends facts name like this."""
        ends = {destination: Role.DESTINATION, source: Role.SOURCE}
        impersonal = frozenset(_impersonal(fact, ends.get(fact.subject)) for fact in doubt.facts)
        return cls(doubt.ports, doubt.facts, impersonal, source, destination)

    @property
    def kind(self) -> Hashable:
        """Equal for doubts that differ in nothing but whose pods their facts are about."""
        return self.ports, self.impersonal


def _impersonal(fact: Fact, about: Role | None) -> ImpersonalFact:
    text = fact.question if about is None else fact.question.replace(fact.subject, about)
    return ImpersonalFact(fact.kind, about, text)


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
    def kind(self) -> Hashable:
        """Equal for shifts that differ in nothing but whose pods their facts are about."""
        return (
            self.before,
            self.after,
            self.opened,
            self.closed,
            _kinds(self.may_open),
            _kinds(self.may_close),
        )


def _kinds(doubts: Iterable[Doubtful]) -> Hashable:
    return frozenset(each.kind for each in doubts)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """All connections from each of ``sources`` to each of ``destinations`` change alike."""

    sources: Ends
    destinations: Ends
    shift: Shift

    @classmethod
    def joining(cls, sources: Ends, destinations: Ends, some: Sequence["Rectangle"]) -> "Rectangle":
        """One rectangle of several with shifts of one kind."""
        return cls(sources, destinations, some[0].shift)
