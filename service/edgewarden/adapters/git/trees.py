"""Trees of a repository as snapshots: one is listed, of the other what differs, and of both one
``git cat-file --batch`` reads what is not known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from edgewarden.adapters.git.command import GitCommand
from edgewarden.manifests.deployments.installations import could_deploy
from edgewarden.manifests.links import link_sources
from edgewarden.manifests.snapshot import (
    LARGEST_FILE,
    Omission,
    Snapshot,
    SourceFile,
    affordable_feed,
    holds_manifests,
    is_program,
    is_read,
    makers_of_roots,
    renderer_inputs,
)
from edgewarden.workflows.ports import GitError

REGULAR = frozenset({"100644", "100755", "100664"})
SUBMODULE = "160000"
LINK = "120000"
_LINE = re.compile(r"([0-7]+) [a-z]+ ([0-9a-f]+)\t([^\0]+)\0")
_DELETED = "D"
LONGEST_TARGET = 4096
"""Bytes of a path, by Linux' ``PATH_MAX``; no system follows a link to a longer one."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much of a tree is read. Sizes are in bytes.

    A single file beyond ``file_size`` is omitted and told; ``files`` and ``total_size`` bound
    what both trees of a comparison hold together, equal files counted once.
    """

    file_size: int = LARGEST_FILE
    files: int = 100_000
    total_size: int = 96 << 20
    entries: int = 2_000_000


TreeEntry: TypeAlias = tuple[str, str]
"""The mode and the id of a file, a symbolic link or a submodule."""

Entries: TypeAlias = Mapping[str, TreeEntry]
"""By path."""

Blobs: TypeAlias = Mapping[str, str]
"""Ids of files by path."""


@dataclass(frozen=True, slots=True)
class ListedTrees:
    """Two trees of one repository, and the entries of the second that the first has not."""

    base: Entries
    head: Entries
    new: Entries

    @property
    def blobs(self) -> Blobs:
        """The regular files of the first tree."""
        return {path: blob for path, (mode, blob) in self.base.items() if mode in REGULAR}


def list_trees(git: GitCommand, trees: tuple[str, str], limits: ReadingLimits) -> ListedTrees:
    """List the first of two trees, given by their ids, and of the second what differs.

    Raises a permanent ``GitError`` where a tree holds more files than the limits allow.
    """
    base = _listed(git, trees[0], limits)
    return ListedTrees(base, *_changed(git, base, trees, limits))


def read_trees(
    git: GitCommand, trees: ListedTrees, limits: ReadingLimits, known: Blobs
) -> tuple[Snapshot, Snapshot]:
    """The manifest files of two trees, and what feeds renderers there.

    Every distinct blob is read once, those of symbolic links included, and no other object of the
    repository is needed. What is ``known`` of the first tree is not read, unless something is
    rendered, which may take any file, or something new could deploy, which decides how others are
    read. Raises a permanent ``GitError`` where the trees hold more than the limits allow.
    """
    base, head, new = trees.base, trees.head, trees.new
    rendered = bool(makers_of_roots(base) or makers_of_roots(new))
    spared: Blobs = {} if rendered else known
    fed = [renderer_inputs(side) if rendered else frozenset[str]() for side in (base, head)]
    feed = [*_feed(base, fed[0]), *_feed(head, fed[1])]
    contents = _bytes(git, [*_read(base, spared), *_read(new, {})], feed, limits)
    if spared and any(map(could_deploy, contents.values())):
        spared = {}
        contents = _bytes(git, [*_read(base, {}), *_read(new, {})], feed, limits)
    first = _snapshot(base, fed[0], contents, spared, {})
    again = {file.path: file for file in first.files if file.path not in new}
    return first, _snapshot(head, fed[1], contents, {}, again)


def _bytes(
    git: GitCommand, manifests: Iterable[str], feed: Iterable[str], limits: ReadingLimits
) -> Mapping[str, bytes]:
    """The contents of blobs, without those that are too large, by their ids."""
    wanted = sorted(set(manifests))
    feeding = sorted(set(feed).difference(wanted))
    if len(wanted) > limits.files:
        raise GitError(
            f"the repository holds {len(wanted)} different manifest files and Edgewarden reads"
            f" at most {limits.files}: split it, or keep generated files out of it",
            permanent=True,
        )
    sizes = _sizes(git, wanted)
    readable = [blob for blob in wanted if sizes[blob] <= limits.file_size]
    total = sum(sizes[blob] for blob in readable)
    if total > limits.total_size:
        raise GitError(
            f"the manifest files of the repository hold {total} bytes and Edgewarden reads at"
            f" most {limits.total_size}: split it, or keep generated files out of it",
            permanent=True,
        )
    feed_sizes = _sizes(git, feeding)
    taken = affordable_feed(feed_sizes)
    readable += sorted(taken)
    total += sum(feed_sizes[blob] for blob in taken)
    return _contents(git, readable, total)


def _listed(git: GitCommand, tree: str, limits: ReadingLimits) -> Entries:
    """Each line is ``<mode> SP <type> SP <id> TAB <path>``, as ``git ls-tree -z`` documents it."""
    listing = git.output("ls-tree", "-r", "-z", "--full-tree", tree)
    _check_number(listing.count(b"\0"), limits)
    lines = _LINE.findall(listing.decode("utf-8", "surrogateescape"))
    return {path: (mode, object_id) for mode, object_id, path in lines}


def _changed(
    git: GitCommand, base: Entries, trees: tuple[str, str], limits: ReadingLimits
) -> tuple[Entries, Entries]:
    """The entries of the second tree, of which the first has ``base``, and those that it has not.

    ``git diff-tree -z`` writes ``:<mode> SP <mode> SP <id> SP <id> SP <status>`` of both sides,
    and the path.
    """
    if trees[0] == trees[1]:
        return base, {}
    listing = git.output(
        "diff-tree", "-r", "-z", "--no-renames", "--no-relative", "--ignore-submodules=none", *trees
    )
    texts = iter(listing.decode("utf-8", "surrogateescape").split("\0")[:-1])
    changes = [(facts.split(" "), path) for facts, path in zip(texts, texts, strict=True)]
    # Of a tree that somebody made by hand, unsorted, git tells one path as new and as deleted.
    deleted = {path for (*_, status), path in changes if status == _DELETED}
    new = {
        path: (mode, object_id)
        for (_, mode, _, object_id, status), path in changes
        if status != _DELETED
    }
    entries = {path: entry for path, entry in base.items() if path not in deleted} | new
    _check_number(len(entries), limits)
    return entries, new


def _check_number(files: int, limits: ReadingLimits) -> None:
    if files > limits.entries:
        raise GitError(
            f"the repository holds {files} files and Edgewarden lists at most"
            f" {limits.entries}: split it",
            permanent=True,
        )


def _read(entries: Entries, spared: Blobs) -> Iterator[str]:
    """The ids of links, and of manifests that are not spared."""
    for path, (mode, object_id) in entries.items():
        if mode == LINK or (spared.get(path) != object_id and mode in REGULAR and is_read(path)):
            yield object_id


def _feed(entries: Entries, inputs: AbstractSet[str]) -> Iterator[str]:
    """The ids of what decides what a renderer makes, and is no manifest by its name."""
    for path in inputs:
        mode, object_id = entries[path]
        if mode in REGULAR and not is_read(path):
            yield object_id


def _sizes(git: GitCommand, blobs: list[str]) -> Mapping[str, int]:
    if not blobs:
        return {}
    request = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
    answer = git.output("cat-file", "--batch-check", "--buffer", request=request)
    sizes: dict[str, int] = {}
    for blob, line in zip(blobs, answer.decode("ascii").splitlines(), strict=True):
        sizes[blob] = _size(blob, line)
    return sizes


def _size(blob: str, header: str) -> int:
    """The size in ``<id> blob <size>``, the header that ``git cat-file --batch`` writes."""
    match header.split(" "):
        case [named, "blob", size] if named == blob:
            return int(size)
        case _:
            raise GitError(
                f"the repository lacks the file with the id {blob}: fetch it completely, without"
                " a filter, or repair it with git fsck",
                permanent=False,
            )


def _contents(git: GitCommand, blobs: list[str], total: int) -> Mapping[str, bytes]:
    if not blobs:
        return {}
    request = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
    headers = len(blobs) * 128
    answer = git.output("cat-file", "--batch", "--buffer", request=request, limit=total + headers)
    return dict(_split(blobs, answer))


def _split(blobs: list[str], answer: bytes) -> Iterator[tuple[str, bytes]]:
    """Each object is a header line, as many bytes as the header says, and a line feed."""
    position = 0
    for blob in blobs:
        end = answer.index(b"\n", position)
        size = _size(blob, answer[position:end].decode("ascii"))
        yield blob, answer[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


def _snapshot(
    entries: Entries,
    inputs: AbstractSet[str],
    contents: Mapping[str, bytes],
    spared: Blobs,
    again: Mapping[str, SourceFile],
) -> Snapshot:
    """What could hold manifests, or decides what a renderer makes of them; sorted by path.

    ``inputs`` are those of renderers. A submodule could hold anything and is always kept.
    ``again`` are files that another tree has as well.
    """
    targets = {path: _target(e, contents) for path, e in entries.items() if e[0] == LINK}
    sources = [
        again.get(path) or _source(path, entry, contents, spared)
        for path, entry in entries.items()
        if path not in targets
        and (
            path in again
            or path in spared
            or is_read(path)
            or is_program(path)
            or entry[0] == SUBMODULE
            or path in inputs
        )
    ]
    if targets:
        others = entries.keys() - targets.keys()
        sources += link_sources(targets, others, lambda path: entries[path][1])
    return Snapshot(tuple(sorted(sources, key=attrgetter("path"))))


def _target(link: TreeEntry, contents: Mapping[str, bytes]) -> str:
    """The path that a link names; one that is too long leads out of the tree as well."""
    _, object_id = link
    content = contents.get(object_id, b"")
    if 0 < len(content) <= LONGEST_TARGET:
        return content.decode("utf-8", "surrogateescape")
    return f"/{object_id}"


def _source(
    path: str, entry: TreeEntry, contents: Mapping[str, bytes], spared: Blobs
) -> SourceFile:
    mode, object_id = entry
    content = contents.get(object_id)
    if mode == SUBMODULE:
        return SourceFile(path, None, Omission.SUBMODULE, object_id)
    if content is not None:
        return SourceFile(path, content, None, object_id)
    if spared.get(path) == object_id:
        return SourceFile(path, None, Omission.KNOWN, object_id)
    omission = Omission.TOO_LARGE if holds_manifests(path) else Omission.NOT_A_MANIFEST
    return SourceFile(path, None, omission, object_id)
