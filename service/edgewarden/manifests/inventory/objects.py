"""One object, cleaned: its identity, what of it may leave the cluster, and who made it."""

from dataclasses import dataclass

from edgewarden.manifests.inventory.called import served_in
from edgewarden.manifests.inventory.errors import PRINT_IT, InventoryError
from edgewarden.manifests.inventory.pods import part, parts, slim, template_of, with_template
from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.inventory.whitelist import MASKS, UNJUDGED, refuse_depth, taken
from edgewarden.manifests.kinds import NAMESPACE, WORKLOADS, ObjectType
from edgewarden.manifests.metadata import Owner
from edgewarden.manifests.serving.kinds import SERVICE, SERVING
from edgewarden.manifests.unjudged import plain_digest, unjudged_kind
from edgewarden.manifests.workloads import FINISHED
from edgewarden.reachability.model import ObjectRef

DIGEST = "digest"
"""The field that stands for the content of a policy that is not judged."""

_OF_CLEANED_POLICY = frozenset({"apiVersion", "kind", "metadata", DIGEST})
_CLUSTER_SCOPED = frozenset({NAMESPACE, *SERVING} - {SERVICE})
_DIGEST_LENGTH = 64
_LONGEST_TYPE = 400
"""A group has up to 253 characters, a version and a kind up to 63 each."""
_SHOWN = 253


@dataclass(frozen=True, slots=True)
class CleanObject:
    """``finished`` marks a pod that has run to its end."""

    ref: ObjectRef
    content: JsonObject
    owner: Owner | None = None
    finished: bool = False


def type_in(content: JsonObject) -> ObjectType:
    """Raises ``InventoryError`` for an object that names no type."""
    version, kind = content.get("apiVersion"), content.get("kind")
    named = isinstance(version, str) and isinstance(kind, str) and kind
    if not named or len(f"{version} {kind}") > _LONGEST_TYPE:
        raise InventoryError(
            f"An object names no kind: {PRINT_IT}, which gives each object its apiVersion and kind."
        )
    group, _, short = str(version).rpartition("/")
    return ObjectType(group, short, str(kind))


def clean_object(content: JsonObject, written: ObjectType) -> CleanObject | None:
    """The object cleaned; nothing for a kind that is not taken. Raises ``InventoryError``."""
    key = written.group, written.kind
    mask = MASKS.get(key)
    if mask is None and unjudged_kind(*key) is None:
        return None
    clean = taken(content, mask or UNJUDGED, written.kind)
    ref = _ref(written, clean)
    if mask is None:
        return CleanObject(ref, {**clean, DIGEST: _digest(content, ref)})
    if key in SERVING and served_in(clean) is None:
        return None
    if (shape := WORKLOADS.get(key)) is None:
        return CleanObject(ref, clean)
    owner = _struck_owner(clean)
    finished = part(clean, "status").get("phase") in FINISHED
    clean.pop("status", None)
    if (template := template_of(clean, shape)) is not None:
        clean = with_template(clean, shape, slim(template))
    return CleanObject(ref, clean, owner, finished)


def _ref(written: ObjectType, content: JsonObject) -> ObjectRef:
    """The identity of an object, which every object of a cluster has."""
    key = written.group, written.kind
    metadata = part(content, "metadata")
    name, namespace = metadata.get("name"), metadata.get("namespace", "")
    if not isinstance(name, str) or not name or not isinstance(namespace, str):
        raise InventoryError(f"A {written.kind} has no name: {PRINT_IT}.")
    if key in MASKS and bool(namespace) is (key in _CLUSTER_SCOPED):
        fault = "is in a namespace, which it cannot be" if namespace else "is in no namespace"
        raise InventoryError(f"{written.kind} {name[:_SHOWN]} {fault}: {PRINT_IT}.")
    return ObjectRef(*key, namespace, name)


def _digest(content: JsonObject, ref: ObjectRef) -> str:
    """Of what a policy says; one that was cleaned before has it already."""
    given = content.get(DIGEST)
    if given is None or not _OF_CLEANED_POLICY.issuperset(content):
        refuse_depth(content, ref.kind)
        return plain_digest(content)
    if not isinstance(given, str) or len(given) != _DIGEST_LENGTH:
        raise InventoryError(f"The digest of {ref.kind} {ref} is no SHA-256: clean it anew.")
    return given


def _struck_owner(content: JsonObject) -> Owner | None:
    """The owner that stands for a controller; references to others are struck out."""
    metadata = part(content, "metadata")
    references = parts(metadata, "ownerReferences")
    controller = next((each for each in references if each.get("controller") is True), None)
    if controller is None:
        metadata.pop("ownerReferences", None)
        return None
    metadata["ownerReferences"] = [controller]
    version, kind, name = (str(controller.get(key, "")) for key in ("apiVersion", "kind", "name"))
    return Owner(version.rpartition("/")[0], kind, name)
