"""Which source of a tree is brought where: files, and roots by what makes them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.globs import selected
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.rendered import NOTHING_RENDERED, RenderedInput, Tool

MOST_PLACEMENTS = 100_000
MOST_CLUSTERS = 200
"""A tree whose deployments say more is not followed, lest it takes its reader's time."""

Cluster: TypeAlias = str | None


@dataclass(frozen=True, slots=True)
class Placement:
    """One way into a cluster that a source has: by ``deployment``, to ``cluster``.

    ``cluster`` is what the deployment calls it, or what the one calls it that deploys the
    deployment in turn. It is empty where that is the cluster from which everything is deployed and
    that nothing names, and none where only a secret tells the name. Of two that are called alike
    it is taken that they are one.
    """

    deployment: Deployment
    cluster: Cluster


def placements(
    found: Iterable[Deployment], rendered: RenderedInput, plain: Iterable[str]
) -> dict[str, tuple[Placement, ...]]:
    """The placements of each source that something deploys, by the source's path.

    Sources are the roots of ``rendered``, by what makes them, and the ``plain`` files that are read
    as they are. One that nothing deploys is left out.
    The cluster of a deployment that names none is that of the source in which it stands, however
    long the chain of applications of applications is; what only deploys itself adds nothing.
    Raises ``UnclearError`` where there are too many.
    """
    sources = _Sources(rendered, plain)
    takers: dict[str, list[Deployment]] = {}
    count = 0
    for deployment in found:
        for source in sources.brought_by(deployment):
            takers.setdefault(source, []).append(deployment)
            count += 1
            if count > MOST_PLACEMENTS:
                raise _too_many(f"bring files more than {MOST_PLACEMENTS} times")
    clusters = _clusters(takers)
    return {
        source: tuple(
            Placement(deployment, cluster)
            for deployment in takers[source]
            for cluster in _of(deployment, clusters)
        )
        for source in sorted(takers)
    }


def bringing(found: Mapping[str, tuple[Placement, ...]]) -> frozenset[Deployment]:
    """The deployments that bring some source."""
    return frozenset(each.deployment for ways in found.values() for each in ways)


def fed_by_input(
    deployment: Deployment, rendered: RenderedInput, paths: Iterable[str]
) -> frozenset[str]:
    """Those of ``paths`` that a deployment brings, if nothing is read for it: its directory, or
    what it takes of it, is input of something else only."""
    directory = deployment.directory
    if directory is None:
        return frozenset()
    if directory in rendered.kustomizations or directory in rendered.charts:
        return frozenset(rendered.feeding(directory, paths))
    named = _Sources(NOTHING_RENDERED, rendered.covered(paths))
    return frozenset(named.brought_by(deployment))


class _Sources:
    """The sources of a tree by their directories."""

    def __init__(self, rendered: RenderedInput, plain: Iterable[str]) -> None:
        self._roots = {root.directory: root.marker for root in rendered.roots}
        self._inputs = rendered.kustomizations.keys() | rendered.charts.keys()
        self._plain = sorted(plain)
        self._overlays = sorted(
            root.marker for root in rendered.roots if root.tool is Tool.KUSTOMIZE
        )

    def brought_by(self, deployment: Deployment) -> Iterator[str]:
        """Of a directory that makes a root, that root. Flux makes a kustomization of every other
        directory, with all that is below; Argo CD takes the files that its ``directory`` says.
        """
        directory, chosen = deployment.directory, deployment.selection
        if directory is None:
            return
        if directory in self._roots:
            yield self._roots[directory]
        elif directory not in self._inputs:
            for path in _below(self._plain, directory):
                relative = path[len(directory) :].lstrip("/")
                here = chosen.recursive or "/" not in relative
                if here and selected(relative, chosen.include, chosen.exclude):
                    yield path
            if chosen.nested:
                yield from _below(self._overlays, directory)


def _below(paths: list[str], directory: str) -> Iterator[str]:
    """Those of the sorted ``paths`` that lie in a directory, at any depth."""
    prefix = f"{directory}/" if directory else ""
    start = bisect_left(paths, prefix)
    return takewhile(
        lambda path: path.startswith(prefix), (paths[at] for at in range(start, len(paths)))
    )


def _clusters(takers: Mapping[str, list[Deployment]]) -> dict[str, set[Cluster]]:
    """The clusters of each source, carried from where they are named to all that follows."""
    named = {d.target.cluster for each in takers.values() for d in each}
    if len(named) > MOST_CLUSTERS:
        raise _too_many(f"name more than {MOST_CLUSTERS} clusters")
    follows: dict[str, set[str]] = {}
    clusters: dict[str, set[Cluster]] = {}
    pending: list[tuple[str, Cluster]] = []
    for source, deployments in takers.items():
        for deployment in deployments:
            outer = deployment.origin
            if deployment.target.cluster == "" and outer in takers:
                follows.setdefault(outer, set()).add(source)
            else:
                pending.append((source, deployment.target.cluster))
    while pending:
        source, cluster = pending.pop()
        known = clusters.setdefault(source, set())
        if cluster not in known:
            known.add(cluster)
            pending += ((each, cluster) for each in follows.get(source, ()))
    return clusters


def _of(deployment: Deployment, clusters: Mapping[str, set[Cluster]]) -> list[Cluster]:
    """Of one in a circle of deployments, nothing names a cluster."""
    own = deployment.target.cluster
    found = {own} if own != "" else clusters.get(deployment.origin) or {""}
    return sorted(found, key=lambda name: (name is None, name or ""))


def _too_many(what: str) -> UnclearError:
    return UnclearError(
        f"its deployments {what}", "Split the repository, or name what is deployed in its paths."
    )
