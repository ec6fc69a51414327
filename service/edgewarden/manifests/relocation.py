"""Where the parts of a rendered object were written: in the file that it is made from."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.manifests.kinds import type_of
from edgewarden.manifests.nodes import Entry, Node, Scalar, Sequence, plain
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.objects import candidates
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.yaml_reader import read_stream

Identity: TypeAlias = tuple[str, str, str]
"""Group, kind and name."""


@dataclass(frozen=True, slots=True)
class Written:
    """An object as a file has it."""

    path: str
    root: MappingNode

    @property
    def namespace(self) -> str:
        return _metadata(self.root, "namespace")


class Originals:
    """The objects that files hold, read when they are first asked for, and once.

    ``known`` are those of another tree, of whose files many are the same.
    """

    def __init__(self, files: Mapping[str, SourceFile], known: "Originals | None" = None) -> None:
        self._files = files
        self._read: dict[str, tuple[Written, ...]] = {}
        if known is not None:
            same = (path for path in known._read if known._files[path] == files.get(path))
            self._read = {path: known._read[path] for path in same}

    def among(self, paths: Iterable[str]) -> dict[Identity, list[Written]]:
        """The objects in the files at ``paths``."""
        found: dict[Identity, list[Written]] = {}
        for path in sorted(paths):
            for written in self._objects(path):
                found.setdefault(_identity(written.root), []).append(written)
        return found

    def _objects(self, path: str) -> tuple[Written, ...]:
        if path not in self._read:
            content = self._files[path].content or b""
            stream = read_stream(content.decode("utf-8-sig", errors="replace"))
            self._read[path] = tuple(
                Written(path, root)
                for document in stream.documents
                for root in candidates(document.root)
            )
        return self._read[path]


def original(rendered: MappingNode, known: Mapping[Identity, list[Written]]) -> Written | None:
    """The one object of ``known`` that has the identity of ``rendered``.

    The group, kind and name decide, and the namespace as well where a file writes one: one that
    writes none may be given any.
    """
    alike = known.get(_identity(rendered), [])
    for namespace in (_metadata(rendered, "namespace"), ""):
        found = [each for each in alike if each.namespace == namespace]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _identity(root: MappingNode) -> Identity:
    written = type_of(root)
    return written.group, written.kind, _metadata(root, "name")


def _metadata(root: MappingNode, key: str) -> str:
    metadata = root.get("metadata")
    return metadata.text(key) if isinstance(metadata, MappingNode) else ""


def relocated(rendered: MappingNode, written: MappingNode) -> MappingNode:
    """``rendered``, each part at the line of the part of ``written`` that it comes from.

    A part that is not written there is at the line of what holds it. Of a sequence, an item
    comes from an equal one, else from the one in its place.
    """
    moved = _moved(rendered, written)
    return moved if isinstance(moved, MappingNode) else rendered


def placed(rendered: MappingNode, line: int) -> MappingNode:
    """``rendered``, all of it at one line."""
    return relocated(rendered, MappingNode((), line, 1))


def _moved(node: Node, written: Node) -> Node:
    line, column = written.line, written.column
    match node:
        case Scalar(value):
            return Scalar(value, line, column)
        case Sequence(items):
            from_item = _pairing(written)
            moved = tuple(_moved(item, from_item(at, item)) for at, item in enumerate(items))
            return Sequence(moved, line, column)
        case MappingNode(entries):
            known = _entries(written)
            return MappingNode(tuple(_entry(e, known, written) for e in entries), line, column)


def _entries(written: Node) -> dict[str, Entry]:
    entries = written.entries if isinstance(written, MappingNode) else ()
    return {entry.key: entry for entry in entries}


def _entry(entry: Entry, known: Mapping[str, Entry], holder: Node) -> Entry:
    own = known.get(entry.key)
    if own is None:
        nothing = MappingNode((), holder.line, holder.column)
        return Entry(entry.key, _moved(entry.value, nothing), holder.line, holder.column)
    return Entry(entry.key, _moved(entry.value, own.value), own.line, own.column)


def _pairing(written: Node) -> Callable[[int, Node], Node]:
    """Which item of ``written`` an item at a place comes from."""
    items = written.items if isinstance(written, Sequence) else ()
    equal = {_content(item): item for item in reversed(items)}
    nothing = MappingNode((), written.line, written.column)

    def pair(at: int, item: Node) -> Node:
        return equal.get(_content(item)) or (items[at] if at < len(items) else nothing)

    return pair


def _content(node: Node) -> str:
    """What a node says, whatever the order of its keys: kustomize sorts them."""
    return json.dumps(plain(node), sort_keys=True)
