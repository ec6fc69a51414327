"""How what a deployment brings departs from what its source is read as."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from edgewarden.manifests.deployments.deployment import Deployment, Target
from edgewarden.manifests.deployments.placements import Placement
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.notices import some_of
from edgewarden.manifests.objects import scopes
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.rendered import Root
from edgewarden.manifests.snapshot import PROGRAM_SUFFIX, Obstacle
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import Applier, Namespace

_ARGO_CD = frozenset({Applier.ARGOCD, Applier.ARGOCD_SERVER_SIDE})
_VARIABLE = "${"
MOST_NAMESPACES = 50
"""A source that is brought to more is read once, lest it takes its reader's time."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Why what a deployment brings of a source is something else than what is read there.

    ``namespaces`` are those that it is brought to by any deployment.
    """

    deployment: Deployment
    obstacle: Obstacle
    namespaces: frozenset[str]

    def problem(self, declared: frozenset[str]) -> Problem:
        """``declared`` are the namespaces of the source as it is read."""
        where = self.deployment.directory or "."
        return Problem(
            ProblemKind.NOT_RENDERED,
            self.deployment.location,
            f"{where} is judged as it is read by itself, not as {self.deployment} brings it: "
            f"{self.obstacle.message}.",
            self.obstacle.remedy,
            namespaces=self.namespaces | declared,
        )


def with_departures(reading: FileReading, found: tuple[Departure, ...]) -> FileReading:
    """The reading, with what is told of it while one of its files is news."""
    if not found:
        return reading
    declared = scopes(each.ref for each in reading.declared)
    problems = dict.fromkeys(each.problem(declared) for each in found)
    return replace(reading, problems=(*reading.problems, *problems))


def departures(
    reading: FileReading,
    ways: tuple[Placement, ...],
    root: Root | None,
    configured: AbstractSet[str],
) -> Iterator[Departure]:
    """Of a source that is brought in these ways; of a root, ``root`` says how it was rendered.

    How the charts of the directories ``configured`` are installed, the configuration says.
    """
    targets = {each.deployment.target for each in ways}
    namespaces = frozenset(each.namespace for each in targets) - {""}
    shared = in_too_many(targets) and (names_none(reading) or any(t.overrides for t in targets))
    for deployment in dict.fromkeys(each.deployment for each in ways):
        found = list(_reasons(deployment, reading, root, configured))
        if shared:
            found.append(
                UnclearError(
                    f"it is brought into more than {MOST_NAMESPACES} namespaces, and read once",
                    "Name the namespaces in its manifests, or let fewer share it.",
                )
            )
        for each in found:
            yield Departure(deployment, each.obstacle(deployment.location), namespaces)


def _reasons(
    deployment: Deployment,
    reading: FileReading,
    root: Root | None,
    configured: AbstractSet[str],
) -> Iterator[UnclearError]:
    release = deployment.release
    otherwise = release is not None and root is not None and root.release != release
    if otherwise and deployment.directory in configured:
        return
    if deployment.obstacle is not None:
        yield UnclearError(deployment.obstacle.message, deployment.obstacle.remedy)
    if deployment.target.applier in _ARGO_CD and reading.path.endswith(PROGRAM_SUFFIX):
        yield UnclearError(
            f"it evaluates {reading.path}, which is not done here",
            "Commit what it evaluates to.",
        )
    if ignored := sorted(deployment.left_out.intersection((reading.path, *reading.inputs))):
        yield UnclearError(
            f"Flux may leave out {some_of(ignored)} (`ignore`, .sourceignore)",
            "Take them out of the repository, or out of the rules.",
        )
    if deployment.substitutes and any(_VARIABLE in repr(each.value) for each in reading.declared):
        yield UnclearError(
            "it replaces variables in it",
            "Write the values out where labels, names or policies need them.",
        )
    if deployment.labels and any(isinstance(each.value, Namespace) for each in reading.declared):
        yield UnclearError(
            "it labels its namespaces", "Write the labels into the manifest of the namespace."
        )
    if release is not None and otherwise:
        given = f" with {', '.join(release.values)}" if release.values else ""
        yield UnclearError(
            f"it installs the chart as {release.name}{given}, which is not how it is rendered",
            "Name the chart under `charts` in the configuration.",
        )


def in_too_many(targets: Collection[Target]) -> bool:
    """Whether these are more namespaces than a source is read in."""
    return len({each.namespace for each in targets}) > MOST_NAMESPACES


def is_in_doubt(reading: FileReading) -> bool:
    """Whether something of it is not what it would be if it was sound."""
    return bool(reading.refused or reading.lost or reading.problems)


def names_none(reading: FileReading) -> bool:
    """Whether something of it may lie in another namespace once that is known."""
    return is_in_doubt(reading) or any(each.in_assumed_namespace for each in reading.declared)
