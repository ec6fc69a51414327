"""Where the parts of a rendered object were written.

A part stands in the file of the object where that says the same. Else it stands in the patch that
says it, if one place does. What no place says whole stands where the first of its parts is set, or
at the line of the kustomization that sets it.
"""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

from edgewarden.manifests.fields import Places
from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS, type_of
from edgewarden.manifests.nodes import Entry, Node, Plain, PlainScalar, Scalar, Sequence, plain
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.originals import Written
from edgewarden.manifests.overlay import Overlay
from edgewarden.manifests.patches import ITEM, Keys, Patch
from edgewarden.reachability.location import Location

_SPEC = "spec"
_LABELS = ("metadata", "labels")
_RULES = frozenset({"ingress", "egress"})
"""What of a policy has places of its own."""


@dataclass(frozen=True, slots=True)
class Relocated:
    """A rendered object. The lines of its nodes are numbers of places."""

    root: MappingNode
    numbered: tuple[Location, ...]

    def places(self, number: int, _column: int) -> Location:
        return self.numbered[number]


def placed(rendered: MappingNode, location: Location) -> Relocated:
    """``rendered``, all of it at one place."""
    return _numbered(_mirrored(rendered, rendered, lambda _: 0), 0, (location,))


def relocated(rendered: MappingNode, written: Written, overlay: Overlay) -> Relocated:
    """``rendered``, which ``overlay`` makes of ``written``, each part where it was written.

    The object as a whole is where it is declared. Where something else sets what the place of a
    whole object stands for, it is there: the selector and the types of a policy, the labels and
    ports of pods, the labels of a namespace.
    """
    return _Relocation(rendered, written, overlay).relocated()


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
        self._own = written.root
        self._file = partial(Location, written.path)
        self._overlay = overlay
        self._numbers: dict[Location, int] = {}
        self._set: list[tuple[Keys, Location]] = []
        self._labelled: list[tuple[Keys, str]] = []

    def relocated(self) -> Relocated:
        moved = self._part(self._rendered, self._own, self._own, ()).node
        whole = self._number(self._whole())
        return _numbered(moved, whole, tuple(self._numbers))

    def _whole(self) -> Location:
        """The place of the object itself."""
        declared = self._file(self._own.line, self._own.column)
        decides = _deciding(self._rendered)
        for keys, place in self._set:
            if decides(keys):
                return _changing(place, declared)
        given = (labels for keys, labels in self._labelled if decides(keys))
        return replace(declared, beside=next(given, ""))

    def _part(self, node: Node, own: Node | None, holder: Node, keys: Keys) -> _Part:
        """The part at ``keys``, for which the file has ``own``, in ``holder``."""
        if own is not None and _content(node) == _content(own):
            return _Part(self._copied(node, own, self._file))
        said = self._said(node, keys)
        if said is not None:
            places, at = said
            place = places(at.line, at.column)
            self._set.append((keys, place))
            return _Part(self._copied(node, at, places), place)
        if own is None and isinstance(node, Scalar) and (keys[-1], node.value) in self._labels:
            given = self._labels[keys[-1], node.value]
            labels = f"with labels of {given.spot}"
            self._labelled.append((keys, labels))
            return _Part(Scalar(node.value, self._number(given), 1), None, labels)
        return self._composed(node, own, holder, keys)

    def _composed(self, node: Node, own: Node | None, holder: Node, keys: Keys) -> _Part:
        """A part that nothing says as it is."""
        parts = self._inner(node, own, holder if own is None else own, keys)
        set_at = next((part.set_at for part in parts if part.set_at), None)
        labels = next((part.labels for part in parts if part.labels), "")
        declared = self._file((own or holder).line, (own or holder).column)
        if set_at is None and not (labels and self._alike(node, own)):
            set_at = _changing(self._overlay.setting(self._patches), declared)
            self._set.append((keys, set_at))
        if set_at is None:
            place = replace(declared, beside=labels)
        else:
            place = set_at if own is None else _changing(set_at, declared)
        return _Part(self._rebuilt(node, parts, own, self._number(place)), set_at, labels)

    def _inner(self, node: Node, own: Node | None, holder: Node, keys: Keys) -> list[_Part]:
        match node:
            case MappingNode(entries):
                known = _entries(own)
                values = (known[e.key].value if e.key in known else None for e in entries)
                pairs = zip(entries, values, strict=True)
                return [self._part(e.value, v, holder, (*keys, e.key)) for e, v in pairs]
            case Sequence(items):
                paired = zip(items, self._origins(items, own), strict=True)
                return [self._part(item, v, holder, (*keys, ITEM)) for item, v in paired]
        return []

    def _rebuilt(self, node: Node, parts: list[_Part], own: Node | None, line: int) -> Node:
        match node:
            case Scalar(value):
                return Scalar(value, line, 1)
            case Sequence():
                return Sequence(tuple(part.node for part in parts), line, 1)
            case MappingNode(entries):
                known = _entries(own)
                lines = (
                    self._number(self._file(known[entry.key].line, known[entry.key].column))
                    if entry.key in known and part.set_at is None
                    else part.node.line
                    for entry, part in zip(entries, parts, strict=True)
                )
                return MappingNode(
                    tuple(
                        Entry(entry.key, part.node, at, 1)
                        for entry, part, at in zip(entries, parts, lines, strict=True)
                    ),
                    line,
                    1,
                )

    def _origins(self, items: tuple[Node, ...], own: Node | None) -> list[Node | None]:
        """Of a list, an item comes from an equal one, else from the one in its place, if no other
        item comes from that."""
        written = own.items if isinstance(own, Sequence) else ()
        equal = {self._plain(item): item for item in reversed(written)}
        found = [equal.get(self._plain(item)) for item in items]
        taken = {self._plain(item) for item in items} & equal.keys()
        return [
            origin
            if origin is not None or at >= len(written) or self._plain(written[at]) in taken
            else written[at]
            for at, origin in enumerate(found)
        ]

    def _said(self, node: Node, keys: Keys) -> tuple[Places, Node] | None:
        """What says of the part at ``keys`` that it is ``node``, if one place does."""
        content = _content(node)
        found = {
            patch.places(at.line, at.column): (patch.places, at)
            for patch in self._patches
            for at in patch.at(keys)
            if _content(at) == content
        }
        return found.popitem()[1] if len(found) == 1 else None

    @cached_property
    def _patches(self) -> list[Patch]:
        names = (_name(self._rendered), _name(self._own))
        return self._overlay.changing(self._rendered.text("kind"), names)

    @property
    def _labels(self) -> dict[tuple[str, PlainScalar], Location]:
        return self._overlay.labels

    def _alike(self, node: Node, own: Node | None) -> bool:
        """Whether a part is what the file says but for the labels that it is given."""
        return own is None or self._plain(node) == self._plain(own)

    def _plain(self, node: Node) -> str:
        """What a node says but for the labels that everything is given."""
        return json.dumps(_without(plain(node), self._labels.keys()), sort_keys=True)

    def _copied(self, node: Node, other: Node, places: Places) -> Node:
        """``node``, at the places of ``other``, which says the same."""
        return _mirrored(node, other, lambda at: self._number(places(at.line, at.column)))

    def _number(self, place: Location) -> int:
        return self._numbers.setdefault(place, len(self._numbers))


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
        return lambda keys: keys[:1] == (_SPEC,)
    pods = WORKLOADS[key].template
    named = [(*pods, *_LABELS), (*pods, _SPEC, "hostNetwork")]

    def decides(keys: Keys) -> bool:
        below = (*pods, _SPEC)
        ports = keys[: len(below)] == below and "ports" in keys
        return ports or any(keys[: len(way)] == way[: len(keys)] for way in named)

    return decides


