"""A workload in both states, and the causes that lie in the workload and not in policies."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.matching import Labels, hanging
from edgewarden.reachability.model import Namespace, ObjectRef, Workload
from edgewarden.reachability.reasons import Cause, CauseKind, Side

GROUPS = {
    "Pod": "",
    "ReplicationController": "",
    "Deployment": "apps",
    "ReplicaSet": "apps",
    "StatefulSet": "apps",
    "DaemonSet": "apps",
    "Job": "batch",
    "CronJob": "batch",
    "Rollout": "argoproj.io",
    "DeploymentConfig": "apps.openshift.io",
}
"""The API group of each workload kind."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A workload in one state, with its namespace's labels and manifest, if it has one."""

    workload: Workload
    namespace_labels: Labels
    namespace: Namespace | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One workload in base and head; at least one of the two is there."""

    base: Placement | None
    head: Placement | None

    @property
    def latest(self) -> Workload:
        """The workload of the head, or of the base where the head has none."""
        placement = self.head or self.base
        if placement is None:
            raise ValueError("an endpoint is in neither state; compare known workloads only")
        return placement.workload

    @property
    def end(self) -> WorkloadEnd:
        return WorkloadEnd.of(self.latest)

    def missing(self, side: Side) -> Iterator[Cause]:
        """A cause if this state lacks the workload, or may lack it, and the other has it."""
        lacks, has, kind, place = (
            (self.base, self.head, CauseKind.WORKLOAD_ADDED, Side.HEAD)
            if side is Side.BASE
            else (self.head, self.base, CauseKind.WORKLOAD_REMOVED, Side.BASE)
        )
        if has is None or has.workload.lingering:
            return
        if lacks is None or lacks.workload.lingering:
            yield _of_workload(kind, self.latest, place)


def host_network_cause(endpoint: Endpoint) -> Iterator[Cause]:
    """A cause if the pods joined the network of their node, or left it."""
    if endpoint.base is None or endpoint.head is None:
        return
    if endpoint.base.workload.host_network is not endpoint.head.workload.host_network:
        yield _of_workload(CauseKind.HOST_NETWORK_CHANGED, endpoint.latest, Side.HEAD)


def ports_cause(endpoint: Endpoint) -> Iterator[Cause]:
    """A cause if the pods name their ports otherwise."""
    if endpoint.base is None or endpoint.head is None:
        return
    if set(endpoint.base.workload.ports) != set(endpoint.head.workload.ports):
        yield _of_workload(CauseKind.PORTS_CHANGED, endpoint.latest, Side.HEAD)


def relabelled(endpoint: Endpoint, selector: LabelSelector) -> Iterator[Cause]:
    """A cause if ``selector`` answers otherwise for the pods' own labels than it did."""
    if endpoint.base is None or endpoint.head is None:
        return
    if hanging(selector, endpoint.base.workload) != hanging(selector, endpoint.head.workload):
        yield _of_workload(CauseKind.LABELS_CHANGED, endpoint.latest, Side.HEAD)


def relabelled_namespace(endpoint: Endpoint, selector: LabelSelector) -> Iterator[Cause]:
    """A cause if ``selector`` answers otherwise for the labels of the pods' namespace."""
    base, head = endpoint.base, endpoint.head
    if base is None or head is None:
        return
    if selector.admits(base.namespace_labels) != selector.admits(head.namespace_labels):
        yield from relabelling(base.namespace, head.namespace)


def differences(endpoint: Endpoint) -> Iterator[Cause]:
    """A cause for everything in which the workload and its namespace differ."""
    yield from endpoint.missing(Side.BASE)
    yield from endpoint.missing(Side.HEAD)
    yield from host_network_cause(endpoint)
    yield from ports_cause(endpoint)
    base, head = endpoint.base, endpoint.head
    if base is None or head is None:
        return
    if base.workload.labels != head.workload.labels:
        yield _of_workload(CauseKind.LABELS_CHANGED, endpoint.latest, Side.HEAD)
    if base.namespace_labels != head.namespace_labels:
        yield from relabelling(base.namespace, head.namespace)


def relabelling(base: Namespace | None, head: Namespace | None) -> Iterator[Cause]:
    """The cause in a namespace that carries other labels.

    Located in the head, or in the base where the head has no manifest; none without manifests.
    """
    if head is not None:
        side, manifest = Side.HEAD, head
    elif base is not None:
        side, manifest = Side.BASE, base
    else:
        return
    ref = ObjectRef("", "Namespace", "", manifest.name)
    yield Cause(CauseKind.LABELS_CHANGED, side, ref, manifest.location)


def _of_workload(kind: CauseKind, workload: Workload, side: Side) -> Cause:
    group = GROUPS.get(workload.kind, "")
    ref = ObjectRef(group, workload.kind, workload.namespace, workload.name)
    return Cause(kind, side, ref, workload.location)
