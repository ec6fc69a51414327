"""The files of one tree: where input and output end and pure reading begins."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MANIFEST_SUFFIXES = (".yaml", ".yml", ".json")
"""The suffixes that ``kubectl apply --filename DIRECTORY`` reads, in this spelling only."""

LARGEST_FILE = 5_000_000
"""Bytes; a larger file is omitted and told, wherever it is read from."""

RENDERER_FILES = frozenset(
    {"kustomization.yaml", "kustomization.yml", "Kustomization", "Chart.yaml"}
)
"""Names of files that make their directory the input of a renderer."""


class Omission(StrEnum):
    """Why a file's bytes are not there."""

    SYMLINK = "symlink"
    DIRECTORY_LINK = "directory_link"
    """A symbolic link to a directory of the tree, below which manifests lie."""
    SUBMODULE = "submodule"
    TOO_LARGE = "too_large"
    NOT_A_MANIFEST = "not_a_manifest"
    """Not a manifest by its name, yet below a renderer's directory: it may decide what is made."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that could hold manifests.

    ``path`` is relative to the root of the tree, with forward slashes; bytes of a file name
    that are not UTF-8 are escaped as surrogates. Exactly one of ``content`` and ``omission``
    is set. ``digest`` names the bytes, those that a link leads to, so that an omitted file shows
    whether it changed; it is empty where nobody knows it.
    """

    path: str
    content: bytes | None
    omission: Omission | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The manifest files of one tree, sorted by path."""

    files: tuple[SourceFile, ...]


def holds_manifests(path: str) -> bool:
    """Whether a file of that path is read as manifests."""
    return path.endswith(MANIFEST_SUFFIXES) or posixpath.basename(path) in RENDERER_FILES


def renderer_inputs(paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` that lie, at any depth, in the directory of a renderer's file.

    Templates, helpers and value files decide what a renderer makes, whatever their names.
    """
    listed = tuple(paths)
    roots = {posixpath.dirname(p) for p in listed if posixpath.basename(p) in RENDERER_FILES}
    if not roots:
        return frozenset()
    return frozenset(p for p in listed if any(up in roots for up in ancestors(p)))


def ancestors(path: str) -> Iterator[str]:
    """The directories that hold ``path``, the nearest first; the tree itself is ``""``."""
    directory = posixpath.dirname(path)
    while directory:
        yield directory
        directory = posixpath.dirname(directory)
    yield ""
