"""What somebody claims of a cluster, and whose word counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import (
    AddressMatch,
    Applier,
    ClusterProfile,
    Network,
    PlatformPods,
)

_PRUNING = {Applier.KUBECTL: False, Applier.HELM: True}
"""``kubectl apply`` never deletes what is not there any more, and ``helm upgrade`` always does; for
the others it is a setting of their own."""


@dataclass(frozen=True, slots=True)
class ProfileClaims:
    """The facts of a ``ClusterProfile`` one by one; none where nothing is claimed."""

    cni: str | None = None
    enforces_policies: bool | None = None
    ip_block_matches_pods: AddressMatch | None = None
    pod_ranges: tuple[Network, ...] | None = None
    service_ranges: tuple[Network, ...] | None = None
    node_ranges: tuple[Network, ...] | None = None
    control_plane_ranges: tuple[Network, ...] | None = None
    dns_namespace: str | None = None
    dns_labels: Mapping[str, str] | None = field(default=None, hash=False)
    dns_ports: tuple[int, ...] | None = None
    node_local_dns: bool | None = None
    monitoring: PlatformPods | None = None
    gateway: PlatformPods | None = None
    egress_gateway: PlatformPods | None = None
    applier: Applier | None = None
    prunes: bool | None = None

    def over(self, other: "ProfileClaims") -> "ProfileClaims":
        """These claims with all that follows, and those of ``other`` where these say nothing."""
        return replace(other, **self._following())

    def made(self) -> dict[str, object]:
        """What is claimed, by the name of the fact."""
        return self._made()

    def outweighed(self, by: "ProfileClaims") -> tuple[str, ...]:
        """The facts of which ``by`` claims something else."""
        mine, theirs = self._made(), by._following()
        return tuple(name for name in mine if name in theirs and mine[name] != theirs[name])

    def believed(self, beside: "ProfileClaims") -> tuple[str, ...]:
        """The facts of which ``beside``, which comes first, claims nothing."""
        theirs = beside._following()
        return tuple(name for name in self._made() if name not in theirs)

    def profile(self) -> ClusterProfile:
        """The facts; what nobody claims is unknown, or what is usual for DNS."""
        facts = self._following()
        if self.dns_labels is not None:
            facts["dns_pods"] = LabelSelector.matching(facts.pop("dns_labels"))
        return ClusterProfile(**facts)

    def _made(self) -> dict[str, Any]:
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: claim for name, claim in named if claim is not None}

    def _following(self) -> dict[str, Any]:
        """What is claimed, and whether deletions happen where the applier tells."""
        implied = {"prunes": _PRUNING[self.applier]} if self.applier in _PRUNING else {}
        return {**implied, **self._made()}


NO_CLAIMS = ProfileClaims()
