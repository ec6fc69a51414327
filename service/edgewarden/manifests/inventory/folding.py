"""Pods and replica sets that say no more than the controller that made them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from edgewarden.manifests.inventory.pods import Look, look_of, named, part, with_look
from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.kinds import WORKLOADS
from edgewarden.manifests.metadata import Owner
from edgewarden.manifests.ownership import MAKERS
from edgewarden.manifests.workloads import POD
from edgewarden.reachability.model import ObjectRef

POD_TYPE = ("", "Pod")

_Alike: TypeAlias = dict[Look, JsonObject]


@dataclass(slots=True)
class Crowds:
    """Pods by what made them: of those that look alike the first by name."""

    _pods: dict[ObjectRef, _Alike] = field(default_factory=dict)

    def add(self, ref: ObjectRef, content: JsonObject, owner: Owner | None) -> None:
        """A pod without an owner is a crowd of its own."""
        maker = ObjectRef(owner.group, owner.kind, ref.namespace, owner.name) if owner else ref
        if (look := look_of(content, POD)) is not None:
            _stand(content, look, self._pods.setdefault(maker, {}))

    def beside(self, objects: Mapping[ObjectRef, JsonObject]) -> dict[ObjectRef, JsonObject]:
        """The objects and the pods, none of them left out."""
        pods = [(maker, pod) for maker, alike in self for pod in alike.values()]
        return {**objects, **{_ref(maker, pod): pod for maker, pod in pods}}

    def __iter__(self) -> Iterator[tuple[ObjectRef, _Alike]]:
        return iter(self._pods.items())


def _stand(pod: JsonObject, look: Look, alike: _Alike) -> None:
    """Let the pod stand for those that look alike, unless another comes before it by name."""
    if look not in alike or named(pod) < named(alike[look]):
        alike[look] = pod


def folded(
    objects: Mapping[ObjectRef, JsonObject], owners: Mapping[ObjectRef, Owner], crowds: Crowds
) -> dict[ObjectRef, JsonObject]:
    """The objects, and the pods, that say something of their own.

    Left out is what looks like the template of the controller that made it, as far as policies
    could tell: anybody may write an owner into an object. Where all pods of a controller have the
    same labels and ports on top of it, as admission webhooks inject them, it gets them too.
    """
    homes = {ref: _home(ref, objects, owners) for ref in objects}
    kept = {ref: objects[ref] for ref, home in homes.items() if home == ref}
    at_home: dict[ObjectRef, _Alike] = {}
    strays: dict[ObjectRef, JsonObject] = {}
    for maker, alike in crowds:
        made_pods = (maker.group, maker.kind) in MAKERS[POD_TYPE]
        if made_pods and (home := homes.get(maker)) is not None:
            for look, pod in alike.items():
                _stand(pod, look, at_home.setdefault(home, {}))
        else:
            strays.update((_ref(maker, pod), pod) for pod in alike.values())
    for home, alike in at_home.items():
        kept[home], others = _taken_in(kept[home], home, alike)
        strays.update((_ref(home, pod), _owned_by(pod, kept[home])) for pod in others)
    return kept | strays


def _ref(maker: ObjectRef, pod: JsonObject) -> ObjectRef:
    """The identity of a pod; what made it is in the same namespace."""
    return ObjectRef(*POD_TYPE, maker.namespace, named(pod))


def _owned_by(pod: JsonObject, maker: JsonObject) -> JsonObject:
    """A pod that names the controller which is kept in place of what made it."""
    owner: JsonObject = {
        "apiVersion": maker["apiVersion"],
        "controller": True,
        "kind": maker["kind"],
        "name": named(maker),
    }
    metadata: JsonObject = {**part(pod, "metadata"), "ownerReferences": [owner]}
    return {**pod, "metadata": metadata}


def _taken_in(
    content: JsonObject, ref: ObjectRef, alike: _Alike
) -> tuple[JsonObject, list[JsonObject]]:
    """A controller as its pods show it, and those of them that look otherwise."""
    shape = WORKLOADS[ref.group, ref.kind]
    template = look_of(content, shape)
    if template is None:
        return content, list(alike.values())
    told = template.without(shape.open_labels)
    looks = {look: look.without(shape.open_labels) for look in alike}
    distinct = set(looks.values())
    if len(distinct) == 1 and (only := distinct.pop()) != told and only.extends(told):
        return with_look(content, shape, only.joined(template)), []
    return content, [alike[look] for look, bare in looks.items() if bare != told]


def _home(
    ref: ObjectRef, objects: Mapping[ObjectRef, JsonObject], owners: Mapping[ObjectRef, Owner]
) -> ObjectRef | None:
    """The object whose template stands for this one's pods: its maker's, or its own.

    Nothing where it has no pods any more: an earlier revision, scaled down for good.
    """
    owner = owners.get(ref)
    if owner is None or (owner.group, owner.kind) not in MAKERS.get((ref.group, ref.kind), ()):
        return ref
    maker = ObjectRef(owner.group, owner.kind, ref.namespace, owner.name)
    if maker not in objects:
        return ref
    shape = WORKLOADS[maker.group, maker.kind]
    made = look_of(objects[ref], WORKLOADS[ref.group, ref.kind])
    template = look_of(objects[maker], shape)
    if made and template and made.without(shape.open_labels) == template.without(shape.open_labels):
        return maker
    spec = objects[ref].get("spec")
    gone = isinstance(spec, dict) and spec.get("replicas") == 0
    return None if gone else ref
