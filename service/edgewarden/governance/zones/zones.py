"""What an organisation says of its zones: values, as ``zones.yaml`` states them.

A *dimension* tells all peers apart in one respect. In each of them a peer is in one zone at the
most, and the dimensions have nothing to do with each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import IPBlock, PodPeer
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.rule_ports import PortName, RulePorts


class Respect(StrEnum):
    """In what a dimension tells peers apart."""

    ZONE = "zone"
    TENANT = "tenant"
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    """What runs the cluster, and all the rest."""


class Ruling(StrEnum):
    """What may pass from one zone to another."""

    ALLOW = "allow"
    ALLOW_ONLY = "allow-only"
    """Named services, and nothing else."""
    REQUIRE_EXCEPTION = "require-exception"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Service:
    """Ports under a name: numbers, and what the pods that have them call them, sorted."""

    name: str
    numbers: PortSet = NO_PORTS
    names: tuple[PortName, ...] = ()

    @property
    def ports(self) -> RulePorts:
        return RulePorts(self.numbers, frozenset(self.names))


@dataclass(frozen=True, slots=True)
class Terms:
    """A ruling with the ``services`` that it allows, and where it is written.

    Nobody wrote those without a location.
    """

    ruling: Ruling = Ruling.ALLOW
    services: tuple[Service, ...] = ()
    location: Location | None = None

    @property
    def allowed(self) -> RulePorts:
        """What ``ALLOW_ONLY`` lets pass."""
        return RulePorts.union(service.ports for service in self.services)


ALLOWED = Terms()

ANY = "any"
"""In a cell: every other zone, and peers that are in none."""
NO_ZONE = "none"
"""In a cell: peers that are in no zone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The terms for connections from ``source`` to ``destination``: zones, ``ANY``, ``NO_ZONE``."""

    source: str
    destination: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Zone:
    """Peers under a name: those of any member.

    ``members`` are pods of all namespaces by both selectors, and addresses outside the cluster.
    Of two zones that hold a peer the one of higher ``priority`` has it.
    """

    name: str
    members: tuple[PodPeer | IPBlock, ...]
    priority: int
    location: Location


@dataclass(frozen=True, slots=True)
class Dimension:
    """A division of all peers into zones, and the matrix of what may pass.

    A pod that is in none of ``zones`` is in the one that the first of ``labels`` names which its
    namespace carries. The terms of a pair of zones are those of its cell, then ``across`` between
    two different zones, then ``otherwise``; within a zone everything may pass unless a cell says
    otherwise.
    """

    respect: Respect
    zones: tuple[Zone, ...] = ()
    labels: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    across: Terms | None = None
    otherwise: Terms = ALLOWED

    @property
    def pod_keys(self) -> frozenset[str]:
        """The labels for which its zones ask pods."""
        return frozenset(
            requirement.key
            for zone in self.zones
            for member in zone.members
            if isinstance(member, PodPeer) and member.pods is not None
            for requirement in member.pods.requirements
        )

    @property
    def namespace_keys(self) -> frozenset[str]:
        """The labels of namespaces that tell its zones."""
        return frozenset(self.labels).union(
            requirement.key
            for zone in self.zones
            for member in zone.members
            if isinstance(member, PodPeer) and member.namespaces is not None
            for requirement in member.namespaces.requirements
        )

    @property
    def rules_nothing_out(self) -> bool:
        """Whether everything may pass, so that nobody has to look who is where."""
        terms = (*(cell.terms for cell in self.cells), self.across, self.otherwise)
        return all(each is None or each.ruling is Ruling.ALLOW for each in terms)


@dataclass(frozen=True, slots=True)
class Zones:
    """The dimensions that somebody stated, each once."""

    dimensions: tuple[Dimension, ...] = ()

    def __iter__(self) -> Iterator[Dimension]:
        return iter(self.dimensions)

    def get(self, respect: Respect) -> Dimension | None:
        return next((each for each in self.dimensions if each.respect is respect), None)

    def over(self, others: "Zones") -> "Zones":
        """These, and the dimensions of ``others`` of which these say nothing."""
        stated = {each.respect for each in self.dimensions}
        rest = (each for each in others.dimensions if each.respect not in stated)
        return replace(self, dimensions=(*self.dimensions, *rest))


NO_ZONES = Zones()
