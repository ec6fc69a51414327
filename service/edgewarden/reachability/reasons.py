"""Why something changes, and what would settle what is uncertain."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    LINGERING_POLICY = "lingering_policy"
    LINGERING_WORKLOAD = "lingering_workload"
    PORT_NAME = "port_name"
    NAMESPACE_LABELS = "namespace_labels"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Something that is not in the repository and decides an edge.

    Equal facts have the same answer in both states. ``question`` is what somebody who knows
    the cluster can answer, in a full sentence; ``location`` where it arises, in the tree of the
    head or, where only that has it, of the base: ``side`` says which.
    """

    kind: FactKind
    subject: str
    question: str
    location: Location
    side: Side = Side.HEAD

    def of(self, subject: str) -> "Fact":
        """The same fact about another subject."""
        question = self.question.replace(self.subject, subject)
        return replace(self, subject=subject, question=question)


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


_OF_ENDS = frozenset(
    {
        CauseKind.LABELS_CHANGED,
        CauseKind.PORTS_CHANGED,
        CauseKind.HOST_NETWORK_CHANGED,
        CauseKind.WORKLOAD_ADDED,
        CauseKind.WORKLOAD_REMOVED,
    }
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an edge changed. ``subject`` is the policy, workload or namespace at fault.

    ``rule`` counts from 0 in the list of ``direction``, where one rule is meant. ``side`` says
    in which of the two trees ``location`` lies. ``replaced_by`` is what the change puts in the
    place of the policy, where that is of a kind that is not judged.
    """

    kind: CauseKind
    side: Side
    subject: ObjectRef
    location: Location
    direction: Direction | None = None
    rule: int | None = None
    replaced_by: ObjectRef | None = None

    @property
    def of_an_end(self) -> bool:
        """Whether it lies in a workload or its namespace, and so is about that end only."""
        return self.kind in _OF_ENDS


class Because(StrEnum):
    """What kind of event an edge change belongs to, for grouping."""

    POLICY_CHANGED = "policy_changed"
    LABELS_CHANGED = "labels_changed"
    WORKLOAD_CHANGED = "workload_changed"
    WORKLOAD_ADDED = "workload_added"
    WORKLOAD_REMOVED = "workload_removed"


def of_pair(
    facts: Iterable[Fact], told: tuple[str, str], source: str, destination: str
) -> tuple[Fact, ...]:
    """Facts about the pair that is ``told``, asked about another source and destination."""
    renamed = {told[1]: destination, told[0]: source}
    return tuple(
        dict.fromkeys(
            fact.of(renamed[fact.subject]) if fact.subject in renamed else fact for fact in facts
        )
    )
