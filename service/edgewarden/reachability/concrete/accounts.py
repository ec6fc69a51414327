"""What changes between two states, with the reasons: the rectangles that reports are made of."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.causes import Causes, Pair
from edgewarden.reachability.concrete.bits import different, lowest, numbers
from edgewarden.reachability.concrete.divisions import Division, Divisions
from edgewarden.reachability.concrete.fusion import fused
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.pairs import pairs_of
from edgewarden.reachability.concrete.rectangle import Doubtful, Ends
from edgewarden.reachability.concrete.rectangles import Rectangles
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.endpoints import Endpoint
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.judgement import Effort, Outcome, judge
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.permissions import Statements
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Cause


@dataclass(frozen=True, slots=True)
class Change:
    """Ports that certainly are allowed now, or are no longer, with all before and after."""

    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet


@dataclass(frozen=True, slots=True)
class Opening:
    """Ports that may newly be allowed."""

    doubt: Doubtful


@dataclass(frozen=True, slots=True)
class Closing:
    """Ports that may newly be blocked."""

    doubt: Doubtful


What: TypeAlias = Change | Opening | Closing


@dataclass(frozen=True, slots=True)
class Account:
    """What changes between each of ``sources`` and each of ``destinations``, and why.

    ``causes`` that lie in an end are about that end; the others hold for every pair. The facts
    of a doubt are those of one pair.
    """

    sources: Ends
    destinations: Ends
    what: What
    causes: frozenset[Cause]

    @property
    def kind(self) -> Hashable:
        """Equal for accounts that differ in nothing but the ends that they are about."""
        what = self.what
        said = what if isinstance(what, Change) else (type(what), what.doubt.kind)
        return said, frozenset(_impersonal(cause) for cause in self.causes)


def accounts(found: Rectangles, causes: Causes) -> tuple[Account, ...]:
    """The rectangles, cut and joined again so that each has one set of reasons.

    Accounts of one pair are about different ports.
    """
    bookkeeper = _Bookkeeper(found.transition, causes)
    parts = (
        account
        for rectangle in found.rectangles
        for part in bookkeeper.divisions.of(rectangle.sources, rectangle.destinations)
        for account in bookkeeper.of(part)
    )
    return fused(parts, lambda account: account.kind, _joined)


def causes_of(step: Transition) -> Causes:
    """What explains the differences of two indexed states."""
    return Causes(_statements(step.base), _statements(step.head))


def _joined(sources: Ends, destinations: Ends, some: Sequence[Account]) -> Account:
    causes = frozenset(cause for each in some for cause in each.causes)
    return Account(sources, destinations, some[0].what, causes)


def _impersonal(cause: Cause) -> Hashable:
    if not cause.of_an_end:
        return cause
    return cause.kind, cause.side, cause.subject.kind == "Namespace"


class _Bookkeeper:
    def __init__(self, step: Transition, causes: Causes) -> None:
        self.divisions = Divisions(step)
        self._step = step
        self._base, self._head = pairs_of(step)
        self._causes = causes
        self._effort = Effort()

    def of(self, part: Division) -> Iterator[Account]:
        """One pair stands for all, but for reasons where the pairs are not alike."""
        sources, destinations = part.sources, part.destinations
        source, destination = _two(sources, destinations)
        base = self._base.connection(source, destination)
        head = self._head.connection(source, destination)
        found = judge(base, head, self._step.head.state.profile, self._effort)
        pair = Pair(self._differing(sources), self._differing(destinations), base, head)
        causes = frozenset[Cause]()
        if found.opened:
            causes |= self._of_opening(part, pair, found.opened, found.outcomes)
        if found.closed:
            causes |= self._of_closing(part, pair, found.closed, found.outcomes)
        if found.opened or found.closed:
            change = Change(found.before, found.after, found.opened, found.closed)
            yield Account(sources, destinations, change, causes)
        names = self._step.name(source), self._step.name(destination)
        for doubt in found.may_open:
            why = self._of_opening(part, pair, doubt.ports, doubt.outcomes)
            opening = Opening(Doubtful.between(*names, doubt))
            yield Account(sources, destinations, opening, why)
        for doubt in found.may_close:
            why = self._of_closing(part, pair, doubt.ports, doubt.outcomes)
            closing = Closing(Doubtful.between(*names, doubt))
            yield Account(sources, destinations, closing, why)

    def _of_opening(
        self, part: Division, pair: Pair, ports: PortSet, outcomes: Iterable[Outcome]
    ) -> frozenset[Cause]:
        if not part.alike:
            return self._causes.of_differences(pair)
        return self._causes.of_opening(pair, ports, outcomes)

    def _of_closing(
        self, part: Division, pair: Pair, ports: PortSet, outcomes: Iterable[Outcome]
    ) -> frozenset[Cause]:
        if not part.alike:
            return self._causes.of_differences(pair)
        return self._causes.of_closing(pair, ports, outcomes)

    def _differing(self, ends: Ends) -> tuple[Endpoint, ...]:
        return tuple(map(self._step.endpoint, numbers(ends.workloads & self._step.touched)))


def _two(sources: Ends, destinations: Ends) -> tuple[int | AddressEnd, int | AddressEnd]:
    """A pair of parts that are workloads alone or addresses alone, of two ends if there are."""
    if sources.workloads and destinations.workloads:
        return different(sources.workloads, destinations.workloads)
    return _any(sources), _any(destinations)


def _any(ends: Ends) -> int | AddressEnd:
    """A workload, or an address; every block covers a single one wholly or not at all."""
    if ends.workloads:
        return lowest(ends.workloads)
    first = ends.addresses[0].first
    return AddressEnd(first, first)


def _statements(index: Index) -> Statements:
    def policies_of(namespace: str) -> list[NetworkPolicy]:
        there = index.rules.of_namespace(namespace)
        return [each.policy for each in there if not each.lingering]

    return Statements(policies_of)
