"""The objects that decide which traffic a cluster allows, located where they were written.

``manifests`` makes these values out of documents, the engine evaluates them, and
``governance`` reads them. They hold what the API server would hold: defaults are applied,
and an object that the API server would refuse never becomes one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

from edgewarden.reachability.calls import Caller, Service
from edgewarden.reachability.labels import (
    EVERY_POD,
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.ports import Protocol

Network: TypeAlias = IPv4Network | IPv6Network


class Direction(StrEnum):
    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """The identity of an object: (API group, kind, namespace, name).

    ``namespace`` is empty for cluster-scoped objects, ``group`` for the core group.
    """

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace for which a manifest exists. ``labels`` are those that the manifest names.

    ``complete`` says that it has no others, since the cluster itself showed them.
    """

    name: str
    labels: Mapping[str, str] = field(hash=False)
    location: Location
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    complete: bool = False


@dataclass(frozen=True, slots=True, order=True)
class ContainerPort:
    """A named container port; unnamed ones decide nothing and are not kept."""

    name: str
    protocol: Protocol
    number: int


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods that look alike: a controller with its template, or a bare pod.

    ``labels`` are the pod template's. ``open_labels`` are keys that a controller sets at run
    time to values the manifest does not show. ``ports`` spans all containers and restartable
    init containers; where ``open_ports`` is set, nothing shows what the others are called. Where
    ``open_namespace`` is, nothing shows the labels of its namespace. One that is ``lingering`` may
    be gone: its manifest is, and nothing prunes it. ``replicas`` is the number of pods (a
    DaemonSet counts 1).
    """

    namespace: str
    name: str
    kind: str
    labels: Mapping[str, str] = field(hash=False)
    location: Location
    ports: tuple[ContainerPort, ...] = ()
    replicas: int = 1
    host_network: bool = False
    open_labels: frozenset[str] = frozenset()
    open_ports: bool = False
    open_namespace: bool = False
    lingering: bool = False

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.namespace, self.name, self.kind

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


@dataclass(frozen=True, slots=True)
class PodPeer:
    """Pods by selector. At least one of the two selectors is used.

    ``namespaces`` absent means the policy's own namespace; ``pods`` absent means all pods of
    the namespaces. Both together are an AND.
    """

    namespaces: LabelSelector | None
    pods: LabelSelector | None
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True)
class IPBlock:
    """Addresses of ``cidr`` without those of ``excepts``, each of which lies inside it."""

    cidr: Network
    excepts: tuple[Network, ...]
    location: Location = field(compare=False)


Peer: TypeAlias = PodPeer | IPBlock


@dataclass(frozen=True, slots=True)
class PolicyPort:
    """A port item of a rule: every port of ``protocol`` (``port`` absent), the numbers
    ``port`` to ``end_port``, or the port of that name on the destination pod.

    Where ``protocol_implied``, the item does not name it.
    """

    protocol: Protocol
    port: int | str | None
    end_port: int | None
    location: Location = field(compare=False)
    protocol_implied: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One item of ``ingress`` or ``egress``.

    Without ``peers`` it admits any peer, every address included; without ``ports`` every port
    of every protocol. ``index`` counts from 0 in the list as written. ``written_null`` marks a
    list item that was null or empty and so allows everything.
    """

    index: int = field(compare=False)
    peers: tuple[Peer, ...]
    ports: tuple[PolicyPort, ...]
    location: Location = field(compare=False)
    written_null: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """A ``networking.k8s.io/v1`` NetworkPolicy with its defaults applied.

    ``isolates`` are the directions of ``policyTypes``. Rules of a direction that is not
    isolated have no effect; they stand in ``dead_rules`` and not in ``ingress`` or ``egress``.
    ``maker`` is the object that may have made it, where no manifest declares it; ``replaced_by`` a
    policy of a kind that is not judged, where the change puts one in its place.
    """

    namespace: str
    name: str
    pods: LabelSelector
    isolates: frozenset[Direction]
    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]
    location: Location = field(compare=False)
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)
    annotations: Mapping[str, str] = field(default_factory=dict, compare=False)
    dead_rules: tuple[Rule, ...] = field(default=(), compare=False)
    maker: ObjectRef | None = field(default=None, compare=False)
    replaced_by: ObjectRef | None = field(default=None, compare=False)

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef("networking.k8s.io", "NetworkPolicy", self.namespace, self.name)

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        return self.ingress if direction is Direction.INGRESS else self.egress


