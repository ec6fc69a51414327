"""One end's say on a connection: what isolates a pod, and what its rules grant the other end.

A connection is allowed where the egress side of its source and the ingress side of its
destination both allow it. Policies only add: there is no order and no deny in
``networking.k8s.io/v1``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import and_

from edgewarden.reachability.facts import CERTAINLY, Holding, PolicyDecides, Proposition, World
from edgewarden.reachability.model import Direction, Effect, NetworkPolicy, Peer, Rule
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.rule_ports import PortName


@dataclass(frozen=True, slots=True)
class Isolation:
    """``policy`` isolates the pod in every world in which ``when`` holds."""

    when: Holding
    policy: NetworkPolicy


@dataclass(frozen=True, slots=True)
class Origin:
    """The part of a rule that a grant comes from; without ``peer`` the rule admits any peer.

    ``port_name`` is set where the ports are what that name resolves to on the destination.
    """

    policy: NetworkPolicy
    rule: Rule
    peer: Peer | None
    port_name: PortName | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """``ports`` that the other end is admitted to in every world in which ``when`` holds.

    Without ``origin`` no rule says so, but the network plugin's way with node traffic.
    """

    when: Holding
    ports: PortSet
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Unjudged policies that could have the last word, one of each group at most.

    The first group goes before the second: policies of one state only, then standing ones.
    That order loses nothing, because each group may also stay silent.
    """

    changed: tuple[PolicyDecides, ...] = ()
    standing: tuple[PolicyDecides, ...] = ()

    def decisive(self, world: World) -> PolicyDecides | None:
        for group in (self.changed, self.standing):
            for each in group:
                if each.effect is Effect.ALLOW and each in world.admitting:
                    return each
                if each.effect is Effect.DENY and each in world.isolating:
                    return each
        return None


@dataclass(frozen=True, slots=True)
class Side:
    """What decides, at one end, on the connections with the other end.

    The pods of this end are there in every world in which ``there`` holds.
    """

    direction: Direction
    isolations: tuple[Isolation, ...] = ()
    grants: tuple[Grant, ...] = ()
    verdicts: Verdicts = Verdicts()
    there: Holding = CERTAINLY

    def exists(self, world: World) -> bool:
        return self.there <= world.admitting

    def isolated(self, world: World) -> bool:
        return any(each.when <= world.isolating for each in self.isolations)

    def admitted(self, world: World) -> Iterator[Grant]:
        """The grants that take effect where the pod is isolated."""
        return (each for each in self.grants if each.when <= world.admitting)

    def ports(self, world: World) -> PortSet:
        """The ports on which this end lets the connection pass."""
        if not self.exists(world):
            return NO_PORTS
        verdict = self.verdicts.decisive(world)
        if verdict is not None:
            return ALL_PORTS if verdict.effect is Effect.ALLOW else NO_PORTS
        if not self.isolated(world):
            return ALL_PORTS
        return PortSet.union(grant.ports for grant in self.admitted(world))

    def propositions(self) -> Iterator[Proposition]:
        conditions: Iterable[Holding] = chain(
            (each.when for each in self.isolations), (each.when for each in self.grants)
        )
        verdicts = self.verdicts
        return chain(
            chain.from_iterable(conditions), verdicts.changed, verdicts.standing, self.there
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """The sides of a source and a destination; an address outside the cluster has none."""

    sides: tuple[Side, ...]

    def ports(self, world: World) -> PortSet:
        """The ports on which the source may open connections to the destination."""
        return reduce(and_, (side.ports(world) for side in self.sides))

    def propositions(self) -> Iterator[Proposition]:
        return chain.from_iterable(side.propositions() for side in self.sides)
