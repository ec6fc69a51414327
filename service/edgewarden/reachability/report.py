"""What the engine answers: the edges of a state, and the difference of two states."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from edgewarden.reachability.ends import End, WorkloadEnd, end_key
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Because, Cause, Fact, of_pair
from edgewarden.reachability.symbolic.statements import NO_STATEMENTS, SymbolicDiff


@dataclass(frozen=True, slots=True)
class Edges:
    """All connections from each of ``sources`` to each of ``destinations``.

    Both are sorted, workloads before addresses, and only one of them has addresses. What is said
    of edges holds for every pair of ends.
    """

    sources: tuple[End, ...]
    destinations: tuple[End, ...]

    def pairs(self) -> Iterator[tuple[End, End]]:
        return product(self.sources, self.destinations)

    @property
    def example(self) -> tuple[End, End]:
        """The first pair, of two different ends if there is one."""
        return next((pair for pair in self.pairs() if pair[0] != pair[1]), next(self.pairs()))

    def ends(self) -> tuple[End, ...]:
        return (*self.sources, *self.destinations)

    @property
    def place(self) -> tuple[object, ...]:
        """Sorts edges by their first pair."""
        return end_key(self.sources[0]), end_key(self.destinations[0])


@dataclass(frozen=True, slots=True)
class Edge(Edges):
    """``ports`` are those on which each source may open connections to each destination."""

    ports: PortSet


@dataclass(frozen=True, slots=True)
class MayEdge(Edges):
    """Edges that exist under some answers to ``facts`` and not under others.

    The facts name the ends of ``example``; other pairs hang on the same about their own ends.
    """

    ports: PortSet
    facts: tuple[Fact, ...]

    @property
    def place(self) -> tuple[object, ...]:
        return end_key(self.sources[0]), end_key(self.destinations[0]), self.facts

    def facts_of(self, source: End, destination: End) -> tuple[Fact, ...]:
        """The facts on which one of the pairs hangs."""
        return self.facts_about(str(source), str(destination))

    def facts_about(self, source: str, destination: str) -> tuple[Fact, ...]:
        """The facts with other names for the two ends."""
        first, second = self.example
        return of_pair(self.facts, (str(first), str(second)), source, destination)


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The edges of one state, sorted; certain ones and *may* ones are disjoint.

    ``scope`` says which connections were asked about, as in ``to shop/db``; empty for all.
    """

    edges: tuple[Edge, ...]
    may_edges: tuple[MayEdge, ...]
    scope: str = ""


@dataclass(frozen=True, slots=True)
class EdgeChange(Edges):
    """Pairs whose certainly allowed ports differ alike.

    ``before`` and ``after`` are the ports that are certainly allowed in base and head;
    ``opened`` those that are certainly allowed now and certainly were not, ``closed`` the
    reverse. Causes are sorted and never empty; those that lie in an end are about that end.
    """

    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet
    because: Because
    causes: tuple[Cause, ...]

    def causes_of(self, source: End, destination: End) -> tuple[Cause, ...]:
        """Why one of the pairs changed."""
        return concerning(self.causes, (source, destination))


@dataclass(frozen=True, slots=True)
class MayChange(MayEdge):
    """``ports`` that change under some answers to ``facts``."""

    because: Because
    causes: tuple[Cause, ...]

    def causes_of(self, source: End, destination: End) -> tuple[Cause, ...]:
        """What one of the pairs goes back to."""
        return concerning(self.causes, (source, destination))


@dataclass(frozen=True, slots=True)
class IsolationChange:
    """A known workload that becomes isolated in ``direction``, or is so no longer.

    ``certain`` is false where facts decide whether a policy selects the workload.
    """

    workload: WorkloadEnd
    direction: Direction
    isolated: bool
    certain: bool
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ReachabilityDiff:
    """Everything that differs between two states of one cluster, sorted throughout.

    ``added`` were not allowed on any port before, ``removed`` are not any more, ``changed``
    are allowed on other ports. Those lists are about the workloads that either state shows, and
    ``symbolic`` is about all pods that could exist, these included. ``unjudged`` are changed
    policies of kinds that are not judged, of which neither says anything. ``scope`` says which
    connections were asked about, as in ``to shop/db``; empty for all.
    """

    added: tuple[EdgeChange, ...] = ()
    removed: tuple[EdgeChange, ...] = ()
    changed: tuple[EdgeChange, ...] = ()
    may_added: tuple[MayChange, ...] = ()
    may_removed: tuple[MayChange, ...] = ()
    isolation: tuple[IsolationChange, ...] = ()
    symbolic: SymbolicDiff = NO_STATEMENTS
    unjudged: tuple[Problem, ...] = ()
    scope: str = ""

    @property
    def empty(self) -> bool:
        return not (
            self.added
            or self.removed
            or self.changed
            or self.may_added
            or self.may_removed
            or self.isolation
            or not self.symbolic.empty
            or self.unjudged
        )


class CausesByEnd:
    """Causes, found by the workload or the namespace that they lie in."""

    def __init__(self, causes: Iterable[Cause]) -> None:
        self._causes = tuple(causes)
        self._of_all = [n for n, cause in enumerate(self._causes) if not cause.of_an_end]
        self._of_ends: dict[tuple[str, ...], list[int]] = {}
        for place, cause in enumerate(self._causes):
            if cause.of_an_end:
                subject = cause.subject
                whole = (subject.namespace, subject.name, subject.kind)
                key = whole if subject.namespace else (subject.name,)
                self._of_ends.setdefault(key, []).append(place)

    def of(self, ends: Iterable[End]) -> tuple[Cause, ...]:
        """Those that lie in policies, and those that lie in one of ``ends``, in their order."""
        keys = dict.fromkeys(
            key
            for end in ends
            if isinstance(end, WorkloadEnd)
            for key in (end.identity, (end.namespace,))
        )
        places = [place for key in keys for place in self._of_ends.get(key, ())]
        return tuple(self._causes[place] for place in sorted((*self._of_all, *places)))


def concerning(causes: Iterable[Cause], ends: Iterable[End]) -> tuple[Cause, ...]:
    """The causes that lie in policies, and those that lie in one of ``ends``."""
    return CausesByEnd(causes).of(ends)
