"""A directory on this machine as a snapshot, read as Git would list it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from edgewarden.governance.review import Comparison
from edgewarden.manifests.snapshot import (
    Omission,
    Snapshot,
    SourceFile,
    holds_manifests,
    renderer_inputs,
)
from edgewarden.workflows.ports import TreePair

GIT_DIRECTORY = ".git"


class DirectoryError(Exception):
    """A directory cannot be read; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class DirectoryLimits:
    """How much of a directory is read; sizes are in bytes.

    A single file beyond ``file_size`` is left out and told. More entries, or more bytes of
    manifests in total, are an error: then another directory was probably meant.
    """

    file_size: int = 5 << 20
    total_size: int = 96 << 20
    entries: int = 500_000


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    place: Path
    symlink: bool


def compare_directories(base: str, head: str) -> TreePair:
    """Two directories as they are. Raises ``DirectoryError``."""
    return TreePair(
        base=read_directory(Path(base)),
        head=read_directory(Path(head)),
        comparison=Comparison.TREES,
        base_commit=base,
        head_commit=head,
        base_tree="",
        head_tree="",
    )


def read_directory(root: Path, limits: DirectoryLimits | None = None) -> Snapshot:
    """The manifest files below ``root``, sorted by path.

    Symbolic links below it are not followed, ``.git`` is skipped, and what is neither a file
    nor a directory is ignored. Raises ``DirectoryError`` where something cannot be read: an
    answer without it would be about another directory.
    """
    bounds = limits or DirectoryLimits()
    try:
        if not root.is_dir():
            missing = "is not a directory" if root.exists() else "does not exist"
            raise DirectoryError(
                f"{root} {missing}: name a directory of manifests, or give --repo to compare"
                f" revisions"
            )
        entries = list(_walk(root, bounds))
        rendered = renderer_inputs(entry.path for entry in entries)
        wanted = [e for e in entries if holds_manifests(e.path) or e.path in rendered]
        wanted.sort(key=lambda entry: entry.path)
        return Snapshot(tuple(_read(wanted, root, bounds)))
    except OSError as error:
        raise DirectoryError(
            f"{error.filename or root} cannot be read ({error.strerror}): make it readable, or"
            f" name a directory without it"
        ) from error


def _walk(root: Path, limits: DirectoryLimits) -> Iterator[_Entry]:
    """Files and symbolic links below ``root``, in no order."""
    pending = [("", root)]
    seen = 0
    while pending:
        prefix, directory = pending.pop()
        with os.scandir(directory) as listing:
            for item in listing:
                seen += 1
                if seen > limits.entries:
                    raise DirectoryError(
                        f"{root} holds more than {limits.entries} entries: name the directory of"
                        f" the manifests itself"
                    )
                path = f"{prefix}{item.name}"
                if item.is_symlink():
                    yield _Entry(path, Path(item.path), symlink=True)
                elif item.is_dir(follow_symlinks=False):
                    if item.name != GIT_DIRECTORY:
                        pending.append((f"{path}/", Path(item.path)))
                elif item.is_file(follow_symlinks=False):
                    yield _Entry(path, Path(item.path), symlink=False)


def _read(entries: list[_Entry], root: Path, limits: DirectoryLimits) -> Iterator[SourceFile]:
    total = 0
    for entry in entries:
        source = _source(entry, limits)
        total += len(source.content or b"")
        if total > limits.total_size:
            raise DirectoryError(
                f"{root} holds more than {limits.total_size} bytes of manifests: name a part of it"
            )
        yield source


def _source(entry: _Entry, limits: DirectoryLimits) -> SourceFile:
    if entry.symlink:
        target = os.fsencode(entry.place.readlink())
        return SourceFile(entry.path, None, Omission.SYMLINK, _digest(target))
    # O_NOFOLLOW: what was a file when it was listed must not have become a link since.
    descriptor = os.open(entry.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not holds_manifests(entry.path):
            return SourceFile(entry.path, None, Omission.NOT_A_MANIFEST, _digest_of(stream))
        content = stream.read(limits.file_size + 1)
        if len(content) <= limits.file_size:
            return SourceFile(entry.path, content, None, _digest(content))
        stream.seek(0)
        return SourceFile(entry.path, None, Omission.TOO_LARGE, _digest_of(stream))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(stream: BufferedReader) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()
