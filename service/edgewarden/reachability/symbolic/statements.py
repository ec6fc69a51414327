"""What the symbolic comparison answers: sets of connections that opened or closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.reasons import Cause, Fact, FactKind
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic import wording
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values


@dataclass(frozen=True, slots=True)
class PodSet:
    """All pods that could exist, with these labels, in namespaces of these names and labels.

    Keys without an entry are free. A pod is in the set where its namespace's name and labels and
    its own labels (``None`` where absent) are all among the values. The label of a namespace is
    what the manifests of both states fix, and what somebody else gives it where they do not
    agree on one: the same in both states, and not shown by the repository. With ``addresses``
    only pods that have one of them in the eyes of ``ipBlock`` are meant.
    """

    namespaces: Values = ALL_VALUES
    namespace_labels: Mapping[str, Values] = field(default_factory=dict, hash=False)
    labels: Mapping[str, Values] = field(default_factory=dict, hash=False)
    addresses: tuple[AddressEnd, ...] = ()

    def __str__(self) -> str:
        return wording.pods(self.namespaces, self.namespace_labels, self.labels, self.addresses)

    @property
    def conditional(self) -> bool:
        """Whether it hangs on what the repository does not show of namespaces that it names, or
        on the addresses of pods."""
        named = not self.namespaces.inverted
        return bool(self.addresses) or (named and bool(self.namespace_labels))


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Addresses outside the cluster: disjoint ranges, sorted, IPv4 first."""

    ranges: tuple[AddressEnd, ...]

    def __str__(self) -> str:
        return wording.addresses(self.ranges)


@dataclass(frozen=True, slots=True)
class Anything:
    """Every pod and every address outside the cluster."""

    def __str__(self) -> str:
        return "anything"


EndSet: TypeAlias = Anything | AddressSet | PodSet


@dataclass(frozen=True, slots=True)
class StatedPorts:
    """``numbers``, of those the ones to which the destination pod gives every name of ``named``
    and none of ``unnamed``. Both are sorted."""

    numbers: PortSet = ALL_PORTS
    named: tuple[PortName, ...] = ()
    unnamed: tuple[PortName, ...] = ()

    def __str__(self) -> str:
        return wording.ports(self.numbers, self.named, self.unnamed)

    def on(self, called: Mapping[PortName, PortSet] | None) -> PortSet:
        """Those of a pod that calls its ports so; the numbers where nothing says how it does."""
        found = self.numbers
        if called is not None:
            for name in self.named:
                found &= called.get(name, NO_PORTS)
            for name in self.unnamed:
                found -= called.get(name, NO_PORTS)
        return found

    @property
    def conditional(self) -> bool:
        """Whether a port has to have two names, or a certain number beside its name."""
        if not self.named:
            return False
        every = PortSet.of(self.named[0].protocol, 1, 65535)
        return len(self.named) > 1 or self.numbers != every


class Precision(StrEnum):
    """How a statement relates to the connections that changed."""

    EXACT = "exact"
    """Every connection of it changed."""
    GUARDED = "guarded"
    """Those of its connections changed that the other end lets through."""
    UPPER_BOUND = "upper_bound"
    """Nothing else changed on account of its rules, but part of it may not have changed."""