class Effect(StrEnum):
    """What a policy that is not judged could do to a connection."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class UnjudgedPolicy:
    """A policy of a kind that the engine does not evaluate (Calico, Cilium, Istio, ...).

    ``digest`` changes whenever its content does. It could have any of ``effects`` on any
    connection from or to a pod of its namespace; of any pod where ``ref.namespace`` is empty.
    """

    ref: ObjectRef
    digest: str
    effects: frozenset[Effect]
    location: Location = field(compare=False)


KUBE_DNS = LabelSelector.matching({"k8s-app": "kube-dns"})
"""The label that CoreDNS and kube-dns pods carry in most distributions."""


class AddressMatch(StrEnum):
    """Whether the cluster's network plugin lets ``ipBlock`` match pod addresses."""

    MATCHES = "matches"
    NEVER = "never"
    UNKNOWN = "unknown"


class Applier(StrEnum):
    """What brings manifests into the cluster, and so decides what becomes of a bad object."""

    KUBECTL = "kubectl"
    ARGOCD = "argocd"
    """By client-side apply, which drops fields that it does not know."""
    ARGOCD_SERVER_SIDE = "argocd-server-side"
    FLUX = "flux"
    HELM = "helm"


@dataclass(frozen=True, slots=True)
class PlatformPods:
    """Pods that the platform runs: those that ``pods`` selects, in the ``namespaces``."""

    namespaces: LabelSelector
    pods: LabelSelector = EVERY_POD

    def __str__(self) -> str:
        which = "every pod" if self.pods.selects_everything else f"pods {self.pods}"
        match self.namespaces.requirements:
            case (Requirement(key=key, operator=Operator.IN, values=(name,)),) if (
                key == NAMESPACE_NAME_LABEL
            ):
                return f"{which} in namespace {name}"
        return f"{which} in namespaces {self.namespaces}"


@dataclass(frozen=True, slots=True)
class ClusterProfile:
    """What the platform says of a cluster and no manifest shows.

    ``pod_ranges`` are the ranges that pod addresses come from; empty means not known, and so it
    does for ``service_ranges``, ``node_ranges`` and ``control_plane_ranges``, where connections of
    the API server to pods come from. ``applier`` is none where nobody names it.
    ``enforces_policies`` is unknown (``None``) until somebody says that the network plugin
    ``cni`` enforces NetworkPolicy or that it does not. ``dns`` selects the pods that answer
    DNS; ``prunes`` tells whether deleting a manifest deletes the object, where known, and
    ``node_local_dns`` whether nodes run a DNS cache of their own. ``monitoring`` are the pods that
    ask others for metrics, ``gateway`` those that let traffic in, and ``egress_gateway`` those that
    traffic to the internet is to go through.
    """

    cni: str = ""
    enforces_policies: bool | None = None
    ip_block_matches_pods: AddressMatch = AddressMatch.UNKNOWN
    pod_ranges: tuple[Network, ...] = ()
    service_ranges: tuple[Network, ...] = ()
    node_ranges: tuple[Network, ...] = ()
    control_plane_ranges: tuple[Network, ...] = ()
    dns_namespace: str = "kube-system"
    dns_pods: LabelSelector = KUBE_DNS
    dns_ports: tuple[int, ...] = (53,)
    node_local_dns: bool | None = None
    monitoring: PlatformPods | None = None
    gateway: PlatformPods | None = None
    egress_gateway: PlatformPods | None = None
    applier: Applier | None = None
    prunes: bool | None = None


@dataclass(frozen=True, slots=True)
class ClusterState:
    """Everything known of one cluster at one commit.

    Identities are unique within each tuple. Namespaces without a manifest are absent here and
    exist all the same. ``lingering`` are policies that may be in the cluster without a manifest:
    theirs is gone and nothing prunes them, or something makes them there. ``callers`` have the API
    server call ``services``, of which only those that are called are kept. ``problems`` are what
    could not be read; ``assumptions`` are full sentences on what was taken for granted. Where
    ``shown``, the cluster itself listed its namespaces and workloads: it has no others.
    """

    name: str
    namespaces: tuple[Namespace, ...] = ()
    workloads: tuple[Workload, ...] = ()
    policies: tuple[NetworkPolicy, ...] = ()
    lingering: tuple[NetworkPolicy, ...] = ()
    unjudged: tuple[UnjudgedPolicy, ...] = ()
    callers: tuple[Caller, ...] = ()
    services: tuple[Service, ...] = ()
    profile: ClusterProfile = ClusterProfile()
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[str, ...] = ()
    shown: bool = False
