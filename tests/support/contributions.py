"""What else is in a cluster, made from trees as the service makes it, and changes beside that."""

from collections.abc import Mapping
from datetime import UTC, datetime

from edgewarden.manifests.load import StatePair
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.contribution_codec import pack
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.ports import DeploymentRequest
from edgewarden.workflows.states import changed_clusters
from edgewarden.workflows.surroundings import Surroundings
from tests.support.manifest_trees import tree

PROD = "version: 1\nclusters: [{name: prod}]\n"
FILE = ".edgewarden.yaml"
SEEN = datetime(2026, 11, 23, 9, tzinfo=UTC)
COMMIT = "c0ffee" * 6 + "c0de"


def contribution_of(
    files: Mapping[str, str | bytes],
    repository: str = "acme/platform",
    cluster: str = "prod",
    *,
    forge: str = "github",
    commit: str = COMMIT,
    seen_at: datetime = SEEN,
) -> ClusterContribution:
    """What a repository of these files deploys to a cluster."""
    whole = tree({FILE: PROD, **files})
    request = DeploymentRequest(repository, whole, frozenset({cluster}), "main")
    body, digest = pack(deployed(request, NO_CLAIMS).contributions[cluster])
    return ClusterContribution(
        by=Contributor(repository, forge),
        cluster=cluster,
        commit=commit,
        digest=digest,
        reader="reader-1",
        seen_at=seen_at,
        body=body,
    )


def pair_beside(
    base: Mapping[str, str], head: Mapping[str, str], around: Surroundings
) -> StatePair:
    """The states of cluster prod before and after a change of a repository of these files."""
    before, after = tree({**base, FILE: PROD}), tree({**head, FILE: PROD})
    (found,) = changed_clusters(
        before, after, configuration_of(before), surroundings=around.reader()
    ).touched
    return found
