"""The files of one tree: where input and output end and pure reading begins."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from edgewarden.manifests.releases import Release

MANIFEST_SUFFIXES = (".yaml", ".yml", ".json")
"""The suffixes that ``kubectl apply --filename DIRECTORY`` reads, in this spelling only."""

PROGRAM_SUFFIX = ".jsonnet"
"""Of files that Argo CD evaluates in a directory that it takes as it is (``findManifests`` of its
``reposerver/repository/repository.go``)."""
LIBRARY_SUFFIX = ".libsonnet"
"""Of files that these import."""

LARGEST_FILE = 5_000_000
"""Bytes; a larger file is omitted and told, wherever it is read from."""

LARGEST_FEED = 32_000_000
"""Bytes of all files together that only feed renderers; beyond that the largest are omitted."""

RENDERER_FILES = frozenset(
    {"kustomization.yaml", "kustomization.yml", "Kustomization", "Chart.yaml"}
)
"""Names of files that make their directory the input of a renderer."""
_LOOKED_THROUGH = (".tpl", ".tgz")
_RENDERER_FILES = tuple(RENDERER_FILES)


class Omission(StrEnum):
    """Why a file's bytes are not there."""

    SYMLINK = "symlink"
    DIRECTORY_LINK = "directory_link"
    """A symbolic link to a directory of the tree, below which manifests lie."""
    SUBMODULE = "submodule"
    TOO_LARGE = "too_large"
    NOT_A_MANIFEST = "not_a_manifest"
    """Not a manifest by its name, yet a program or below a renderer's directory: it may decide what
    is made, and has no part in anything else."""
    KNOWN = "known"
    """A manifest that feeds no root and whose reading is at hand, so nobody asks for its bytes."""


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
class Obstacle:
    """Why a root is not rendered, and where the reason stands.

    ``message`` goes on after "is not judged:" and has no full stop; ``remedy`` is a sentence.
    """

    path: str
    line: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a renderer made of the directory of a root: an ``output``, or an ``obstacle``.

    ``release`` says how a chart is installed, where that is known.
    """

    directory: str
    output: bytes | None
    obstacle: Obstacle | None = None
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The manifest files of one tree, sorted by path, and what its roots render to.

    ``repositories`` are what the repository of the tree is called, where that is known: by host
    and path, as ``deployments.addresses.repository`` gives them. Where the tree is a part of one,
    ``beyond`` are all directories of that one. ``ownership`` are files that are no manifests and
    say who owns what, those without bytes that nobody asked for among them.
    """

    files: tuple[SourceFile, ...]
    renderings: tuple[Rendering, ...] = ()
    repositories: frozenset[str] = frozenset()
    beyond: frozenset[str] = frozenset()
    ownership: tuple[SourceFile, ...] = ()


NO_FILES = Snapshot(())


def without_feed(snapshot: Snapshot) -> Snapshot:
    """The tree without the bytes of files that only feed renderers, which are not read.

    What charts define and pack is looked through, and stays.
    """
    return replace(
        snapshot,
        files=tuple(
            file
            if file.content is None or is_read(file.path) or file.path.endswith(_LOOKED_THROUGH)
            else SourceFile(file.path, None, Omission.NOT_A_MANIFEST, file.digest)
            for file in snapshot.files
        ),
    )


def holds_manifests(path: str) -> bool:
    """Whether a file of that path is read as manifests."""
    return path.endswith(MANIFEST_SUFFIXES) or makes_root(path)


def is_program(path: str) -> bool:
    """Whether a file of that path may be evaluated by Argo CD, or imported by one that is."""
    return path.endswith((PROGRAM_SUFFIX, LIBRARY_SUFFIX))


def says_what_is_ignored(path: str) -> bool:
    """Whether a file of that path tells Flux which files not to take."""
    return path.rpartition("/")[2] == ".sourceignore"


def is_read(path: str) -> bool:
    """Whether the bytes of a file of that path are wanted, whatever renders."""
    return holds_manifests(path) or says_what_is_ignored(path)


def makes_root(path: str) -> bool:
    """Whether a file of that path makes its directory the input of a renderer."""
    return path.endswith(_RENDERER_FILES) and path.rpartition("/")[2] in RENDERER_FILES


def makers_of_roots(paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that ``makes_root`` says it of, in a fraction of the time."""
    return [path for path in paths if path.endswith(_RENDERER_FILES) and makes_root(path)]


def renderer_inputs(paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` that lie, at any depth, in the directory of a renderer's file.

    Templates, helpers and value files decide what a renderer makes, whatever their names.
    """
    listed = tuple(paths)
    roots = {posixpath.dirname(path) for path in listed if makes_root(path)}
    if not roots:
        return frozenset()
    return frozenset(p for p in listed if any(up in roots for up in ancestors(p)))


def affordable_feed(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which files that only feed renderers are read, given their sizes: the smallest first."""
    taken: list[str] = []
    total = 0
    for name in sorted(sizes, key=lambda each: (sizes[each], each)):
        total += sizes[name]
        if sizes[name] > LARGEST_FILE or total > LARGEST_FEED:
            break
        taken.append(name)
    return frozenset(taken)


def directories(paths: Iterable[str]) -> frozenset[str]:
    """All that hold one of ``paths``, the tree itself (``""``) among them."""
    found: set[str] = {""}
    for path in paths:
        for directory in ancestors(path):
            if directory in found:
                break
            found.add(directory)
    return frozenset(found)


def ancestors(path: str) -> Iterator[str]:
    """The directories that hold ``path``, the nearest first; the tree itself is ``""``."""
    directory = path
    while directory:
        directory = directory.rpartition("/")[0]
        yield directory
