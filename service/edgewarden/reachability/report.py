"""What the engine answers: the edges of a state, and the difference of two states."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.ports import PortSet


class Side(StrEnum):
    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True, order=True)
class WorkloadEnd:
    """A workload as one end of an edge. Policies do not bind it where ``host_network``."""

    namespace: str
    name: str
    kind: str
    host_network: bool = False

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


@dataclass(frozen=True, slots=True)
class AddressEnd:
    """Addresses outside the cluster as one end of an edge, of one family, both included."""

    first: IPv4Address | IPv6Address
    last: IPv4Address | IPv6Address

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


End: TypeAlias = WorkloadEnd | AddressEnd


class FactKind(StrEnum):
    """What would have to be known to turn *may* into yes or no."""

    IP_BLOCK = "ip_block"
    OPEN_LABEL = "open_label"
    HOST_NETWORK = "host_network"
    UNJUDGED_POLICY = "unjudged_policy"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Something that is not in the repository and decides an edge.

    Equal facts have the same answer in both states. ``question`` is what somebody who knows
    the cluster can answer, in a full sentence; ``location`` where it arises.
    """

    kind: FactKind
    subject: str
    question: str
    location: Location


@dataclass(frozen=True, slots=True)
class Edge:
    """``ports`` are those on which ``src`` may open connections to ``dst``."""

    src: End
    dst: End
    ports: PortSet


@dataclass(frozen=True, slots=True)
class MayEdge:
    """An edge that exists under some answers to ``facts`` and not under others."""

    src: End
    dst: End
    ports: PortSet
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The edges of one state, sorted; certain ones and *may* ones are disjoint."""

    edges: tuple[Edge, ...]
    may_edges: tuple[MayEdge, ...]


class CauseKind(StrEnum):
    """What in one of the two states accounts for a change."""

    RULE_ALLOWS = "rule_allows"
    """A rule of the head admits the connection."""
    RULE_GONE = "rule_gone"
    """A rule of the base admitted it and does so no longer."""
    ISOLATION_ADDED = "isolation_added"
    """A policy of the head isolates a pod that nothing isolated in the base."""
    ISOLATION_REMOVED = "isolation_removed"
    """A policy of the base isolated a pod that nothing isolates in the head."""
    LABELS_CHANGED = "labels_changed"
    """A namespace or workload carries other labels, so other selectors match it."""
    PORTS_CHANGED = "ports_changed"
    """A workload names its ports otherwise, so a named port leads elsewhere."""
    HOST_NETWORK_CHANGED = "host_network_changed"
    WORKLOAD_ADDED = "workload_added"
    WORKLOAD_REMOVED = "workload_removed"
    UNJUDGED_CHANGED = "unjudged_changed"
    """A policy of a kind that is not judged changed."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an edge changed. ``subject`` is the policy, workload or namespace at fault.

    ``rule`` counts from 0 in the list of ``direction``, where one rule is meant. ``side`` says
    in which of the two trees ``location`` lies.
    """

    kind: CauseKind
    side: Side
    subject: ObjectRef
    location: Location
    direction: Direction | None = None
    rule: int | None = None


class Because(StrEnum):
    """What kind of event an edge change belongs to, for grouping."""

    POLICY_CHANGED = "policy_changed"
    LABELS_CHANGED = "labels_changed"
    WORKLOAD_CHANGED = "workload_changed"
    WORKLOAD_ADDED = "workload_added"
    WORKLOAD_REMOVED = "workload_removed"


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """A pair whose certainly allowed ports differ.

    ``before`` and ``after`` are the ports that are certainly allowed in base and head;
    ``opened`` those that are certainly allowed now and certainly were not, ``closed`` the
    reverse. Causes are sorted and never empty.
    """

    src: End
    dst: End
    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet
    because: Because
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class MayChange:
    """``ports`` that change under some answers to ``facts``."""

    src: End
    dst: End
    ports: PortSet
    because: Because
    facts: tuple[Fact, ...]
    causes: tuple[Cause, ...]


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
    are allowed on other ports. ``unwitnessed`` are changes of policies that no pair of known
    workloads shows: what they do to other pods is not judged, so an empty diff with one of
    them is not "nothing changed".
    """

    added: tuple[EdgeChange, ...] = ()
    removed: tuple[EdgeChange, ...] = ()
    changed: tuple[EdgeChange, ...] = ()
    may_added: tuple[MayChange, ...] = ()
    may_removed: tuple[MayChange, ...] = ()
    isolation: tuple[IsolationChange, ...] = ()
    unwitnessed: tuple[Problem, ...] = ()

    @property
    def empty(self) -> bool:
        return not (
            self.added
            or self.removed
            or self.changed
            or self.may_added
            or self.may_removed
            or self.isolation
            or self.unwitnessed
        )
