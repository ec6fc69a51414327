"""What a repository says of its clusters in ``.edgewarden.yaml``."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from edgewarden.manifests.division import CONFIGURATION_FILE, UNCONFIGURED, Area
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims

CLUSTER = "cluster"
"""What the one cluster is called that a repository without configuration describes."""

_OTHER_SPELLING = ".edgewarden.yml"


class ConfigurationError(Exception):
    """The configuration cannot be taken at its word; every fault of it is a problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(told, self.problems)))


@dataclass(frozen=True, slots=True)
class ClusterConfiguration:
    """One cluster: its name, where its manifests lie, what is known of it.

    ``namespace`` is that of the objects which name none; empty where nobody says which.
    ``location`` is where the file says all this, none where there is no file.
    """

    name: str = CLUSTER
    area: Area = UNCONFIGURED
    namespace: str = ""
    claims: ProfileClaims = NO_CLAIMS
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """All clusters of a repository. ``problems`` keep what the file says from being used."""

    clusters: tuple[ClusterConfiguration, ...] = (ClusterConfiguration(),)
    problems: tuple[Problem, ...] = ()


NO_CONFIGURATION = Configuration()
"""One cluster of which nothing is known."""


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


def fault(line: int, column: int, message: str, remedy: str, field: str = "") -> Problem:
    """Something wrong with the configuration, which leaves open what is deployed where."""
    location = Location(CONFIGURATION_FILE, line, column)
    return Problem(ProblemKind.CONFIGURATION, location, message, remedy, field=field)


def told(problem: Problem) -> str:
    """A fault in one line, with its place in the file."""
    place = f"{problem.location}:{problem.location.column}"
    return f"{place}: {problem.message} {problem.remedy}".rstrip()
