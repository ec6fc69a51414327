"""The configuration of a tree: where it lies, and what stands there instead of one."""

from dataclasses import replace

from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.location import Problem
from edgewarden.workflows.configuration.configuration import (
    NO_CONFIGURATION,
    Configuration,
    ConfigurationError,
    fault,
)

_OTHER_SPELLING = ".edgewarden.yml"
CONFIGURATION_NAMES = (CONFIGURATION_FILE, _OTHER_SPELLING)
"""Of files that are, or were meant to be, the configuration, the first before the second."""


def configuration_of(snapshot: Snapshot) -> Configuration:
    """The configuration at the root of a tree. Raises ``ConfigurationError``."""
    file = configuration_file(snapshot)
    if file is None:
        return NO_CONFIGURATION
    if file.path != CONFIGURATION_FILE:
        raise ConfigurationError([_misspelt()])
    if file.content is None:
        raise ConfigurationError([_absent(file)])
    # Only here: most trees have no configuration, and its schema takes long to load.
    from edgewarden.workflows.configuration.reader import read_configuration  # noqa: PLC0415

    return read_configuration(file.content)


def usable_configuration(snapshot: Snapshot) -> Configuration:
    """The configuration of a tree, or none with the problems that keep it from being used."""
    try:
        return configuration_of(snapshot)
    except ConfigurationError as error:
        return replace(NO_CONFIGURATION, problems=error.problems)


def branch_configuration(base: Snapshot, default: Snapshot, branch: str) -> Configuration:
    """The configuration by which changes of a branch are read, whose tip is ``base``.

    It is the branch's own. A branch without one, as one that holds what was rendered, is read by
    that of the ``default`` branch, if that says of a cluster that this branch describes it; one
    that cannot be used might say so.
    """
    if configuration_file(base) is not None:
        return described_by(branch, usable_configuration(base))
    elsewhere = usable_configuration(default)
    clusters = tuple(each for each in elsewhere.clusters if branch and each.branch == branch)
    if clusters:
        return replace(elsewhere, clusters=clusters)
    return replace(NO_CONFIGURATION, problems=elsewhere.problems)


def described_by(branch: str, configuration: Configuration) -> Configuration:
    """The clusters of a branch's own configuration that the branch itself describes.

    The name is empty where it is not known: such a branch describes no cluster that names one.
    """
    clusters = configuration.clusters
    here = tuple(each for each in clusters if each.branch in {"", branch})
    others = tuple(each for each in clusters if each not in here)
    return replace(configuration, clusters=here, elsewhere=others)


def configuration_file(snapshot: Snapshot) -> SourceFile | None:
    """The file that is, or was meant to be, the configuration."""
    files = {file.path: file for file in snapshot.files if "/" not in file.path}
    return files.get(CONFIGURATION_FILE) or files.get(_OTHER_SPELLING)


def _misspelt() -> Problem:
    problem = fault(1, 1, "A configuration of this name is not read.", "")
    return replace(
        problem,
        location=replace(problem.location, path=_OTHER_SPELLING),
        remedy=f"Call it {CONFIGURATION_FILE}.",
    )


def _absent(file: SourceFile) -> Problem:
    if file.omission is Omission.TOO_LARGE:
        return fault(1, 1, "The configuration is too large.", "Use patterns instead of many paths.")
    return fault(1, 1, "The configuration is no file.", "Commit the file itself, no link to it.")
