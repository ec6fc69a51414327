"""Why something changes, and what would settle what is uncertain."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, ObjectRef


class Side(StrEnum):
    BASE = "base"
    HEAD = "head"


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
