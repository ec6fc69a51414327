"""What two trees of a repository hold: one is listed, and of the other what differs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.adapters.git.command import GitCommand
from edgewarden.manifests.snapshot import LARGEST_FILE
from edgewarden.workflows.ports import GitError

REGULAR = frozenset({"100644", "100755", "100664"})
SUBMODULE = "160000"
LINK = "120000"
_LINE = re.compile(r"([0-7]+) [a-z]+ ([0-9a-f]+)\t([^\0]+)\0")
_DELETED = "D"


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
    def changed(self) -> Iterator[str]:
        """The paths of what is not the same in both."""
        yield from self.new
        yield from (path for path in self.base if path not in self.head)

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
