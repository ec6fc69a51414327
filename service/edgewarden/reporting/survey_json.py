"""The JSON of ``edgewarden survey``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.survey.gaps import Gap
from edgewarden.governance.survey.shapes import ShapeCount
from edgewarden.governance.survey.survey import ClusterCount, ExposedNamespace
from edgewarden.manifests.discovery import Discovery, Hint
from edgewarden.manifests.division import by_exclude
from edgewarden.reporting.deployment_text import deployment_text
from edgewarden.reporting.json_parts import (
    PlaceReport,
    Ports,
    ProblemReport,
    clean,
    place_report,
    problem_report,
)
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.survey_view import SurveyedTree, pod_text


@dataclass(frozen=True, slots=True)
class ClusterCountReport:
    """``host_network`` counts the workloads that no policy binds, ``isolating_ingress`` and
    ``isolating_egress`` the namespaces in which some policy isolates that direction. ``unknown``
    names the facts of the profile that nobody says."""

    name: str
    namespaces: int
    workloads: int
    policies: int
    policies_not_judged: int
    host_network: int
    unknown: list[str]
    isolating_ingress: int
    isolating_egress: int


@dataclass(frozen=True, slots=True)
class DeployerReport:
    """The first object of a project that decides what else is deployed."""

    project: str
    kind: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class SourcesReport:
    """What one part of the tree is made of: directories of roots, and of plain manifests with the
    number of their files. ``deployments`` bring directories to clusters, in words; nothing of these
    brings the ``undeployed``, and what is ``left`` over is in no cluster. ``unused`` are components
    and libraries that nothing builds on, ``values`` may be given to charts. ``makers`` make
    policies in the cluster."""

    kustomizations: list[str]
    charts: list[str]
    plain: dict[str, int]
    deployers: list[DeployerReport]
    deployments: list[str]
    undeployed: list[str]
    makers: list[str]
    left: list[str]
    unused: list[str]
    values: list[str]


@dataclass(frozen=True, slots=True)
class ShapeReport:
    """``count`` policies have the shape, the first of them at ``first``."""

    shape: str
    meaning: str
    count: int
    first: PlaceReport


@dataclass(frozen=True, slots=True)
class ExposureReport:
    """In ``clusters``, ``reached`` are those of the ``asked`` pods that ``reach`` is about, and
    ``ports`` those that are open to every pod or to the internet.

    ``reach`` and ``may_reach`` are, from few to many, ``nobody``, ``own_namespace``,
    ``other_namespaces``, ``every_pod``, ``internet`` and ``everyone``. ``others`` counts the other
    namespaces whose pods reach one of the pods.
    """

    clusters: list[str]
    namespace: str
    reach: str
    may_reach: str
    ports: Ports
    asked: int
    reached: list[str]
    others: int
    reason: str
    place: PlaceReport | None


@dataclass(frozen=True, slots=True)
class GapReport:
    """Something that is not known and has a part in ``connections``; ``alone`` of them wait for
    nothing else."""

    about: str
    remedy: str
    connections: int
    alone: int
    place: PlaceReport | None


@dataclass(frozen=True, slots=True)
class LeftOutReport:
    """``exclude`` is the pattern that matches, empty for files outside of all paths."""

    exclude: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """``exposed`` are the most exposed of ``namespaces``, the most exposed first. Of the others
    ``as_exposed`` are as exposed as the last, and ``perhaps`` may be open to every pod or to the
    internet, which ``perhaps_open`` names. ``gaps`` are those of ``open_questions`` that would
    settle most, ``without_inventory`` the clusters of which nothing is known but the repository."""

    clusters: list[ClusterCountReport]
    sources: list[SourcesReport]
    shapes: list[ShapeReport]
    exposed: list[ExposureReport]
    namespaces: int
    as_exposed: int
    perhaps: int
    gaps: list[GapReport]
    open_questions: int
    left_out: list[LeftOutReport]
    without_inventory: list[str]
    problems: list[ProblemReport]
    assumptions: list[str]
    perhaps_open: list[str]


def survey_json(tree: SurveyedTree) -> Iterator[str]:
    """The text of the report in pieces."""
    survey = tree.survey
    report = SurveyReport(
        clusters=[*map(_count, survey.clusters)],
        sources=[*map(_sources, tree.found)],
        shapes=[*map(_shape, survey.shapes)],
        exposed=[*map(_exposure, survey.exposed)],
        namespaces=survey.namespaces,
        as_exposed=survey.as_exposed,
        perhaps=len(survey.perhaps),
        gaps=[*map(_gap, survey.gaps)],
        open_questions=survey.open_questions,
        left_out=[
            LeftOutReport(clean(exclude), [*map(clean, paths)])
            for exclude, paths in by_exclude(tree.left_out).items()
        ],
        without_inventory=[*map(clean, tree.alone)],
        problems=[*map(problem_report, survey.problems)],
        assumptions=[*map(clean, survey.assumptions)],
        perhaps_open=[clean(each.exposure.namespace) for each in survey.perhaps],
    )
    return json_text(report)


def _count(count: ClusterCount) -> ClusterCountReport:
    return ClusterCountReport(
        name=clean(count.name),
        namespaces=count.namespaces,
        workloads=count.workloads,
        policies=count.policies,
        policies_not_judged=count.unjudged,
        host_network=count.nodes,
        unknown=[*count.unknown],
        isolating_ingress=count.ingress,
        isolating_egress=count.egress,
    )


def _sources(found: Discovery) -> SourcesReport:
    return SourcesReport(
        kustomizations=[*map(clean, found.kustomizations)],
        charts=[*map(clean, found.charts)],
        plain={clean(directory): count for directory, count in found.plain.items()},
        deployers=[*map(_deployer, found.deploying_projects)],
        deployments=[clean(deployment_text(each)) for each in found.deployments],
        undeployed=[*map(clean, found.undeployed)],
        makers=[clean(f"{each.project} {each.ref.kind} {each.ref}") for each in found.makers],
        left=[*map(clean, found.left)],
        unused=[*map(clean, found.unused)],
        values=[*map(clean, found.values)],
    )


def _deployer(hint: Hint) -> DeployerReport:
    return DeployerReport(
        hint.value, clean(hint.kind), clean(hint.location.path), hint.location.line
    )


def _shape(each: ShapeCount) -> ShapeReport:
    return ShapeReport(
        each.shape.name.lower(), each.shape.value, each.count, place_report(each.example)
    )


def _exposure(each: ExposedNamespace) -> ExposureReport:
    exposure, location = each.exposure, each.reason.location
    return ExposureReport(
        clusters=[*map(clean, each.clusters)],
        namespace=clean(exposure.namespace),
        reach=exposure.reach.name.lower(),
        may_reach=exposure.may_reach.name.lower(),
        ports=exposure.ports.as_mapping(),
        asked=len(exposure.asked),
        reached=[clean(pod_text(pod)) for pod in exposure.reached],
        others=exposure.others,
        reason=clean(each.reason.text),
        place=place_report(location) if location else None,
    )


def _gap(gap: Gap) -> GapReport:
    return GapReport(
        about=clean(gap.about),
        remedy=clean(gap.remedy),
        connections=gap.connections,
        alone=gap.alone,
        place=place_report(gap.location) if gap.location else None,
    )
