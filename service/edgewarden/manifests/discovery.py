"""What a tree holds, found without being told anything of it."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.manifests.clusters import DescribedClusters, TreesReading
from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.extents import extent
from edgewarden.manifests.generation.makers import generations
from edgewarden.manifests.orphans import called
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.tree import TreeReading
from edgewarden.manifests.unjudged import unjudged_kind
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import UnjudgedPolicy

NETWORK_PLUGINS = {
    "Calico": "Calico",
    "Cilium": "Cilium",
    "OVN-Kubernetes": "OVN-Kubernetes",
    "crd.antrea.io": "Antrea",
}
"""The plugin that evaluates a policy, by whose policy it is."""


@dataclass(frozen=True, slots=True)
class Hint:
    """An object that suggests a fact about the cluster: ``value``. ``kind`` is the object's."""

    value: str
    kind: str
    location: Location


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """A cluster that a tree is taken for, and the directories and files that belong to it."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """Directories are sorted, the tree itself is ``.``.

    ``kustomizations`` are those that no other one builds on. ``plain`` counts the files of a
    directory that declare objects as they are. ``namespaces`` are those that objects name,
    ``unnamed`` counts the objects that name none and that no deployment gives one. Of hints each
    value stands once. ``deployments`` are those of Argo CD and Flux, and ``undeployed`` the
    directories of objects that none of them brings, where there are any. What is ``left`` over is
    not among them, nor any part of the clusters: deployments bring others in its stead. ``unused``
    are components and libraries that nothing builds on, and ``values`` files that look like values
    which may be given to a chart. ``makers`` make policies in the cluster.
    ``clusters`` are what the tree is taken for where it is taken for several.
    """

    kustomizations: tuple[str, ...]
    charts: tuple[str, ...]
    plain: Mapping[str, int]
    namespaces: tuple[str, ...]
    unnamed: int
    plugins: tuple[Hint, ...]
    deploying_projects: tuple[Hint, ...]
    deployments: tuple[Deployment, ...]
    undeployed: tuple[str, ...]
    left: tuple[str, ...]
    unused: tuple[str, ...]
    values: tuple[str, ...]
    makers: tuple[Deployer, ...]
    clusters: tuple[FoundCluster, ...]


def discover(trees: TreesReading) -> Discovery:
    """Look through the head."""
    described = DescribedClusters.of(trees)
    reading = trees.without(described.left).settled().head
    roots = reading.rendered.roots
    declaring = Counter(
        posixpath.dirname(path) or "."
        for path, file in reading.readings.items()
        if not file.inputs and (file.declared or file.refused)
    )
    named = (d for d in reading.held.values() if not d.in_assumed_namespace)
    return Discovery(
        kustomizations=tuple(
            root.directory or "." for root in roots if root.tool is Tool.KUSTOMIZE
        ),
        charts=tuple(root.directory or "." for root in roots if root.tool is Tool.HELM),
        plain=dict(sorted(declaring.items())),
        namespaces=tuple(sorted({d.ref.namespace for d in named if d.ref.namespace})),
        unnamed=sum(d.in_assumed_namespace for d in reading.held.values()),
        plugins=_distinct(_plugins(reading)),
        deploying_projects=_distinct(
            Hint(each.project, each.ref.kind, each.location) for each in reading.deployers
        ),
        deployments=reading.deployments,
        undeployed=_undeployed(reading),
        left=tuple(called(source, trees.head) for source in sorted(described.left)),
        values=tuple(sorted(reading.rendered.ungiven_values(reading.files))),
        unused=tuple(part.directory or "." for part in reading.rendered.parts),
        makers=tuple(each for each in reading.deployers if any(True for _ in generations(each))),
        clusters=tuple(
            FoundCluster(each.name, extent(part.head, trees.head)) for each, part in described.each
        )
        if len(described.each) > 1
        else (),
    )


def _undeployed(reading: TreeReading) -> tuple[str, ...]:
    if not reading.deployments:
        return ()
    left = (
        posixpath.dirname(source) or "."
        for source, file in reading.readings.items()
        if source not in reading.placements and (file.declared or file.refused or file.lost)
    )
    return tuple(sorted(set(left)))


def _plugins(reading: TreeReading) -> Iterator[Hint]:
    for declared in reading.held.values():
        policy = declared.value
        if isinstance(policy, UnjudgedPolicy):
            kind = unjudged_kind(policy.ref.group, policy.ref.kind)
            plugin = NETWORK_PLUGINS.get(kind.project) if kind else None
            if plugin is not None:
                yield Hint(plugin, policy.ref.kind, policy.location)


def _distinct(hints: Iterator[Hint]) -> tuple[Hint, ...]:
    """The first of each value, by its place."""
    first: dict[str, Hint] = {}
    for hint in sorted(hints, key=lambda each: each.location):
        first.setdefault(hint.value, hint)
    return tuple(first[value] for value in sorted(first))
