"""Where the parts of a rendered object were written.

A part stands in the file of the object where that says the same. Else it stands in the patch that
says it, if one place does. What no place says whole stands where the first of its parts is set, or
at the line of the kustomization that sets it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

from edgewarden.manifests.fields import Places
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS, type_of
from edgewarden.manifests.likeness import Contents, mirrored
from edgewarden.manifests.nodes import Entry, Node, Scalar, Sequence
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.originals import Written, name_of
from edgewarden.manifests.overlay import Overlay
from edgewarden.manifests.patches import ITEM, Keys, Patch
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.reachability.location import Location

_SPEC = "spec"
_LABELS = ("metadata", "labels")
_RULES = frozenset({"ingress", "egress"})
"""What of a policy has places of its own."""
_SOMETHING = ""
"""The key of what is taken away."""


@dataclass(frozen=True, slots=True)
class Relocated:
    """A rendered object. The lines of its nodes are numbers of places."""

    root: MappingNode
    numbered: tuple[Location, ...]

    def places(self, number: int, _column: int) -> Location:
        return self.numbered[number]


def placed(rendered: MappingNode, location: Location) -> Relocated:
    """``rendered``, all of it at one place."""
    return _numbered(mirrored(rendered, rendered, lambda _: 0), 0, (location,))


def relocated(rendered: MappingNode, written: Written, overlay: Overlay) -> Relocated:
    """``rendered``, which ``overlay`` makes of ``written``, each part where it was written.

    The object as a whole is where it is declared. Where something else sets what the place of a
    whole object stands for, it is there: the selector and the types of a policy, the labels and
    ports of pods, the labels of a namespace.
    """
    return _Relocation(rendered, written, overlay).relocated()


class _Source(NamedTuple):
    """A node as a file or a patch has it."""

    node: Node
    places: Places

    @property
    def place(self) -> Location:
        return self.places(self.node.line, self.node.column)

    @property
    def entries(self) -> dict[str, Entry]:
        entries = self.node.entries if isinstance(self.node, MappingNode) else ()
        return {entry.key: entry for entry in entries}

    @property
    def items(self) -> tuple[Node, ...]:
        return self.node.items if isinstance(self.node, Sequence) else ()


class _Part(NamedTuple):
    """A node at its places. ``set_at`` is where the first of it is set that its file does not say,
    ``labels`` the labels that it is given besides."""

    node: Node
    set_at: Location | None = None
    labels: str = ""


class _Relocation:
    """One object on its way to its places."""

    def __init__(self, rendered: MappingNode, written: Written, overlay: Overlay) -> None:
        self._rendered = rendered
        self._own = _Source(written.root, partial(Location, written.path))
        self._names = (name_of(rendered), name_of(written.root))
        self._overlay = overlay
        self._contents = Contents()
        self._numbers: dict[Location, int] = {}
        self._set: list[tuple[Keys, Location]] = []
        self._labelled: list[tuple[Keys, str]] = []

    def relocated(self) -> Relocated:
        moved = self._part(self._rendered, self._own, self._own, ()).node
        whole = self._number(self._whole())
        return _numbered(moved, whole, tuple(self._numbers))

    def _whole(self) -> Location:
        """The place of the object itself."""
        declared = self._own.place
        decides = _deciding(self._rendered)
        for keys, place in self._set:
            if decides(keys):
                return _changing(place, declared)
        given = (labels for keys, labels in self._labelled if decides(keys))
        return replace(declared, beside=next(given, ""))

    def _part(self, node: Node, own: _Source | None, holder: _Source, keys: Keys) -> _Part:
        """The part at ``keys``, for which the file has ``own``, in ``holder``."""
        if own is not None and self._alike(node, own):
            return self._taken(node, own, keys)
        match self._said(node, keys):
            case [said]:
                self._set.append((keys, said.place))
                return self._taken(node, said, keys)._replace(set_at=said.place)
            case [_, *_]:
                return self._unsure(node, own or holder, keys)
        if isinstance(node, Scalar) and (keys[-1], node.value) in self._overlay.labels:
            return self._given(node, own, keys)
        return self._composed(node, own, holder, keys)

    def _given(self, label: Scalar, own: _Source | None, keys: Keys) -> _Part:
        """A label that everything is given: one more, or in place of that in the file."""
        place = self._overlay.labels[keys[-1], label.value]
        node = Scalar(label.value, self._number(place), 1)
        if own is not None:
            self._set.append((keys, place))
            return _Part(node, place)
        labels = f"with labels of {place.spot}"
        self._labelled.append((keys, labels))
        return _Part(node, None, labels)

    def _taken(self, node: Node, source: _Source, keys: Keys) -> _Part:
        """A part that ``source`` says, but for the labels that it is given."""
        if self._contents.of(node) != self._contents.of(source.node):
            return self._composed(node, source, source, keys)
        return _Part(mirrored(node, source.node, partial(self._at, source.places)))

    def _unsure(self, node: Node, changed: _Source, keys: Keys) -> _Part:
        """A part that is set by something that no line can be named of."""
        place = _changing(self._overlay.setting(self._patches), changed.place)
        self._set.append((keys, place))
        number = self._number(place)
        return _Part(mirrored(node, node, lambda _: number), place)

    def _composed(self, node: Node, own: _Source | None, holder: _Source, keys: Keys) -> _Part:
        """A part that nothing says as it is, or only without the labels that it is given."""
        parts = [
            self._part(child, origin, own or holder, (*keys, key))
            for key, child, origin in self._children(node, own)
        ]
        set_at = next((part.set_at for part in parts if part.set_at), None)
        labels = next((part.labels for part in parts if part.labels), "")
        if set_at is None and not (labels and (own is None or self._alike(node, own))):
            within = keys if isinstance(node, Scalar) else (*keys, _SOMETHING)
            set_at = self._unsure(node, own or holder, within).set_at
        if set_at is None:
            place = replace((own or holder).place, beside=labels)
        else:
            place = set_at if own is None else _changing(set_at, own.place)
        return _Part(self._rebuilt(node, parts, own, self._number(place)), set_at, labels)

    def _children(
        self, node: Node, own: _Source | None
    ) -> Iterator[tuple[str, Node, _Source | None]]:
        """Each part of a node, with its key and what it comes from."""
        match node:
            case MappingNode(entries):
                known = own.entries if own else {}
                for entry in entries:
                    origin = known[entry.key].value if entry.key in known else None
                    yield entry.key, entry.value, _within(own, origin)
            case Sequence(items):
                origins = self._origins(items, own.items if own else ())
                for item, origin in zip(items, origins, strict=True):
                    yield ITEM, item, _within(own, origin)

    def _rebuilt(self, node: Node, parts: list[_Part], own: _Source | None, line: int) -> Node:
        match node:
            case Scalar(value):
                return Scalar(value, line, 1)
            case Sequence():
                return Sequence(tuple(part.node for part in parts), line, 1)
            case MappingNode(entries):
                known = own.entries if own else {}
                built = []
                for entry, part in zip(entries, parts, strict=True):
                    origin = known.get(entry.key) if part.set_at is None else None
                    at = self._at(own.places, origin) if own and origin else part.node.line
                    built.append(Entry(entry.key, part.node, at, 1))
                return MappingNode(tuple(built), line, 1)

    def _origins(self, items: tuple[Node, ...], written: tuple[Node, ...]) -> Iterator[Node | None]:
        """Of a list, an item comes from an equal one, else from the one in its place, if no other
        item comes from that."""
        equal = {self._plain.of(item): item for item in reversed(written)}
        taken = {self._plain.of(item) for item in items} & equal.keys()
        for at, item in enumerate(items):
            origin = equal.get(self._plain.of(item))
            if origin is None and at < len(written) and self._plain.of(written[at]) not in taken:
                origin = written[at]
            yield origin

    def _said(self, node: Node, keys: Keys) -> list[_Source]:
        """What says of the part at ``keys`` that it is ``node``: of each patch the first."""
        wanted = self._plain.of(node)
        found = (
            next((at for at in patch.at(keys) if self._plain.of(at) == wanted), None)
            for patch in self._patches
        )
        pairs = zip(found, self._patches, strict=True)
        return [_Source(at, patch.places) for at, patch in pairs if at is not None]

    @cached_property
    def _patches(self) -> list[Patch]:
        return self._overlay.changing(self._rendered.text("kind"), self._names)

    def _alike(self, node: Node, own: _Source) -> bool:
        """Whether a part is what is written but for the labels that it is given."""
        same = self._contents.of(node) == self._contents.of(own.node)
        return same or self._plain.of(node) == self._plain.of(own.node)

    @cached_property
    def _plain(self) -> Contents:
        """What nodes say but for the labels that everything is given."""
        labels = self._overlay.labels.keys()
        return Contents(labels) if labels else self._contents

    def _at(self, places: Places, node: Node | Entry) -> int:
        return self._number(places(node.line, node.column))

    def _number(self, place: Location) -> int:
        return self._numbers.setdefault(place, len(self._numbers))


def _within(own: _Source | None, origin: Node | None) -> _Source | None:
    return None if own is None or origin is None else own._replace(node=origin)


def _numbered(node: Node, whole: int, places: tuple[Location, ...]) -> Relocated:
    entries = node.entries if isinstance(node, MappingNode) else ()
    return Relocated(MappingNode(entries, whole, 1), places)


def _changing(place: Location, declared: Location) -> Location:
    return replace(place, beside=f"which changes {declared.spot}")


def _deciding(rendered: MappingNode) -> Callable[[Keys], bool]:
    """Which parts of an object the place of the whole stands for."""
    written = type_of(rendered)
    key = written.group, written.kind
    if key == POLICY:
        return lambda keys: keys[:1] == (_SPEC,) and _RULES.isdisjoint(keys[1:2])
    if key == NAMESPACE:
        return lambda keys: keys[: len(_LABELS)] == _LABELS
    if key not in WORKLOADS:
        parts = SERVING.get(key, (_SPEC,))
        return lambda keys: bool(keys) and keys[0] in parts
    pods = WORKLOADS[key].template
    named = [(*pods, *_LABELS), (*pods, _SPEC, "hostNetwork")]

    def decides(keys: Keys) -> bool:
        below = (*pods, _SPEC)
        ports = keys[: len(below)] == below and "ports" in keys
        return ports or any(keys[: len(way)] == way[: len(keys)] for way in named)

    return decides
