"""How what a deployment brings departs from what its source is read as."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.placements import Placement
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.objects import scope
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.rendered import Root
from edgewarden.manifests.snapshot import Obstacle
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import Namespace

_VARIABLE = "${"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Departure:
    """Why what a deployment brings of a source is something else than what is read there."""

    deployment: Deployment
    obstacle: Obstacle

    def problem(self, namespaces: frozenset[str]) -> Problem:
        where = self.deployment.directory or "."
        return Problem(
            ProblemKind.NOT_RENDERED,
            self.deployment.location,
            f"What {self.deployment} brings is not judged, but what {where} renders to without it: "
            f"{self.obstacle.message}.",
            self.obstacle.remedy,
            namespaces=namespaces,
        )


def with_departures(reading: FileReading, found: tuple[Departure, ...]) -> FileReading:
    """The reading, with what is told of it while one of its files is news."""
    if not found:
        return reading
    namespaces = frozenset[str]().union(*(scope(each.ref) for each in reading.declared))
    problems = dict.fromkeys(each.problem(namespaces) for each in found)
    return replace(reading, problems=(*reading.problems, *problems))


def departures(
    reading: FileReading, ways: tuple[Placement, ...], root: Root | None
) -> Iterator[Departure]:
    """Of a source that is brought in these ways; of a root, ``root`` says how it was rendered."""
    targets = {each.deployment.target for each in ways}
    brought = sorted({each.namespace for each in targets})
    several = len(brought) > 1 and (names_none(reading) or any(each.overrides for each in targets))
    for deployment in dict.fromkeys(each.deployment for each in ways):
        found = list(_reasons(deployment, reading, root))
        if several:
            names = ", ".join(name or "its own" for name in brought[:_SHOWN])
            found.append(
                UnclearError(
                    f"it is brought into several namespaces ({names}), and read once",
                    "Give each namespace an overlay of its own that sets it.",
                )
            )
        yield from (Departure(deployment, each.obstacle(deployment.location)) for each in found)


def _reasons(
    deployment: Deployment, reading: FileReading, root: Root | None
) -> Iterator[UnclearError]:
    release, installed = deployment.release, None if root is None else root.release
    if release is not None and installed not in (None, release):
        # The configuration says how it is installed, and that is what is rendered.
        return
    if deployment.obstacle is not None:
        yield UnclearError(deployment.obstacle.message, deployment.obstacle.remedy)
    if deployment.substitutes and any(_VARIABLE in repr(each.value) for each in reading.declared):
        yield UnclearError(
            "it replaces variables in it",
            "Write the values out where labels, names or policies need them.",
        )
    if deployment.labels and any(isinstance(each.value, Namespace) for each in reading.declared):
        yield UnclearError(
            "it labels its namespaces", "Write the labels into the manifest of the namespace."
        )
    if release is not None and installed is None:
        given = f" with {', '.join(release.values)}" if release.values else ""
        yield UnclearError(
            f"it installs the chart as {release.name}{given}",
            "Name the chart under `charts` in the configuration.",
        )


def is_in_doubt(reading: FileReading) -> bool:
    """Whether something of it is not what it would be if it was sound."""
    return bool(reading.refused or reading.lost or reading.problems)


def names_none(reading: FileReading) -> bool:
    """Whether something of it may lie in another namespace once that is known."""
    return is_in_doubt(reading) or any(each.in_assumed_namespace for each in reading.declared)
