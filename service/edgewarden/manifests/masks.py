"""Which parts of an object are taken, as data: for an inventory, and of what CI renders."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from edgewarden.manifests.workloads import WorkloadKind


class Take(Enum):
    """How much of a value is taken: one that has no parts, a map of those, or all of it."""

    SCALAR = "scalar"
    SCALARS = "scalars"
    WHOLE = "whole"


Mask: TypeAlias = "Take | Fields | tuple[Fields]"
"""What is taken of a value: of the fields of a mapping by name, or of each item of a list."""
Fields: TypeAlias = Mapping[str, Mask]

TYPE: Fields = {"apiVersion": Take.SCALAR, "kind": Take.SCALAR}
_PORT: Fields = {"name": Take.SCALAR, "containerPort": Take.SCALAR, "protocol": Take.SCALAR}
_POD_SPEC: Fields = {
    "hostNetwork": Take.SCALAR,
    "containers": ({"ports": (_PORT,)},),
    "initContainers": ({"restartPolicy": Take.SCALAR, "ports": (_PORT,)},),
}


def pods(kind: WorkloadKind, labels: Take, beside: Fields) -> Fields:
    """What says which pods an object of a kind has, without its metadata.

    That is the pod template where the kind keeps it, its ``labels`` taken like that, and the number
    of pods and the fields ``beside`` it. A pod is its own template, and its metadata holds the
    labels.
    """
    if not kind.template:
        return {"spec": _POD_SPEC, "status": {"phase": Take.SCALAR}}
    *path, last = kind.template
    parts: dict[str, Mask] = {last: {"metadata": {"labels": labels}, "spec": _POD_SPEC}, **beside}
    if kind.count:
        parts[kind.count] = Take.SCALAR
    for name in reversed(path):
        parts = {name: parts}
    return parts
