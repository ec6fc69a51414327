"""The ends of an edge: workloads, and addresses outside the cluster."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

from edgewarden.reachability.model import Workload


@dataclass(frozen=True, slots=True, order=True)
class WorkloadEnd:
    """A workload as one end of an edge. Policies do not bind it where ``host_network``."""

    namespace: str
    name: str
    kind: str
    host_network: bool = False

    @classmethod
    def of(cls, workload: Workload) -> "WorkloadEnd":
        return cls(workload.namespace, workload.name, workload.kind, workload.host_network)

    @property
    def identity(self) -> tuple[str, str, str]:
        """That of the workload."""
        return self.namespace, self.name, self.kind

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


def end_key(end: End) -> tuple[str | int, ...]:
    """Sorts workloads by identity, and after them addresses by family and number."""
    if isinstance(end, WorkloadEnd):
        return 0, end.namespace, end.name, end.kind
    return 1, end.first.version, int(end.first), int(end.last)
