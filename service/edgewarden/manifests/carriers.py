"""Objects that hold others, whatever their kind: whoever acts on them may make what they hold."""

import re

from edgewarden.manifests.deployers import Deployer, may_deploy
from edgewarden.manifests.kinds import ObjectType, type_of
from edgewarden.manifests.nodes import Mapping, Node, Sequence
from edgewarden.manifests.unjudged import content_digest
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef

_BUILT_IN = ".k8s.io"
_WRITTEN_OUT = re.compile(r"\bkind[\"']?\s*:\s*[\"']?[A-Za-z]*NetworkPolicy\b")
"""A manifest within a text."""
_SPEC = frozenset({"ingress", "egress", "policyTypes"})


def read_carrier(root: Mapping, written: ObjectType, location: Location) -> Deployer | None:
    """An object that holds one of a kind that is judged, or the spec or text of a NetworkPolicy.

    Nothing for kinds of Kubernetes itself, which only describe and refer to others, and for those
    of which it is known what they do.
    """
    group, kind = written.group, written.kind
    if "." not in group or group.endswith(_BUILT_IN) or may_deploy(group, kind):
        return None
    if not _holds(root):
        return None
    metadata = root.get("metadata")
    named = metadata if isinstance(metadata, Mapping) else Mapping((), root.line, root.column)
    ref = ObjectRef(group, kind, named.text("namespace"), named.text("name"))
    return Deployer(ref, group, content_digest(root), location, root)


def _holds(root: Mapping) -> bool:
    pending: list[Node] = [entry.value for entry in root.entries if entry.key != "status"]
    while pending:
        node = pending.pop()
        if isinstance(node, Sequence):
            pending += node.items
        elif isinstance(node, Mapping):
            keys = {entry.key for entry in node.entries}
            if {"apiVersion", "kind"} <= keys and not keys.isdisjoint({"metadata", "spec"}):
                if type_of(node).decides_reachability:
                    return True
            elif "podSelector" in keys and not keys.isdisjoint(_SPEC):
                return True
            pending += (entry.value for entry in node.entries)
        elif isinstance(node.value, str) and _WRITTEN_OUT.search(node.value):
            return True
    return False
