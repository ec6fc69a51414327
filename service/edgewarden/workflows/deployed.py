"""What one tree of a repository deploys to clusters, for the reviews of other repositories."""

from dataclasses import replace

from edgewarden.manifests.contribution import Contribution, contribution, each_contribution
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.uploads.document import read_document
from edgewarden.manifests.uploads.errors import UploadError
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.configuration import RenderedBy
from edgewarden.workflows.configuration.tree_configuration import branch_configuration
from edgewarden.workflows.ports import Deployed, DeploymentRequest
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.rendered import ClusterUpload


def deployed(request: DeploymentRequest, platform: ProfileClaims) -> Deployed:
    """What a tree deploys to the clusters of interest that it describes.

    The configuration by which changes of the tree's branch are read says which files those are;
    nothing is known of a tree whose configuration cannot be used. Pure, as ``assess`` is.
    """
    configuration = branch_configuration(request.tree, request.default, request.branch)
    if configuration.problems:
        return Deployed()
    recalled = decode_readings(request.recalled)
    found: dict[str, Contribution] = {}
    missing: set[str] = set()
    for part in DividedTree.of(request.tree, configuration, platform).parts:
        cluster = part.cluster
        if not configuration.named:
            found |= each_contribution(part.read(recalled), request.repository, cluster.name)
        elif cluster.name in request.clusters:
            uploaded = cluster.rendered_by is RenderedBy.UPLOADED
            files = _handed_in(cluster.name, request.uploads) if uploaded else part.files
            if files is None:
                missing.add(cluster.name)
            else:
                trees = replace(part, files=files).read(recalled)
                found[cluster.name] = contribution(trees, request.repository)
    elsewhere = {each.name: each.branch for each in configuration.elsewhere}
    return Deployed(found, elsewhere, frozenset(missing)).of(request.clusters)


def _handed_in(cluster: str, uploads: tuple[ClusterUpload, ...]) -> Snapshot | None:
    """What CI rendered; none where nobody handed it in, or in a form that is not read any more."""
    for each in uploads:
        if each.cluster == cluster:
            try:
                return read_document(each.document).snapshot(cluster)
            except UploadError:
                return None
    return None
