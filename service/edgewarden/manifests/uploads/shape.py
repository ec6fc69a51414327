"""What of a rendered object is kept: what reachability needs, and the shape of the rest.

The shape is there because the API server looks at the whole object: an unknown field or a number
where a text must be keeps it out of the cluster, wherever it stands.
"""

from collections import abc
from functools import partial

from edgewarden.manifests.applying import UNKNOWN
from edgewarden.manifests.deployers import read_deployer
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS, ObjectType
from edgewarden.manifests.masks import TYPE, Fields, Mask, Take, pods
from edgewarden.manifests.metadata import KEEPING
from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, plain
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.manifests.serving.served import read_served
from edgewarden.manifests.unjudged import content_digest
from edgewarden.manifests.workloads import WorkloadKind
from edgewarden.reachability.location import Location

_DIGEST = "digest"
"""Stands in ``spec`` for what an object says that is not read here."""
_DIGEST_LENGTH = 64

_METADATA: Fields = {
    "name": Take.SCALAR,
    "generateName": Take.SCALAR,
    "namespace": Take.SCALAR,
    "labels": Take.WHOLE,
    "annotations": dict.fromkeys(KEEPING, Take.SCALAR),
    "ownerReferences": Take.WHOLE,
}
_NOTHING: Fields = {}
_MADE: Fields = {
    **TYPE,
    "name": Take.SCALAR,
    "namespace": Take.SCALAR,
    "cloneList": {"kinds": Take.WHOLE},
}
_RULE: Fields = {
    "match": Take.WHOLE,
    "exclude": Take.WHOLE,
    "generate": {**_MADE, "foreach": (_MADE,)},
    "mutate": {"targets": (TYPE,)},
}
_MAKER: Fields = {
    **TYPE,
    "metadata": _METADATA,
    "spec": {"rules": (_RULE,)},
    "objects": ({**TYPE, "metadata": {"name": Take.SCALAR}},),
}
"""What tells which policies an object makes, and where; what they say is not kept, so they could
do anything there."""


def _workload(kind: WorkloadKind) -> Fields:
    selector: Fields = {kind.selector: Take.WHOLE} if kind.selector else {}
    beside: Fields = {"workloadRef": _NOTHING, **selector}
    return {**TYPE, "metadata": _METADATA, **pods(kind, Take.WHOLE, beside)}


_TAKEN: dict[tuple[str, str], Mask] = {
    NAMESPACE: {**TYPE, "metadata": _METADATA},
    # Who owns a policy and why it is there stands in its annotations; it holds no secret.
    POLICY: Take.WHOLE,
    **{key: _workload(shape) for key, shape in WORKLOADS.items()},
}


def kept(root: Mapping, written: ObjectType) -> Mapping | None:
    """The object as it is kept, every part where it was; nothing for one that is not read.

    Of a text, a number or a truth value that is not taken the type stays.
    """
    key = written.group, written.kind
    if key in SERVING:
        tells = read_served(root, written, partial(Location, ""), UNKNOWN)
        return _taken(root, {**TYPE, "metadata": _METADATA, **SERVING[key]}) if tells else None
    mask = _TAKEN.get(key)
    if mask is not None:
        slim = _shape(root, mask)
        return slim if isinstance(slim, Mapping) else None
    place = Location("", root.line)
    if read_deployer(root, written.group, written.kind, place) or written.decides_reachability:
        return _digested(root)
    return None


def _digested(root: Mapping) -> Mapping:
    """What says who the object is and what it makes, and a digest of all that it says. One from
    which nothing would be taken away was kept before."""
    spec = root.get("spec")
    given = spec.text(_DIGEST) if isinstance(spec, Mapping) else ""
    if len(given) == _DIGEST_LENGTH:
        again = _with_digest(root, given)
        if plain(again) == plain(root):
            return again
    return _with_digest(root, content_digest(root))


def _with_digest(root: Mapping, digest: str) -> Mapping:
    slim = _taken(root, _MAKER)
    spec = slim.get("spec")
    said = spec.entries if isinstance(spec, Mapping) else ()
    line, column = root.line, root.column
    stamped = Entry(_DIGEST, Scalar(digest, line, column), line, column)
    whole = Mapping((*said, stamped), line, column)
    entries = tuple(entry for entry in slim.entries if entry.key != "spec")
    return Mapping((*entries, Entry("spec", whole, line, column)), line, column)


def _taken(node: Mapping, fields: Fields) -> Mapping:
    """What ``fields`` take of a mapping, without the shape of the rest."""
    entries = (
        Entry(e.key, _part(e.value, fields[e.key]), e.line, e.column)
        for e in node.entries
        if e.key in fields
    )
    return Mapping(tuple(entries), node.line, node.column)


def _part(node: Node, mask: Mask) -> Node:
    match node, mask:
        case Mapping(), abc.Mapping():
            return _taken(node, mask)
        case Sequence(items, line, column), (fields,):
            return Sequence(tuple(_part(each, fields) for each in items), line, column)
        case Scalar(), Take.SCALAR:
            return node
        case _, Take.WHOLE | Take.SCALARS:
            return node
    return Mapping((), node.line, node.column)


def _shape(node: Node, mask: Mask) -> Node:
    if mask is Take.WHOLE:
        return node
    match node:
        case Mapping(entries, line, column):
            fields = mask if isinstance(mask, abc.Mapping) else _NOTHING
            return Mapping(
                tuple(
                    Entry(e.key, _shape(e.value, fields.get(e.key, _NOTHING)), e.line, e.column)
                    for e in entries
                ),
                line,
                column,
            )
        case Sequence(items, line, column):
            of_items = mask[0] if isinstance(mask, tuple) else _NOTHING
            return Sequence(tuple(_shape(each, of_items) for each in items), line, column)
        case Scalar(value, line, column):
            return node if mask is Take.SCALAR else Scalar(_blank(value), line, column)


def _blank(value: str | float | bool | None) -> str | float | bool | None:
    """A value of the same type, and as whole or broken as the number is."""
    match value:
        case None | bool():
            return value
        case float() if not value.is_integer():
            return 0.5
        case int() | float():
            return 0
        case str():
            return ""
