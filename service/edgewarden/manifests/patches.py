"""What the patches of a kustomization say, and where.

Sources: ``types.Kustomization`` and ``types.Patch`` of ``sigs.k8s.io/kustomize/api``; RFC 6902 for
operations, RFC 6901 for their pointers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from edgewarden.manifests.fields import Places
from edgewarden.manifests.kustomizations import PATCHES, Kustomization
from edgewarden.manifests.nodes import Mapping, Node, Scalar, Sequence
from edgewarden.manifests.originals import Originals, name_of
from edgewarden.manifests.yaml_reader import read_stream
from edgewarden.reachability.location import Location

Keys: TypeAlias = tuple[str, ...]
"""The way to a part of an object; ``ITEM`` leads to the items of a list."""
ITEM = "*"

_SETTING = frozenset({"add", "replace"})


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a patch changes; an empty text is any. kustomize takes both for regular expressions."""

    kind: str
    name: str

    def may_be(self, kind: str, names: Iterable[str]) -> bool:
        """Whether an object of ``kind`` that has been called ``names`` may be meant."""
        return _may_match(self.kind, (kind,)) and _may_match(self.name, names)


def _may_match(pattern: str, texts: Iterable[str]) -> bool:
    plain = pattern.replace("-", "").replace(".", "").isalnum()
    return not plain or pattern in texts


@dataclass(frozen=True, slots=True)
class Patch:
    """``parts`` are what it sets, each with the way to it. ``places`` tells where they stand, and
    ``named`` where its kustomization has it."""

    target: Target
    parts: tuple[tuple[Keys, Node], ...]
    places: Places
    named: Location

    def at(self, keys: Keys) -> Iterator[Node]:
        """What it says of the part of an object at ``keys``."""
        for way, node in self.parts:
            if _leads(way, keys):
                yield from _within(node, keys[len(way) :])


def _leads(way: Keys, keys: Keys) -> bool:
    """Whether the pointer ``way`` goes to what ``keys`` lead to, or to what holds it."""
    return len(way) <= len(keys) and all(
        token == key or (key == ITEM and (token == "-" or token.isdigit()))
        for token, key in zip(way, keys, strict=False)
    )


def _within(node: Node | None, keys: Keys) -> Iterator[Node]:
    if node is None:
        return
    if not keys:
        yield node
    elif keys[0] == ITEM:
        for item in node.items if isinstance(node, Sequence) else ():
            yield from _within(item, keys[1:])
    elif isinstance(node, Mapping):
        yield from _within(node.get(keys[0]), keys[1:])


def read_patches(kustomization: Kustomization, originals: Originals) -> Iterator[Patch]:
    """The patches that a kustomization names or holds."""
    marker = kustomization.marker
    named_paths = {(each.key, each.text): each.path for each in kustomization.references}
    for root in originals.documents(marker)[:1]:
        for entry in root.entries if isinstance(root, Mapping) else ():
            if entry.key not in PATCHES or not isinstance(entry.value, Sequence):
                continue
            for item in entry.value.items:
                named = Location(marker, item.line, item.column)
                target = item.get("target") if isinstance(item, Mapping) else None
                for text in _texts(item):
                    path = named_paths.get((entry.key, str(text.value)), "")
                    documents: tuple[Node, ...]
                    places: Places
                    if path in kustomization.files:
                        documents, places = originals.documents(path), partial(Location, path)
                    else:
                        documents, places = _inline(text, named, originals.text(marker))
                    yield from _patches(documents, target, places, named)


def _texts(item: Node) -> Iterator[Scalar]:
    """The path or the text of a patch."""
    given = (item.get("path"), item.get("patch")) if isinstance(item, Mapping) else (item,)
    yield from (each for each in given if isinstance(each, Scalar) and each.value)


def _patches(
    documents: Iterable[Node], target: Node | None, places: Places, named: Location
) -> Iterator[Patch]:
    for root in documents:
        if isinstance(root, Sequence):
            parts = tuple(_operations(root))
            yield Patch(_target(target), parts, places, named)
        elif isinstance(root, Mapping):
            meant = _target(target) if target else Target(root.text("kind"), name_of(root))
            yield Patch(meant, (((), root),), places, named)


def _target(node: Node | None) -> Target:
    if not isinstance(node, Mapping):
        return Target("", "")
    return Target(node.text("kind"), node.text("name"))


def _operations(root: Sequence) -> Iterator[tuple[Keys, Node]]:
    for operation in root.items:
        if isinstance(operation, Mapping) and operation.text("op") in _SETTING:
            value = operation.get("value")
            if value is not None:
                yield _pointer(operation.text("path")), value


def _pointer(text: str) -> Keys:
    tokens = text.split("/")[1:]
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)


def _inline(text: Scalar, named: Location, file: str) -> tuple[tuple[Node, ...], Places]:
    """A patch in the kustomization itself. A literal block has its lines below its beginning; of
    any other text it is not known which line is which."""
    written = str(text.value)
    documents = tuple(document.root for document in read_stream(written).documents)
    lines = written.splitlines()
    stretch = file.splitlines()[text.line : text.line + len(lines)]
    if [line.strip() for line in stretch] != [line.strip() for line in lines]:
        return documents, lambda _line, _column: named
    margin = len(stretch[0]) - len(lines[0])
    return documents, lambda line, column: Location(named.path, text.line + line, margin + column)
