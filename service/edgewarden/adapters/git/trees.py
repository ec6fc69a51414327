"""Trees of a repository as snapshots: one listing each, one ``git cat-file --batch`` for both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgewarden.adapters.git.command import GitCommand
from edgewarden.manifests.links import link_sources
from edgewarden.manifests.snapshot import (
    LARGEST_FILE,
    Omission,
    Snapshot,
    SourceFile,
    affordable_feed,
    holds_manifests,
    renderer_inputs,
)
from edgewarden.workflows.ports import GitError

REGULAR = frozenset({"100644", "100755", "100664"})
SUBMODULE = "160000"
LINK = "120000"
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


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of ``git ls-tree``: a file, a symbolic link or a submodule."""

    mode: str
    object_id: str
    path: str


def read_trees(
    git: GitCommand, trees: tuple[str, str], limits: ReadingLimits
) -> tuple[Snapshot, Snapshot]:
    """The manifest files of two trees, given by their ids, and what feeds renderers there.

    Every distinct blob is read once, those of symbolic links included, and no other object of
    the repository is needed. Raises a permanent ``GitError`` where the trees hold more than the
    limits allow.
    """
    base, head = (_entries(git, tree, limits) for tree in trees)
    wanted = sorted({e.object_id for e in (*base, *head) if _is_read(e)})
    feed = sorted({e.object_id for side in (base, head) for e in _feed(side)} - set(wanted))
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
    feed_sizes = _sizes(git, feed)
    taken = affordable_feed(feed_sizes)
    readable += sorted(taken)
    total += sum(feed_sizes[blob] for blob in taken)
    contents = _contents(git, readable, total)
    return _snapshot(base, contents), _snapshot(head, contents)


def _entries(git: GitCommand, tree: str, limits: ReadingLimits) -> list[TreeEntry]:
    listing = git.output("ls-tree", "-r", "-z", "--full-tree", tree)
    lines = listing.split(b"\0")
    lines.pop()
    if len(lines) > limits.entries:
        raise GitError(
            f"the repository holds {len(lines)} files and Edgewarden lists at most"
            f" {limits.entries}: split it",
            permanent=True,
        )
    return [_entry(line) for line in lines]


def _entry(line: bytes) -> TreeEntry:
    """``<mode> SP <type> SP <id> TAB <path>``, as ``git ls-tree -z`` documents it."""
    facts, _, path = line.partition(b"\t")
    mode, _, object_id = facts.decode("ascii").split(" ")
    return TreeEntry(mode, object_id, path.decode("utf-8", "surrogateescape"))


def _is_read(entry: TreeEntry) -> bool:
    return entry.mode == LINK or (entry.mode in REGULAR and holds_manifests(entry.path))


def _feed(entries: Sequence[TreeEntry]) -> Iterator[TreeEntry]:
    """What decides what a renderer makes, and is no manifest by its name."""
    fed = renderer_inputs(entry.path for entry in entries)
    for entry in entries:
        if entry.mode in REGULAR and entry.path in fed and not holds_manifests(entry.path):
            yield entry


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


def _snapshot(entries: Iterable[TreeEntry], contents: Mapping[str, bytes]) -> Snapshot:
    """What could hold manifests, or decides what a renderer makes of them; sorted by path.

    A submodule could hold anything and is always kept.
    """
    listed = {entry.path: entry for entry in entries}
    rendered = renderer_inputs(listed)
    targets = {path: _target(e, contents) for path, e in listed.items() if e.mode == LINK}
    sources = [
        _source(entry, contents)
        for path, entry in listed.items()
        if path not in targets
        and (entry.mode == SUBMODULE or holds_manifests(path) or path in rendered)
    ]
    others = listed.keys() - targets.keys()
    sources += link_sources(targets, others, lambda path: listed[path].object_id)
    return Snapshot(tuple(sorted(sources, key=lambda source: source.path)))


def _target(link: TreeEntry, contents: Mapping[str, bytes]) -> str:
    """The path that a link names; one that is too long leads out of the tree as well."""
    content = contents.get(link.object_id, b"")
    if 0 < len(content) <= LONGEST_TARGET:
        return content.decode("utf-8", "surrogateescape")
    return f"/{link.object_id}"


def _source(entry: TreeEntry, contents: Mapping[str, bytes]) -> SourceFile:
    omission = _omission(entry, contents)
    content = contents[entry.object_id] if omission is None else None
    return SourceFile(entry.path, content, omission, entry.object_id)


def _omission(entry: TreeEntry, contents: Mapping[str, bytes]) -> Omission | None:
    if entry.mode == SUBMODULE:
        return Omission.SUBMODULE
    if entry.object_id in contents:
        return None
    return Omission.TOO_LARGE if holds_manifests(entry.path) else Omission.NOT_A_MANIFEST
