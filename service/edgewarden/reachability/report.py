"""What the engine answers: the edges of a state, and the difference of two states."""

from dataclasses import dataclass

from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Because, Cause, Fact


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
