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
