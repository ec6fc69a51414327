"""What of an object may leave its cluster, as data: whatever a mask does not name stays there."""

from collections.abc import Mapping

from edgewarden.manifests.inventory.errors import PRINT_IT, InventoryError
from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS
from edgewarden.manifests.masks import TYPE, Fields, Mask, Take, pods
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.manifests.workloads import WorkloadKind

_DEEPEST = 50

_NAMES: Fields = {"name": Take.SCALAR, "namespace": Take.SCALAR}
_OWNER: Fields = {**TYPE, "name": Take.SCALAR, "controller": Take.SCALAR}


def _object(metadata: Fields, parts: Fields) -> Fields:
    return {**TYPE, "metadata": {**_NAMES, **metadata}, **parts}


def _workload(kind: WorkloadKind) -> Fields:
    owned: Fields = {"ownerReferences": (_OWNER,)}
    metadata: Fields = owned if kind.template else {**owned, "labels": Take.SCALARS}
    # A Rollout with a workloadRef borrows the pods of a Deployment.
    return _object(metadata, pods(kind, Take.SCALARS, {"workloadRef": {"name": Take.SCALAR}}))


MASKS: Mapping[tuple[str, str], Fields] = {
    NAMESPACE: _object({"labels": Take.SCALARS}, {}),
    POLICY: _object({}, {"spec": Take.WHOLE}),
    **{key: _workload(shape) for key, shape in WORKLOADS.items()},
    **{key: _object({}, parts) for key, parts in SERVING.items()},
}
"""By group and kind. Annotations are in none of them: what the model reads out of them, an
owner, a reason or how to prune, is asked of manifests and never of a cluster."""
UNJUDGED: Fields = _object({}, {})
"""Of a policy that is not judged, beside the digest of what it says."""


def taken(value: Plain, fields: Fields, place: str) -> JsonObject:
    """What ``fields`` take of a mapping, without nulls. ``place`` names it in errors.

    Raises ``InventoryError`` where a value has another type than the API gives it: nothing that
    came in such a form is known to be harmless.
    """
    given = _mapping(value, place)
    return {
        name: _masked(given[name], mask, f"{place}: {name}")
        for name, mask in fields.items()
        if given.get(name) is not None
    }


def _masked(value: Plain, mask: Mask, place: str) -> Plain:
    match mask:
        case Take.SCALAR:
            if isinstance(value, dict | list):
                raise _unlike(place)
            return value
        case Take.SCALARS:
            return taken(value, dict.fromkeys(_mapping(value, place), Take.SCALAR), place)
        case Take.WHOLE:
            refuse_depth(value, place)
            return value
        case Mapping():
            return taken(value, mask, place)
        case (fields,):
            if not isinstance(value, list):
                raise _unlike(place)
            return [taken(each, fields, place) for each in value]


def _mapping(value: Plain, place: str) -> JsonObject:
    if not isinstance(value, dict):
        raise _unlike(place)
    return value


def _unlike(place: str) -> InventoryError:
    return InventoryError(f"{place} has a type that no API server gives it: {PRINT_IT}.")


def refuse_depth(value: Plain, place: str) -> None:
    """Raises ``InventoryError`` for a value that is nested deeper than any object is."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for each in level
            if isinstance(each, dict | list)
            for part in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise InventoryError(f"{place} is nested too deep for what it is.")
