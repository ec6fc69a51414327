"""A directory on this machine as a snapshot, read as Git would list it."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from edgewarden.adapters.cache.readings import NO_READINGS, ReadingCache
from edgewarden.governance.ownership.places import ownership_paths
from edgewarden.governance.review import Comparison
from edgewarden.manifests.links import link_sources
from edgewarden.manifests.rendering import Renderer
from edgewarden.manifests.snapshot import (
    LARGEST_FILE,
    Omission,
    Snapshot,
    SourceFile,
    affordable_feed,
    is_program,
    is_read,
    renderer_inputs,
)
from edgewarden.workflows.ports import RecalledTree, TreePair

GIT_DIRECTORY = ".git"
_SHORT = 1 << 16


class DirectoryError(Exception):
    """A directory cannot be read; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class DirectoryLimits:
    """How much of a directory is read; sizes are in bytes.

    A single file beyond ``file_size`` is left out and told. More entries, or more bytes of
    manifests in total, are an error: then another directory was probably meant.
    """

    file_size: int = LARGEST_FILE
    total_size: int = 96 << 20
    entries: int = 500_000


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    place: Path
    symlink: bool


def compare_directories(
    base: str, head: str, renderer: Renderer, readings: ReadingCache = NO_READINGS
) -> TreePair:
    """Two directories as they are, rendered. Raises ``DirectoryError``.

    What ``readings`` recall of the base's files, by their content, need not be read again.
    """
    trees = read_directory(Path(base)), read_directory(Path(head))
    base_tree, head_tree = renderer.render(trees)
    return TreePair(
        base=base_tree,
        head=head_tree,
        comparison=Comparison.TREES,
        base_commit=base,
        head_commit=head,
        base_tree="",
        head_tree="",
        recalled=_recalled(readings, base, base_tree),
    )


def one_directory(directory: str, renderer: Renderer, readings: ReadingCache) -> RecalledTree:
    """A directory as it is, rendered. Raises ``DirectoryError``."""
    (tree,) = renderer.render((read_directory(Path(directory)),))
    return RecalledTree(tree, _recalled(readings, directory, tree))


def _recalled(readings: ReadingCache, directory: str, tree: Snapshot) -> tuple[bytes, ...]:
    digests = {file.path: file.digest for file in tree.files if file.content is not None}
    return readings.complete(readings.recall(str(Path(directory).absolute()), digests), tree)


def read_directory(root: Path, limits: DirectoryLimits | None = None) -> Snapshot:
    """The manifest files below ``root``, sorted by path, what feeds renderers there, and what says
    who owns them.

    Symbolic links below it are not followed and only tell whether what they lead to, in the
    directory, changed; ``.git`` is skipped, and what is neither a file nor a directory is
    ignored. Raises ``DirectoryError`` where something cannot be read: an
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
        places = {entry.path: entry.place for entry in entries if not entry.symlink}
        wanted = sorted(path for path in places if is_read(path))
        sources = {s.path: s for s in _read(wanted, places, root, bounds)}
        feed = {path: places[path] for path in rendered & places.keys() - sources.keys()}
        sources |= {s.path: s for s in _read_feed(feed)}
        programs = {path: places[path] for path in filter(is_program, places.keys() - sources)}
        sources |= {s.path: s for s in map(_unread, programs, programs.values())}

        def digest_of(path: str) -> str:
            source = sources.get(path)
            return source.digest if source else _digest_of_file(places[path])

        targets = {entry.path: str(entry.place.readlink()) for entry in entries if entry.symlink}
        sources |= {link.path: link for link in link_sources(targets, places, digest_of)}
        ownership = _read(sorted(ownership_paths(places)), places, root, bounds)
        files = tuple(sources[path] for path in sorted(sources))
        return Snapshot(files, ownership=tuple(ownership))
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


def _read(
    paths: list[str], places: Mapping[str, Path], root: Path, limits: DirectoryLimits
) -> Iterator[SourceFile]:
    total = 0
    for path in paths:
        source = _source(path, places[path], limits)
        total += len(source.content or b"")
        if total > limits.total_size:
            raise DirectoryError(
                f"{root} holds more than {limits.total_size} bytes of manifests: name a part of it"
            )
        yield source


def _read_feed(places: Mapping[str, Path]) -> Iterator[SourceFile]:
    taken = affordable_feed({path: place.stat().st_size for path, place in places.items()})
    for path, place in places.items():
        if path in taken:
            with _opened(place) as stream:
                content = _beginning(stream, LARGEST_FILE)
            yield SourceFile(path, content, None, _digest(content))
        else:
            yield _unread(path, place)


def _unread(path: str, place: Path) -> SourceFile:
    return SourceFile(path, None, Omission.NOT_A_MANIFEST, _digest_of_file(place))


def _source(path: str, place: Path, limits: DirectoryLimits) -> SourceFile:
    with _opened(place) as stream:
        content = _beginning(stream, limits.file_size + 1)
        if len(content) <= limits.file_size:
            return SourceFile(path, content, None, _digest(content))
        stream.seek(0)
        return SourceFile(path, None, Omission.TOO_LARGE, _digest_of(stream))


def _opened(place: Path) -> BufferedReader:
    # O_NOFOLLOW: what was a file when it was listed must not have become a link since.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return os.fdopen(descriptor, "rb")


def _beginning(stream: BufferedReader, most: int) -> bytes:
    """Up to ``most`` bytes. Room for all of them is made for long files only: that takes longer
    than to read a short one."""
    content = stream.read(min(most, _SHORT))
    return content if len(content) < _SHORT else content + stream.read(most - len(content))


def _digest_of_file(place: Path) -> str:
    with _opened(place) as stream:
        return _digest_of(stream)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(stream: BufferedReader) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()
