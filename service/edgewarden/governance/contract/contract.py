"""What people agreed on: named connections that have to be possible, or must not be."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from edgewarden.governance.exceptions import PodScope
from edgewarden.reachability.designations import NamedWorkload
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, Operator
from edgewarden.reachability.location import Location
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName


class Expected(StrEnum):
    ALLOW = "allow"
    """Every source reaches every destination on all of the ports."""
    DENY = "deny"
    """No source reaches any destination on any of the ports."""


@dataclass(frozen=True, slots=True)
class Party:
    """One end of an entry: everything that is named, together.

    ``text`` is what was written. ``addresses`` are outside the cluster, ``internet`` stands for
    those that are neither private nor the cluster's own.
    """

    text: str
    pods: tuple[PodScope, ...] = ()
    workloads: tuple[NamedWorkload, ...] = ()
    addresses: tuple[AddressEnd, ...] = ()
    internet: bool = False

    @property
    def outside(self) -> bool:
        """Whether it names nothing but addresses."""
        return not (self.pods or self.workloads)

    @property
    def namespaces(self) -> frozenset[str] | None:
        """Those of its pods; nothing where these may be in any."""
        found = {each.namespace for each in self.workloads}
        for scope in self.pods:
            names = [
                each.values
                for each in scope.namespaces.requirements
                if each.key == NAMESPACE_NAME_LABEL and each.operator is Operator.IN
            ]
            if not names:
                return None
            found.update(*names)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Entry:
    """One agreed connection, on ``ports`` and on those that the destination calls by a name.

    ``owner`` answers for it, ``approver`` agreed to it for ``reason``; each is empty where nobody
    wrote it yet. It is to be looked at again by ``review_by``. Without ``clusters`` it is about
    every cluster.
    """

    name: str
    source: Party
    destination: Party
    ports: PortSet
    expected: Expected
    location: Location
    port_names: tuple[PortName, ...] = ()
    owner: str = ""
    approver: str = ""
    reason: str = ""
    review_by: date | None = None
    clusters: frozenset[str] = frozenset()

    def overdue(self, today: date) -> bool:
        """The day itself is still in time."""
        return self.review_by is not None and self.review_by < today

    @property
    def namespaces(self) -> frozenset[str] | None:
        """Those of the pods at both ends; nothing where these may be in any."""
        source, destination = self.source.namespaces, self.destination.namespaces
        return None if source is None or destination is None else source | destination

    @property
    def ports_text(self) -> str:
        names = ", ".join(map(str, self.port_names))
        return "; ".join(part for part in (str(self.ports) if self.ports else "", names) if part)

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The keys of what an auditor asks for and nobody wrote, in the order of the file."""
        written = (
            ("owner", self.owner),
            ("approver", self.approver),
            ("reason", self.reason),
            ("review_by", self.review_by),
        )
        return tuple(key for key, value in written if not value)


@dataclass(frozen=True, slots=True)
class Contract:
    """All entries, each with a name of its own, in the order of their files."""

    entries: tuple[Entry, ...] = ()

    def of_cluster(self, name: str) -> tuple[Entry, ...]:
        """The entries that are about a cluster."""
        return tuple(e for e in self.entries if not e.clusters or name in e.clusters)


NO_CONTRACT = Contract()
