"""Which selectors match which pods: never, certainly, or where some propositions hold."""

from collections.abc import Mapping
from typing import TypeAlias

from edgewarden.reachability.facts import Holding, LabelHolds, Pod, Role
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Namespace, Workload

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
