"""Trees of a repository as snapshots: of both, one ``git cat-file --batch`` reads what is not
known."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from operator import attrgetter

from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.listing import (
    LINK,
    REGULAR,
    SUBMODULE,
    Blobs,
    Entries,
    ListedTrees,
    ReadingLimits,
    TreeEntry,
)
from edgewarden.adapters.git.ownership import ownership_files, owning
from edgewarden.manifests.deployments.installations import could_deploy
from edgewarden.manifests.links import link_sources
from edgewarden.manifests.snapshot import (
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

LONGEST_TARGET = 4096
"""Bytes of a path, by Linux' ``PATH_MAX``; no system follows a link to a longer one."""


def read_trees(
    git: GitCommand, trees: ListedTrees, limits: ReadingLimits, known: Blobs
) -> tuple[Snapshot, Snapshot]:
    """The manifest files of two trees, what feeds renderers there, and of the first tree what says
    who owns files that differ.

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
    wanted = owning(trees, rendered=rendered)
    added = [*_read(new, {}), *(object_id for _, object_id in wanted.values())]
    contents = _bytes(git, [*_read(base, spared), *added], feed, limits)
    if spared and any(map(could_deploy, contents.values())):
        spared = {}
        contents = _bytes(git, [*_read(base, {}), *added], feed, limits)
    first = _snapshot(base, fed[0], contents, spared, {})
    again = {file.path: file for file in first.files if file.path not in new}
    ownership = tuple(ownership_files(base, wanted, contents))
    return replace(first, ownership=ownership), _snapshot(head, fed[1], contents, {}, again)


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
