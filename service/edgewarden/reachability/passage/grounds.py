"""What in one state lets connections through, or holds them back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.evaluation import Connection, Side
from edgewarden.reachability.facts import CERTAINLY, World
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, NetworkPolicy, Rule, Workload
from edgewarden.reachability.ports import PortSet

MOST_GROUNDS = 4
"""Of more policies or rules the first are told."""


class GroundKind(StrEnum):
    ADMITS = "admits"
    """A rule lets the connection through at one end."""
    UNBOUND = "unbound"
    """No policy isolates that end, so everything passes there."""
    ISOLATES = "isolates"
    """A policy isolates that end, and no rule admits the connection."""


@dataclass(frozen=True, slots=True)
class Ground:
    """``subject`` is the policy, or the pods that no policy isolates; ``rule`` counts from 0."""

    kind: GroundKind
    direction: Direction
    subject: str
    location: Location | None = None
    rule: int | None = None

    def __str__(self) -> str:
        match self.kind:
            case GroundKind.ADMITS:
                number = 0 if self.rule is None else self.rule + 1
                return f"{self.direction} rule {number} of policy {self.subject} admits it"
            case GroundKind.UNBOUND:
                return f"no policy isolates {self.subject} for {self.direction}"
            case GroundKind.ISOLATES:
                return f"policy {self.subject} isolates for {self.direction}, and no rule admits it"


def admitting(policy: NetworkPolicy, rule: Rule, direction: Direction) -> Ground:
    return Ground(GroundKind.ADMITS, direction, str(policy.ref), rule.location, rule.index)


def isolating(policy: NetworkPolicy, direction: Direction) -> Ground:
    return Ground(GroundKind.ISOLATES, direction, str(policy.ref), policy.location)


def telling(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """The first of them, each once; ends that nothing isolates only where no rule says a thing."""
    distinct = tuple(dict.fromkeys(grounds))
    said = tuple(each for each in distinct if each.kind is not GroundKind.UNBOUND)
    return (said or distinct)[:MOST_GROUNDS]


def opening(
    connection: Connection, ports: PortSet, ends: Mapping[Direction, Workload]
) -> tuple[Ground, ...]:
    """What lets ``ports`` of a connection through at each end, whatever is not known.

    ``ends`` are the workloads that policies bind in each direction.
    """
    world = World(frozenset(connection.propositions()), CERTAINLY)
    return telling(
        ground
        for side in connection.sides
        for ground in _opening(side, world, ports, ends[side.direction])
    )


def _opening(side: Side, world: World, ports: PortSet, end: Workload) -> Iterator[Ground]:
    if not side.isolated(world):
        yield Ground(GroundKind.UNBOUND, side.direction, str(end), end.location)
        return
    for grant in side.admitted(world):
        if grant.origin is not None and grant.ports & ports:
            yield admitting(grant.origin.policy, grant.origin.rule, side.direction)


def closing(connection: Connection, ports: PortSet) -> tuple[Ground, ...]:
    """What holds some of ``ports`` back at either end, however much is let through."""
    world = World(CERTAINLY, frozenset(connection.propositions()))
    refusing = [side for side in connection.sides if ports - side.ports(world)]
    return telling(
        isolating(each.policy, side.direction)
        for side in refusing or connection.sides
        for each in side.isolations
    )
