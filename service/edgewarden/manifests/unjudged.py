"""Policies of other groups, which are listed and not evaluated."""

import hashlib
import json
from collections import abc
from dataclasses import dataclass

from edgewarden.manifests.nodes import Mapping, plain
from edgewarden.reachability.model import Effect

_BOTH = frozenset({Effect.ALLOW, Effect.DENY})
_DENY = frozenset({Effect.DENY})


@dataclass(frozen=True, slots=True)
class UnjudgedKind:
    """``project`` is whose policy it is; cluster-scoped kinds have no namespace."""

    project: str
    effects: frozenset[Effect]
    namespaced: bool


_CALICO = UnjudgedKind("Calico", _BOTH, namespaced=True)
_CALICO_GLOBAL = UnjudgedKind("Calico", _BOTH, namespaced=False)
_CILIUM = UnjudgedKind("Cilium", _BOTH, namespaced=True)
_CILIUM_CLUSTER = UnjudgedKind("Cilium", _BOTH, namespaced=False)
_ISTIO = UnjudgedKind("Istio", _DENY, namespaced=True)
_LINKERD = UnjudgedKind("Linkerd", _DENY, namespaced=True)
"""A Server turns away what no authorization policy admits; none admits what the network denies."""
_OVN = UnjudgedKind("OVN-Kubernetes", _DENY, namespaced=True)
_ADMIN = UnjudgedKind("Kubernetes network policy API", _BOTH, namespaced=False)

_KINDS = {
    **{
        (group, kind): _CALICO
        for group in ("projectcalico.org", "crd.projectcalico.org")
        for kind in ("NetworkPolicy", "NetworkSet")
    },
    **{
        (group, kind): _CALICO_GLOBAL
        for group in ("projectcalico.org", "crd.projectcalico.org")
        for kind in ("GlobalNetworkPolicy", "GlobalNetworkSet", "HostEndpoint", "Tier")
    },
    **{
        ("policy.linkerd.io", kind): _LINKERD
        for kind in ("AuthorizationPolicy", "Server", "ServerAuthorization")
    },
    ("k8s.ovn.org", "EgressFirewall"): _OVN,
    ("cilium.io", "CiliumNetworkPolicy"): _CILIUM,
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): _CILIUM_CLUSTER,
    ("cilium.io", "CiliumCIDRGroup"): _CILIUM_CLUSTER,
    ("security.istio.io", "AuthorizationPolicy"): _ISTIO,
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): _ADMIN,
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): _ADMIN,
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): _ADMIN,
}
UNJUDGED_KINDS = frozenset(_KINDS)
"""The kinds known by group and kind."""
_CLUSTER_SCOPED = ("Admin", "Baseline", "Cluster", "Global")
_WITHOUT_EFFECT = ("Staged",)
"""Calico's staged policies are previews."""


def unjudged_kind(group: str, kind: str) -> UnjudgedKind | None:
    """What is known of a policy kind of another group; nothing for what is no policy.

    A kind of an unknown group whose name ends in ``NetworkPolicy`` (Antrea, a cloud's own, or a
    misspelt group) could do anything to connections.
    """
    if known := _KINDS.get((group, kind)):
        return known
    if kind.endswith("NetworkPolicy") and not kind.startswith(_WITHOUT_EFFECT):
        return UnjudgedKind(group, _BOTH, namespaced=not kind.startswith(_CLUSTER_SCOPED))
    return None


def content_digest(root: Mapping) -> str:
    """SHA-256 of what the object says, its metadata and status left out."""
    return plain_digest({entry.key: plain(entry.value) for entry in root.entries})


def plain_digest(root: abc.Mapping[str, object]) -> str:
    """The same of an object whose locations are forgotten."""
    content = {key: value for key, value in root.items() if key not in {"metadata", "status"}}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
