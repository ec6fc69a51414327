"""What of Services, and of what has the API server call them, is of use in an inventory."""

from collections.abc import Mapping
from functools import partial

from edgewarden.manifests.applying import UNKNOWN
from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.kinds import type_of
from edgewarden.manifests.nodes import mapping_at_line
from edgewarden.manifests.serving.kinds import SERVICE, SERVING
from edgewarden.manifests.serving.served import Served, read_served
from edgewarden.reachability.calls import Caller
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef


def served_in(content: JsonObject) -> Served | None:
    """A cleaned object as one that tells what is called; nothing where it tells nothing, as a
    definition of resources that nobody converts."""
    root = mapping_at_line(content, 1)
    found = read_served(root, type_of(root), partial(Location, ""), UNKNOWN)
    return found[0] if found else None


def uncalled(objects: Mapping[ObjectRef, JsonObject]) -> frozenset[ObjectRef]:
    """The Services that no caller names."""
    called = {
        (call.namespace, call.service)
        for ref, content in objects.items()
        if _calls(ref) and (served := served_in(content)) and isinstance(served.value, Caller)
        for call in served.value.calls
    }
    return frozenset(
        ref
        for ref in objects
        if (ref.group, ref.kind) == SERVICE and (ref.namespace, ref.name) not in called
    )


def _calls(ref: ObjectRef) -> bool:
    key = ref.group, ref.kind
    return key in SERVING and key != SERVICE
