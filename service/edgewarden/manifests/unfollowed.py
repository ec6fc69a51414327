"""What deployments that are not followed leave open: where that goes which no other one brings."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from edgewarden.manifests.departures import names_none
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.objects import scopes
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.snapshot import ancestors
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import Applier


def with_unfollowed(reading: FileReading, found: Iterable[Deployment]) -> FileReading:
    """The reading of a source that nothing is known to bring, with what is told of it while one of
    its files is news.

    ``found`` are the deployments of its tree. An object that names its namespace is taken to be
    there, whatever brings it.
    """
    able = [each for each in found if _could_bring(each, reading)] if names_none(reading) else []
    if not able:
        return reading
    obstacles = [each.obstacle for each in able if each.obstacle]
    first, others = able[0], len(able) - 1
    more = f" So may {others} more." if others else ""
    problem = Problem(
        ProblemKind.NOT_RENDERED,
        first.location,
        f"Which namespace {posixpath.dirname(reading.path) or '.'} is brought to is not known. "
        f"{first} may bring it, and is not followed: {obstacles[0].message}.{more}",
        f"Name the namespace in the manifests. Or: {obstacles[0].remedy}",
        namespaces=scopes(each.ref for each in reading.declared if each.in_assumed_namespace)
        | ({each.target.namespace for each in able} - {""}),
    )
    return replace(reading, problems=(*reading.problems, problem))


def _could_bring(deployment: Deployment, reading: FileReading) -> bool:
    if not deployment.undetermined or deployment.obstacle is None:
        return False
    if deployment.target.applier is Applier.HELM and not reading.inputs:
        return False
    within = deployment.within
    return within is None or any(up in within for up in ancestors(reading.path))
