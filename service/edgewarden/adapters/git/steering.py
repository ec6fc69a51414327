"""What steers a review besides manifests: the configuration, and the files that it names."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.listing import REGULAR, Blobs, ListedTrees, ReadingLimits
from edgewarden.adapters.git.trees import read_trees
from edgewarden.manifests.snapshot import LARGEST_FILE, Omission, Snapshot, SourceFile
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.configuration.tree_configuration import (
    CONFIGURATION_NAMES,
    usable_configuration,
)
from edgewarden.workflows.rulebook.files import governs


def steering_at(git: GitCommand, commit: str) -> Snapshot:
    """A tree of nothing but what is, or was meant to be, the configuration, and what that names."""
    alone = Snapshot(tuple(_files(git, commit, CONFIGURATION_NAMES)))
    configuration = usable_configuration(alone)
    paths = sorted({each.path or "." for each in configuration.governance})
    named = [file for file in _files(git, commit, paths) if governs(file.path, configuration)]
    files = {file.path: file for file in (*alone.files, *named)}
    return Snapshot(tuple(sorted(files.values(), key=attrgetter("path"))))


def judged_trees(
    git: GitCommand, trees: ListedTrees, limits: ReadingLimits, known: Blobs
) -> tuple[Snapshot, Snapshot]:
    """Both trees as ``read_trees`` reads them, with the bytes of what either configuration names.

    Where that is not the same in both, nothing of them is taken for ``known``: all that stands is
    read as the head would have it.
    """
    read = read_trees(git, trees, limits, known)
    configurations = [usable_configuration(tree) for tree in read]
    if not any(each.governance for each in configurations):
        return read
    before, after = (
        {(file.path, file.digest) for file in tree.files if governs(file.path, configuration)}
        for tree, configuration in zip(read, configurations, strict=True)
    )
    if known and before != after:
        return read_trees(git, trees, limits, {})
    base, head = (
        replace(tree, files=tuple(_whole(git, file, configurations) for file in tree.files))
        for tree in read
    )
    return base, head


def _whole(git: GitCommand, file: SourceFile, steering: Iterable[Configuration]) -> SourceFile:
    if file.omission is Omission.KNOWN and any(governs(file.path, each) for each in steering):
        return _file(git, file.path, file.digest)
    return file


def _files(git: GitCommand, commit: str, paths: Collection[str]) -> Iterator[SourceFile]:
    if not paths:
        return
    listed = git.output("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        about, _, path = entry.partition("\t")
        mode, _, object_id = about.split(" ")
        if mode in REGULAR:
            yield _file(git, path, object_id)
        else:
            yield SourceFile(path, None, Omission.SYMLINK, object_id)


def _file(git: GitCommand, path: str, object_id: str) -> SourceFile:
    if int(git.output("cat-file", "-s", object_id)) > LARGEST_FILE:
        return SourceFile(path, None, Omission.TOO_LARGE, object_id)
    return SourceFile(path, git.output("cat-file", "blob", object_id), digest=object_id)
