"""A first configuration of a tree, proved by what it reads."""

from edgewarden.manifests.discovery import discover
from edgewarden.manifests.division import CONFIGURATION_FILE, by_exclude
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.configuration_draft import clusters_proposal, configuration_draft
from edgewarden.workflows.cluster_parts import DividedTree, ReadTree
from edgewarden.workflows.configuration.configuration import NO_CONFIGURATION, ConfigurationError
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.states import states_of


def drafted(tree: Snapshot) -> str:
    """The text of a configuration that changes nothing of how ``tree`` is read, which has none.

    Clusters are proposed where their paths make the very states that are found without them.
    """
    read = DividedTree.of(tree, NO_CONFIGURATION).read()
    (part,) = read.parts
    found = discover(part)
    proposal = clusters_proposal(found)
    proved = proposal if proposal and _reads_alike(read, proposal) else ""
    return configuration_draft(found, by_exclude(read.divided.division.left_out), proved)


def _reads_alike(read: ReadTree, proposal: str) -> bool:
    file = SourceFile(CONFIGURATION_FILE, f"version: 1\n{proposal}".encode())
    try:
        configuration = configuration_of(Snapshot((file,)))
    except ConfigurationError:
        return False
    proposed = DividedTree.of(read.divided.tree, configuration).read()
    before, after = ([*map(_judged, states_of(each))] for each in (read, proposed))
    return before == after


def _judged(state: ClusterState) -> tuple[object, ...]:
    return (
        state.namespaces,
        state.workloads,
        state.policies,
        state.unjudged,
        frozenset(state.problems),
    )
