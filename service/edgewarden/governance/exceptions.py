"""A granted exception: who may talk to whom, why, until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import Network
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import EdgeChange


class Standing(StrEnum):
    """Where an exception is in its life: derived from the clock, never stored."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class PodScope:
    """Pods that match ``pods`` in namespaces that match ``namespaces``."""

    namespaces: LabelSelector
    pods: LabelSelector


@dataclass(frozen=True, slots=True)
class AddressScope:
    """Addresses outside the cluster."""

    cidr: Network


Scope: TypeAlias = PodScope | AddressScope


@dataclass(frozen=True, slots=True)
class PolicyException:
    """An opening that somebody owns and that ends.

    ``number`` is the 12 of EXC-12. ``owner`` is a team. Every time is in UTC. ``test`` says how
    to prove that the exception works and does not over-allow.
    """

    number: int
    reason: str
    owner: str
    ticket: str
    test: str
    source: Scope
    destination: Scope
    ports: PortSet
    starts_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"EXC-{self.number}"

    def standing(self, now: datetime) -> Standing:
        """Valid on [starts_at, expires_at); revocation wins over both."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return Standing.REVOKED
        if now < self.starts_at:
            return Standing.PENDING
        return Standing.ACTIVE if now < self.expires_at else Standing.EXPIRED


@dataclass(frozen=True, slots=True)
class CoveredEdge:
    """Newly allowed edges and the active exception that contains all of them."""

    exception: PolicyException
    change: EdgeChange
