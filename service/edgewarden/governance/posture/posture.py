"""Where one namespace stands, out of all that is written and known of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from edgewarden.governance.dns_pods import DnsPods
from edgewarden.governance.ownership.annotations import owner_in
from edgewarden.governance.posture.dns_access import DnsAccess, dns_access
from edgewarden.governance.posture.internet import Internet, internet_egress
from edgewarden.governance.posture.isolation import Isolation, isolation
from edgewarden.governance.posture.platform import (
    GATEWAY_WORDS,
    MONITORING_WORDS,
    Admission,
    Platform,
)
from edgewarden.governance.posture.sensitivity import Sensitivity, sensitivity
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    Namespace,
    NetworkPolicy,
    UnjudgedPolicy,
    Workload,
)


@dataclass(frozen=True, slots=True)
class Posture:
    """What binds the pods of a namespace, of all that could exist there, by NetworkPolicies.

    ``workloads`` are the known ones that policies bind and ``nodes`` those with ``hostNetwork``,
    which none binds. ``monitoring`` and ``gateway`` are none where nobody says who these are.
    ``unjudged`` are policies of other kinds that may bind or open its pods as well, and
    ``problems`` what could not be read and may bear on it: what is said here is as certain as that
    there are none of both.
    """

    namespace: str
    manifest: Namespace | None
    policies: tuple[NetworkPolicy, ...]
    workloads: tuple[Workload, ...]
    nodes: tuple[Workload, ...]
    ingress: Isolation
    egress: Isolation
    dns: tuple[DnsAccess, ...]
    internet: Internet
    monitoring: Admission | None
    gateway: Admission | None
    sensitive: Sensitivity | None
    unjudged: tuple[UnjudgedPolicy, ...]
    problems: tuple[Problem, ...]

    @property
    def location(self) -> Location | None:
        """Its manifest, else the first policy or workload that is written there."""
        if self.manifest is not None:
            return self.manifest.location
        policies = (each.location for each in self.policies)
        workloads = (each.location for each in (*self.workloads, *self.nodes))
        return min((*policies, *workloads), default=None)

    @property
    def owner(self) -> str:
        """Who its manifest says answers for it, empty where it does not."""
        if self.manifest is None:
            return ""
        written = owner_in(self.manifest.annotations) or owner_in(self.manifest.labels)
        return written.text if written else ""

    @property
    def certain(self) -> bool:
        """Whether nothing is left open that could bind or open its pods otherwise."""
        perhaps = self.ingress.perhaps or self.egress.perhaps
        return not (perhaps or self.unjudged or self.problems)


class Postures:
    """The namespaces of one state, each looked at when it is asked for."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state
        self._manifests = {each.name: each for each in state.namespaces}
        self._policies = _by_namespace(state.policies)
        self._lingering = _by_namespace(state.lingering)
        self._workloads = _by_namespace(state.workloads)
        self._dns = DnsPods.of(state, ())
        self._monitoring = Platform(state, state.profile.monitoring, MONITORING_WORDS)
        self._gateway = Platform(state, state.profile.gateway, GATEWAY_WORDS)

    @property
    def names(self) -> tuple[str, ...]:
        """Every namespace that has a manifest, a policy or a workload, sorted."""
        return tuple(sorted({*self._manifests, *self._policies, *self._workloads}))

    def of(self, namespace: str) -> Posture:
        """Of a namespace of which nothing is known, too: then it has no policy."""
        state, manifest = self._state, self._manifests.get(namespace)
        workloads = self._workloads.get(namespace, ())
        bound = tuple(each for each in workloads if not each.host_network)
        ingress, egress = (self._isolation(namespace, each, bound) for each in Direction)
        return Posture(
            namespace=namespace,
            manifest=manifest,
            policies=tuple(self._policies.get(namespace, ())),
            workloads=bound,
            nodes=tuple(each for each in workloads if each.host_network),
            ingress=ingress,
            egress=egress,
            dns=dns_access(namespace, egress.policies, self._dns),
            internet=internet_egress(egress, state.profile),
            monitoring=self._monitoring.admission(namespace, ingress.policies),
            gateway=self._gateway.admission(namespace, ingress.policies),
            sensitive=sensitivity(namespace, manifest),
            unjudged=tuple(
                each for each in state.unjudged if each.ref.namespace in {"", namespace}
            ),
            problems=tuple(_bearing(state.problems, namespace)),
        )

    def _isolation(
        self, namespace: str, direction: Direction, bound: Sequence[Workload]
    ) -> Isolation:
        policies = self._policies.get(namespace, ())
        return isolation(
            namespace,
            direction,
            policies=policies,
            lingering=self._lingering.get(namespace, ()),
            workloads=bound,
            profile=self._state.profile,
        )


def posture(state: ClusterState, namespace: str) -> Posture:
    """Where ``namespace`` stands in ``state``."""
    return Postures(state).of(namespace)


class _Namespaced(Protocol):
    @property
    def namespace(self) -> str: ...


_Object = TypeVar("_Object", bound=_Namespaced)


def _by_namespace(objects: Iterable[_Object]) -> dict[str, list[_Object]]:
    found: defaultdict[str, list[_Object]] = defaultdict(list)
    for each in objects:
        found[each.namespace].append(each)
    return dict(found)


def _bearing(problems: Iterable[Problem], namespace: str) -> Iterator[Problem]:
    """Those of no namespace in particular may bear on any. Policies that are not judged are told
    by themselves, and pods that are not seen change nothing of what holds for all pods."""
    return (
        each
        for each in problems
        if each.decisive
        and each.kind not in {ProblemKind.NOT_JUDGED, ProblemKind.UNSEEN_PODS}
        and (not each.namespaces or namespace in each.namespaces)
    )
