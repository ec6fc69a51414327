"""What selectors see, and whether they match: never, certainly, or where some things hold."""

from collections.abc import Mapping
from typing import TypeAlias

from edgewarden.reachability.facts import Holding
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    NamespaceRequirement,
    Requirement,
)
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


def hanging_on_namespace(
    selector: LabelSelector, workload: Workload, labels: Labels
) -> tuple[NamespaceRequirement, ...] | None:
    """What it hangs on that ``selector`` matches the namespace of a workload, which has ``labels``.

    ``None`` is never. Of a namespace that nothing shows, only its name is certain.
    """
    if not workload.open_namespace:
        return () if selector.admits(labels) else None
    sure = (each for each in selector.requirements if each.key == NAMESPACE_NAME_LABEL)
    if not all(each.admits(labels) for each in sure):
        return None
    return tuple(
        NamespaceRequirement(workload.namespace, each)
        for each in selector.requirements
        if each.key != NAMESPACE_NAME_LABEL
    )


def hanging(selector: LabelSelector, workload: Workload) -> tuple[Requirement, ...] | None:
    """The requirements on which it hangs whether ``selector`` matches; ``None`` is never."""
    found: tuple[Requirement, ...] = ()
    for requirement in selector.requirements:
        if requirement.key in workload.open_labels:
            found = (*found, requirement)
        elif not requirement.admits(workload.labels):
            return None
    return found
