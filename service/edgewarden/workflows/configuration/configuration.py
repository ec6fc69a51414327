"""What a repository says of its clusters in ``.edgewarden.yaml``."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.findings import Enforcement
from edgewarden.governance.ownership.owners import Claim
from edgewarden.manifests.division import CONFIGURATION_FILE, UNCONFIGURED, Area
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims

CLUSTER = "cluster"
"""What the one cluster is called that a repository without configuration describes."""


class ConfigurationError(Exception):
    """The configuration cannot be taken at its word; every fault of it is a problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(told, self.problems)))


class RenderedBy(StrEnum):
    """Where the manifests of a cluster are rendered."""

    LOCAL = "local"
    """Here, from the files of the repository."""
    UPLOADED = "uploaded"
    """By CI, which hands in the result of each commit; no file of the repository is read."""


@dataclass(frozen=True, slots=True)
class ClusterConfiguration:
    """One cluster: its name, where its manifests lie, what is known of it.

    ``namespace`` is that of the objects which name none; empty where nobody says which.
    ``branch`` alone describes it; empty where every branch does that changes go to.
    ``location`` is where the file says all this, none where there is no file.
    """

    name: str = CLUSTER
    area: Area = UNCONFIGURED
    namespace: str = ""
    claims: ProfileClaims = NO_CLAIMS
    location: Location | None = None
    rendered_by: RenderedBy = RenderedBy.LOCAL
    branch: str = ""


class GovernanceKind(StrEnum):
    """What is written in files of a repository to judge its changes by."""

    RULES = "rules"
    CHECKLIST = "checklist"
    ZONES = "zones"
    CONTRACT = "contract"


GOVERNING_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class GovernancePath:
    """Where such files lie: a file or a directory, and the place where the configuration says so.

    The base's count, so that no change is judged by what it brings itself.
    """

    kind: GovernanceKind
    path: str
    location: Location

    def governs(self, path: str) -> bool:
        """Whether the file at a path is one of them: in directories all YAML files are."""
        within = path.startswith(f"{self.path}/" if self.path else "")
        return path == self.path or (within and path.endswith(GOVERNING_SUFFIXES))


@dataclass(frozen=True, slots=True)
class Enforced:
    """What comes of the findings of a rule here, whatever the rule itself says."""

    rule: str
    enforcement: Enforcement
    location: Location


@dataclass(frozen=True, slots=True)
class Configuration:
    """All clusters of a repository. ``problems`` keep what the file says from being used.

    ``elsewhere`` are clusters that only other branches describe.
    Without ``named`` there is one, and what the repository holds may show that it is several.
    """

    clusters: tuple[ClusterConfiguration, ...] = (ClusterConfiguration(),)
    problems: tuple[Problem, ...] = ()
    named: bool = False
    elsewhere: tuple[ClusterConfiguration, ...] = ()
    governance: tuple[GovernancePath, ...] = ()
    owners: tuple[Claim, ...] = ()
    enforcement: tuple[Enforced, ...] = ()


NO_CONFIGURATION = Configuration()
"""Nothing is known of any cluster."""


def fault(line: int, column: int, message: str, remedy: str, field: str = "") -> Problem:
    """Something wrong with the configuration, which leaves open what is deployed where."""
    location = Location(CONFIGURATION_FILE, line, column)
    return Problem(ProblemKind.CONFIGURATION, location, message, remedy, field=field)


def told(problem: Problem) -> str:
    """A fault in one line, with its place in the file."""
    place = f"{problem.location}:{problem.location.column}"
    return f"{place}: {problem.message} {problem.remedy}".rstrip()
