"""What steers a review besides manifests: the configuration, and the files that it names."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.listing import REGULAR
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


def with_steering(git: GitCommand, trees: tuple[Snapshot, Snapshot]) -> tuple[Snapshot, Snapshot]:
    """Both trees with the bytes of what either configuration names, though its readings are
    known."""
    steering = [each for each in map(usable_configuration, trees) if each.governance]
    if not steering:
        return trees
    before, after = (
        replace(tree, files=tuple(_whole(git, file, steering) for file in tree.files))
        for tree in trees
    )
    return before, after


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
