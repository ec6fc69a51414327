"""The objects that the files of a root declare, and which of them a rendered one is made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.manifests.kinds import type_of
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.nodes import Node
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
        self._read: dict[str, tuple[Node, ...]] = {}
        if known is not None:
            same = (path for path in known._read if known._files[path] == files.get(path))
            self._read = {path: known._read[path] for path in same}

    def among(self, paths: Iterable[str]) -> dict[Identity, list[Written]]:
        """The objects in the files at ``paths``."""
        found: dict[Identity, list[Written]] = {}
        for path in sorted(paths):
            for document in self.documents(path):
                for root in candidates(document):
                    found.setdefault(_identity(root), []).append(Written(path, root))
        return found

    def documents(self, path: str) -> tuple[Node, ...]:
        """What the file at ``path`` holds."""
        if path not in self._read:
            stream = read_stream(self.text(path))
            self._read[path] = tuple(document.root for document in stream.documents)
        return self._read[path]

    def text(self, path: str) -> str:
        """The text of the file at ``path``."""
        return (self._files[path].content or b"").decode("utf-8-sig", errors="replace")


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
    return written.group, written.kind, name_of(root)


def name_of(root: MappingNode) -> str:
    """The name that an object, or a patch of it, has."""
    return _metadata(root, "name")


def _metadata(root: MappingNode, key: str) -> str:
    metadata = root.get("metadata")
    return metadata.text(key) if isinstance(metadata, MappingNode) else ""
