"""What one tree of a repository deploys to clusters, for the reviews of other repositories."""

from collections.abc import Set as AbstractSet

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.contribution import Contribution, contribution, each_contribution
from edgewarden.manifests.division import divide
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    ClusterConfiguration,
    ConfigurationError,
    RenderedBy,
)
from edgewarden.workflows.configuration.tree_configuration import configuration_of


def deployed(
    tree: Snapshot, repository: str, clusters: AbstractSet[str], platform: ProfileClaims
) -> dict[str, Contribution]:
    """What it deploys to those of ``clusters`` that it describes, by their names.

    The tree's own configuration says which files those are; nothing is known of a tree whose
    configuration cannot be used, nor of a cluster that CI renders or another branch describes.
    Pure, as ``assess`` is.
    """
    try:
        configuration = configuration_of(tree)
    except ConfigurationError:
        return {}
    division = divide(tree, tuple(each.area for each in configuration.clusters))
    found: dict[str, Contribution] = {}
    for cluster, part in zip(configuration.clusters, division.parts, strict=True):
        applier = platform.over(cluster.claims).profile().applier
        applying = Applying(
            cluster.namespace, applier, cluster.area.releases, repositories=part.repositories
        )
        if not configuration.named:
            found |= each_contribution(part, repository, applying, cluster.name)
        elif cluster.name in clusters and _described(cluster):
            found[cluster.name] = contribution(part, repository, applying)
    return {name: each for name, each in found.items() if name in clusters}


def _described(cluster: ClusterConfiguration) -> bool:
    """Whether the files of the tree are those of the cluster."""
    return cluster.rendered_by is RenderedBy.LOCAL and not cluster.branch
