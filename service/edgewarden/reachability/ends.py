"""The ends of an edge: workloads, and addresses outside the cluster."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias


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
