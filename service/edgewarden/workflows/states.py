"""Trees to the states of the cluster that their configuration describes."""

from collections.abc import Iterable
from dataclasses import replace

from edgewarden.manifests.division import divide
from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.tree import by_path, same_file
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.configuration.notices import (
    basis,
    left_out,
    no_charts,
    nothing_read,
    reconfigured,
)


def state_of(
    tree: Snapshot, configuration: Configuration, platform: ProfileClaims = NO_CLAIMS
) -> ClusterState:
    """The state that one tree describes, read as ``configuration`` says.

    What the platform claims of the cluster outweighs what the repository does.
    """
    (cluster,) = configuration.clusters
    division = divide(tree, (cluster.area,))
    (part,) = division.parts
    profile = platform.over(cluster.claims).profile()
    state = load_state(
        part, profile, cluster.name, namespace=cluster.namespace, releases=cluster.area.releases
    )
    sentences = (*basis(cluster, platform), *left_out(division.left_out, ()))
    problems = (
        *configuration.problems,
        *nothing_read(cluster, (tree,), division.parts),
        *no_charts(cluster, division.parts),
    )
    return _told(state, problems, sentences)


def states_of(
    base: Snapshot,
    head: Snapshot,
    configuration: Configuration,
    platform: ProfileClaims = NO_CLAIMS,
) -> tuple[ClusterState, ClusterState]:
    """The states of two trees, both read as ``configuration`` says: that of the base.

    What the head makes of the configuration is told and counts once it is merged.
    """
    (cluster,) = configuration.clusters
    divisions = divide(base, (cluster.area,)), divide(head, (cluster.area,))
    (before,), (after,) = (division.parts for division in divisions)
    profile = platform.over(cluster.claims).profile()
    earlier, later = load_states(
        before,
        after,
        profile,
        cluster.name,
        namespace=cluster.namespace,
        releases=cluster.area.releases,
    )
    outside = {file.path: file for division in divisions for file in division.left_out}
    sentences = (
        *basis(cluster, platform),
        *left_out(outside.values(), _differing(outside, base, head)),
    )
    problems = (
        *configuration.problems,
        *nothing_read(cluster, (base, head), (before, after)),
        *no_charts(cluster, (before, after)),
    )
    return (
        _told(earlier, problems, sentences),
        _told(later, reconfigured(base, head), sentences),
    )


def _differing(paths: Iterable[str], base: Snapshot, head: Snapshot) -> frozenset[str]:
    before, after = by_path(base), by_path(head)
    return frozenset(path for path in paths if not same_file(before.get(path), after.get(path)))


def _told(
    state: ClusterState, problems: Iterable[Problem], sentences: tuple[str, ...]
) -> ClusterState:
    return replace(
        state,
        problems=(*problems, *state.problems),
        assumptions=(*sentences, *state.assumptions),
    )
