"""What a tree looks like before anything changes."""

from collections.abc import Sequence

from edgewarden.governance.survey.gaps import Assumed
from edgewarden.governance.survey.survey import survey
from edgewarden.manifests.discovery import Discovery, discover
from edgewarden.manifests.metadata import ASSUMED_NAMESPACE
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.survey_view import SurveyedTree
from edgewarden.workflows.cluster_parts import ReadTree
from edgewarden.workflows.configuration.configuration import ClusterConfiguration
from edgewarden.workflows.surroundings import Around


def surveyed(read: ReadTree, states: Sequence[ClusterState], surroundings: Around) -> SurveyedTree:
    """Look at ``states``, some or all of those that a tree describes, and what is known besides."""
    configuration = read.divided.configuration
    names = {state.name for state in states}
    found = {
        cluster.name: discover(part)
        for cluster, part in zip(configuration.clusters, read.parts, strict=True)
        if not configuration.named or cluster.name in names
    }
    assumed = {
        cluster.name: _assumed(cluster, found[cluster.name])
        for cluster in configuration.clusters
        if cluster.name in found
    }
    if not configuration.named:
        # One part then, of however many clusters it describes.
        (of_all,) = assumed.values()
        assumed = dict.fromkeys(names, of_all)
    each_assumed = [assumed[state.name] for state in states]
    return SurveyedTree(
        survey(states, each_assumed),
        tuple(found.values()),
        read.divided.division.left_out,
        tuple(sorted(name for name in names if not surroundings(name).inventory)),
    )


def _assumed(cluster: ClusterConfiguration, found: Discovery) -> Assumed | None:
    if cluster.namespace or not found.unnamed:
        return None
    return Assumed(ASSUMED_NAMESPACE, found.unnamed)
