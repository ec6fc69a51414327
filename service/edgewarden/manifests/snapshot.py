"""The files of one tree: where input and output end and pure reading begins."""

from dataclasses import dataclass
from enum import StrEnum


class Omission(StrEnum):
    """Why a file's bytes are not there."""

    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that could hold manifests.

    ``path`` is relative to the root of the tree, with forward slashes; bytes of a file name
    that are not UTF-8 are escaped as surrogates. Exactly one of ``content`` and ``omission``
    is set.
    """

    path: str
    content: bytes | None
    omission: Omission | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The manifest files of one tree, sorted by path."""

    files: tuple[SourceFile, ...]
