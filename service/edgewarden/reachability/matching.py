"""Which selectors match which pods: never, certainly, or where some propositions hold."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from edgewarden.reachability.facts import Holding, Identity, LabelHolds, Pod, Role
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Namespace, PodPeer, Workload

Match: TypeAlias = Holding | None
"""``None``: never. Otherwise the propositions that all have to hold; none means certainly."""

Labels: TypeAlias = Mapping[str, str]


def namespace_labels(name: str, manifest: Namespace | None) -> Labels:
    """The labels of a namespace: those of its manifest, and its name.

    The API server sets ``kubernetes.io/metadata.name``, also where there is no manifest; what a
    manifest says of that key is ignored.
    """
    written = manifest.labels if manifest is not None else {}
    return {**written, NAMESPACE_NAME_LABEL: name}


def match(selector: LabelSelector, workload: Workload, role: Role, location: Location) -> Match:
    """Whether ``selector``, written at ``location``, matches the pod of ``workload`` at an end."""
    hanging: list[LabelHolds] = []
    for requirement in selector.requirements:
        if requirement.key in workload.open_labels:
            hanging.append(LabelHolds(Pod(workload.identity, role), requirement, location))
        elif not requirement.admits(workload.labels):
            return None
    return frozenset(hanging)


def members(
    peer: PodPeer,
    own: str,
    role: Role,
    workloads: Iterable[Workload],
    namespaces: Mapping[str, Labels],
) -> Mapping[Identity, Holding]:
    """The workloads that ``peer`` may match in a policy of namespace ``own``, each with when.

    ``namespaces`` holds the labels of every namespace of ``workloads``. ``hostNetwork`` pods
    match no pod peer.
    """
    found: dict[Identity, Holding] = {}
    for workload in workloads:
        if workload.host_network or not in_namespace(peer, own, workload.namespace, namespaces):
            continue
        when = match(peer.pods or LabelSelector(), workload, role, peer.location)
        if when is not None:
            found[workload.identity] = when
    return found


def in_namespace(peer: PodPeer, own: str, namespace: str, namespaces: Mapping[str, Labels]) -> bool:
    """Whether ``peer`` in a policy of namespace ``own`` looks for pods in ``namespace``."""
    if peer.namespaces is None:
        return namespace == own
    return peer.namespaces.admits(namespaces[namespace])