def _mirrored(node: Node, other: Node, number: Callable[[Node | Entry], int]) -> Node:
    """``node``, numbered as ``other``, which says the same."""
    line = number(other)
    match node, other:
        case Sequence(items), Sequence(others):
            pairs = zip(items, others, strict=True)
            return Sequence(tuple(_mirrored(a, b, number) for a, b in pairs), line, 1)
        case MappingNode(entries), MappingNode():
            known = _entries(other)
            return MappingNode(
                tuple(
                    Entry(
                        entry.key,
                        _mirrored(entry.value, known[entry.key].value, number),
                        number(known[entry.key]),
                        1,
                    )
                    for entry in entries
                ),
                line,
                1,
            )
    return node._replace(line=line, column=1)


def _entries(written: Node | None) -> dict[str, Entry]:
    entries = written.entries if isinstance(written, MappingNode) else ()
    return {entry.key: entry for entry in entries}


def _name(root: MappingNode) -> str:
    metadata = root.get("metadata")
    return metadata.text("name") if isinstance(metadata, MappingNode) else ""


def _without(value: Plain, labels: AbstractSet[tuple[str, PlainScalar]]) -> Plain:
    match value:
        case dict():
            return {
                key: _without(each, labels)
                for key, each in value.items()
                if isinstance(each, dict | list) or (key, each) not in labels
            }
        case list():
            return [_without(each, labels) for each in value]
    return value


def _content(node: Node) -> str:
    """What a node says, whatever the order of its keys: kustomize sorts them."""
    return json.dumps(plain(node), sort_keys=True)
