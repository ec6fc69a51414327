"""The trees that a command is about: directories, or revisions of a repository."""

from pathlib import Path

from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.directory import DirectoryError, compare_directories, one_directory
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.cli.output import BadFilesError, BadInputError
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.cluster_parts import DividedTree, ReadTree
from edgewarden.workflows.configuration.configuration import Configuration, ConfigurationError, told
from edgewarden.workflows.configuration.tree_configuration import configuration_of, described_by
from edgewarden.workflows.ports import GitError, RecalledTree, TreePair
from edgewarden.workflows.recalled_readings import decode_readings


class BadConfigurationError(BadFilesError):
    """A tree's own configuration cannot be used."""

    def __init__(self, error: ConfigurationError) -> None:
        super().__init__(map(told, error.problems))


def read_pair(
    base: str, head: str, repository: Path | None, entries: Entries = NO_ENTRIES
) -> TreePair:
    """Two directories, or two revisions of ``repository`` where there is one.

    What ``entries`` hold is neither read nor rendered again. Raises ``BadInputError``.
    """
    renderer, readings = ConfinedRenderer(entries=entries), ReadingCache(entries)
    try:
        if repository is None:
            return compare_directories(base, head, renderer, readings)
        # Only here: loading the Git library costs more than comparing two small directories.
        from edgewarden.adapters.git.local import read_revisions  # noqa: PLC0415

        return read_revisions(repository, base, head, renderer, readings=readings)
    except (DirectoryError, GitError) as error:
        raise BadInputError(str(error)) from error


def read_one(tree: str, repository: Path | None, entries: Entries = NO_ENTRIES) -> RecalledTree:
    """A directory, or a revision of ``repository`` where there is one, as ``read_pair`` reads it.

    Raises ``BadInputError``.
    """
    if repository is not None:
        pair = read_pair(tree, tree, repository, entries)
        return RecalledTree(pair.base, pair.recalled)
    try:
        return one_directory(tree, ConfinedRenderer(entries=entries), ReadingCache(entries))
    except DirectoryError as error:
        raise BadInputError(str(error)) from error


def read_configuration(tree: Snapshot) -> Configuration:
    """What a tree says of itself; of which branch it is, nobody says.

    Raises ``BadConfigurationError``.
    """
    try:
        return described_by("", configuration_of(tree))
    except ConfigurationError as error:
        raise BadConfigurationError(error) from error


def read_alone(given: RecalledTree, configuration: Configuration) -> ReadTree:
    """The tree by itself, read as ``configuration`` says."""
    return DividedTree.of(given.tree, configuration).read(decode_readings(given.recalled))