class Extent(StrEnum):
    NONE = "none"
    PART = "part"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Bond:
    """How far policies of the base isolated the pods of a set, in one direction.

    ``policies`` are those that did, with where they are written: in each namespace the ones that
    isolated all of these pods alone, or else every one that isolated some. Those of a set that
    spans all namespaces are not listed; of many the first are, and ``left_out`` counts the others.
    """

    direction: Direction
    isolated: Extent
    policies: tuple[tuple[ObjectRef, Location], ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Members:
    """The workloads of the head that certainly are among the ends of a set.

    ``pods`` are theirs. ``in_every_namespace`` tells that the namespaces of the set are listed
    and that each of them shows such a workload; it holds for addresses, which are no workloads.
    """

    workloads: int = 0
    pods: int = 0
    in_every_namespace: bool = False


class Reach(StrEnum):
    """Sources from which everybody, or everybody outside, can come."""

    INTERNET = "internet"
    EVERY_POD = "every_pod"
    """Whatever its labels, in every namespace or in all but some."""
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Statement:
    """Connections that opened, or that closed, between all pods that could exist.

    Exact statements of one list have no connection in common. With ``facts`` they may have
    opened or closed: that hangs on these. ``guard`` is the direction whose policies still have to
    be asked where ``precision`` is guarded or an upper bound; of an upper bound, connections that
    ``unsubtracted`` other rules allow in both states may not have changed. Causes are sorted and
    never empty. ``before`` tells how policies of the base bound the pods at either end: the
    egress of the source, then the ingress of the destination; addresses are bound by none.
    ``sources`` and ``destinations`` count the known workloads at the ends, of destinations those
    that have the ports. ``reach`` is set where the source is as wide as that.
    """

    source: EndSet
    destination: EndSet
    ports: StatedPorts
    precision: Precision
    causes: tuple[Cause, ...]
    guard: Direction | None = None
    unsubtracted: int = 0
    facts: tuple[Fact, ...] = ()
    before: tuple[Bond, ...] = ()
    sources: Members = Members()
    destinations: Members = Members()
    reach: Reach | None = None

    @property
    def known_pairs(self) -> int:
        """Of workloads; none where an end is addresses."""
        return self.sources.workloads * self.destinations.workloads

    @property
    def witnessed(self) -> bool:
        """Whether known workloads show all that it says, as far as its namespaces are listed."""
        return self.sources.in_every_namespace and self.destinations.in_every_namespace

    @property
    def certain(self) -> bool:
        """Whether every connection of it changed, whatever the repository does not say."""
        return self.precision is Precision.EXACT and not self.facts

    @property
    def conditional(self) -> bool:
        """Whether it tells a case that nothing in the repository shows to be there."""
        ends = (self.source, self.destination)
        return self.ports.conditional or any(
            isinstance(end, PodSet) and end.conditional for end in ends
        )

    def __str__(self) -> str:
        return wording.statement(
            f"{self.source} → {self.destination}: {self.ports}",
            self.guard,
            self.unsubtracted,
        )


class CertainGrounds:
    """What several statements that certainly hold go back to."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._known = {(each.ports, each.causes) for each in statements if each.certain}

    def cover(self, statement: Statement) -> bool:
        """Whether the same certainly changes on the same grounds, and only policies that are
        not judged could say otherwise of ``statement``: so no answer is worse than what is
        known."""
        return (
            bool(statement.facts)
            and statement.precision is Precision.EXACT
            and all(fact.kind is FactKind.UNJUDGED_POLICY for fact in statement.facts)
            and (statement.ports, statement.causes) in self._known
        )


@dataclass(frozen=True, slots=True)
class IsolationStatement:
    """Pods, of all that could exist, that become isolated in ``direction`` or are so no longer.

    Where not ``exact``, some of them may be isolated in both states. With ``facts`` the change
    hangs on these. Causes are sorted and never empty.
    """

    pods: PodSet
    direction: Direction
    isolated: bool
    exact: bool
    causes: tuple[Cause, ...]
    known: Members = Members()
    facts: tuple[Fact, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the isolation of all these pods changes, whatever the repository does not say."""
        return self.exact and not self.facts


@dataclass(frozen=True, slots=True)
class SymbolicDiff:
    """What opened, what closed, and whose isolation changed; conditional cases come last, and of
    the others the widest first."""

    opened: tuple[Statement, ...] = ()
    closed: tuple[Statement, ...] = ()
    isolation: tuple[IsolationStatement, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.opened or self.closed or self.isolation)

    @property
    def exposures(self) -> tuple[Statement, ...]:
        """What every pod, or the internet, certainly reaches now and did not before."""
        return tuple(
            each
            for each in self.opened
            if each.certain and each.reach and isinstance(each.destination, PodSet)
        )

    @property
    def exact(self) -> bool:
        return all(each.precision is Precision.EXACT for each in (*self.opened, *self.closed))


NO_STATEMENTS = SymbolicDiff()
