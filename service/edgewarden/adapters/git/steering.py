"""The configuration at one commit, without the rest of its tree."""

from collections.abc import Iterator

from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.trees import REGULAR
from edgewarden.manifests.snapshot import LARGEST_FILE, Omission, Snapshot, SourceFile
from edgewarden.workflows.configuration.tree_configuration import CONFIGURATION_NAMES


def configuration_at(git: GitCommand, commit: str) -> Snapshot:
    """A tree of nothing but what is, or was meant to be, the configuration."""
    listed = git.output("ls-tree", "-z", commit, "--", *CONFIGURATION_NAMES)
    return Snapshot(tuple(_files(git, listed.decode("utf-8", "surrogateescape"))))


def _files(git: GitCommand, listed: str) -> Iterator[SourceFile]:
    for entry in filter(None, listed.split("\0")):
        about, _, path = entry.partition("\t")
        mode, _, object_id = about.split(" ")
        if mode not in REGULAR:
            yield SourceFile(path, None, Omission.SYMLINK, object_id)
        elif int(git.output("cat-file", "-s", object_id)) > LARGEST_FILE:
            yield SourceFile(path, None, Omission.TOO_LARGE, object_id)
        else:
            yield SourceFile(path, git.output("cat-file", "blob", object_id), digest=object_id)
