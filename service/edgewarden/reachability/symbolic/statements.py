"""What the symbolic comparison answers: sets of connections that opened or closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import ALL_PORTS, PortSet
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic import wording
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values


@dataclass(frozen=True, slots=True)
class PodSet:
    """All pods that could exist, with these labels, in namespaces of these names and labels.

    Keys without an entry are free. A pod is in the set where its namespace's name and labels and
    its own labels (``None`` where absent) are all among the values. The label of a namespace is
    what the manifests of both states fix, and what somebody else gives it where they do not
    agree on one: the same in both states, and not shown by the repository.
    """

    namespaces: Values = ALL_VALUES
    namespace_labels: Mapping[str, Values] = field(default_factory=dict, hash=False)
    labels: Mapping[str, Values] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return wording.pods(self.namespaces, self.namespace_labels, self.labels)


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


EndSet: TypeAlias = PodSet | AddressSet | Anything


@dataclass(frozen=True, slots=True)
class StatedPorts:
    """``numbers``, of those the ones that the destination pod calls, or does not call, so.

    ``names`` says for some port names, all of which have to agree, whether the pod gives the
    name to the port (by number and protocol).
    """

    numbers: PortSet = ALL_PORTS
    names: Mapping[PortName, bool] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return wording.ports(self.numbers, self.names)


class Precision(StrEnum):
    """How a statement relates to the connections that changed."""

    EXACT = "exact"
    """Every connection of it changed."""
    GUARDED = "guarded"
    """Those of its connections changed that the other end lets through."""
    UPPER_BOUND = "upper_bound"
    """Nothing else changed on account of its rules, but part of it may not have changed."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Connections that opened, or that closed, between all pods that could exist.

    Exact statements of one list have no connection in common. ``guard`` is the direction whose
    policies still have to be asked where ``precision`` is guarded or an upper bound; of an upper
    bound, connections that ``unsubtracted`` other rules allow in
    both states may not have changed.
    Causes are sorted and never empty.
    """

    source: EndSet
    destination: EndSet
    ports: StatedPorts
    precision: Precision
    causes: tuple[Cause, ...]
    guard: Direction | None = None
    unsubtracted: int = 0

    def __str__(self) -> str:
        return wording.statement(
            f"{self.source} → {self.destination}: {self.ports}",
            self.guard,
            self.unsubtracted,
        )


@dataclass(frozen=True, slots=True)
class SymbolicDiff:
    """What opened and what closed, each in the order of its words."""

    opened: tuple[Statement, ...] = ()
    closed: tuple[Statement, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.opened and not self.closed

    @property
    def exact(self) -> bool:
        return all(each.precision is Precision.EXACT for each in (*self.opened, *self.closed))
