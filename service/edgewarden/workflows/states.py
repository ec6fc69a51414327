"""Trees to the states of the clusters that they describe."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.division import LeftOut, divide
from edgewarden.manifests.load import (
    LoadedPairs,
    StatePair,
    load_each_pair,
    load_each_state,
    load_state,
    load_states,
)
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.tree import by_path, same_file
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import ClusterConfiguration, Configuration
from edgewarden.workflows.configuration.notices import (
    basis,
    left_out,
    named,
    reconfigured,
    slips,
)


@dataclass(frozen=True, slots=True)
class ChangedClusters:
    """The clusters that two trees describe: those that the change may touch, and other names.

    ``problems`` and ``assumptions`` are those of the trees as a whole.
    """

    touched: tuple[StatePair, ...]
    untouched: tuple[str, ...]
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]

    @property
    def whole(self) -> tuple[StatePair, ...]:
        """The pairs, each telling as well what concerns the trees as a whole."""
        return tuple(StatePair(*(_telling(state, self) for state in pair)) for pair in self.touched)


def states_of(
    tree: Snapshot, configuration: Configuration, platform: ProfileClaims = NO_CLAIMS
) -> tuple[ClusterState, ...]:
    """The state of each cluster that one tree describes, read as ``configuration`` says.

    What the platform claims of clusters outweighs what the repository does. Each state tells as
    well what concerns the whole tree.
    """
    clusters = configuration.clusters
    division = divide(tree, tuple(each.area for each in clusters))
    problems = (*configuration.problems, *slips(clusters, (tree,), (division,)))
    whole = (*named(_named(configuration)), *left_out(division.left_out, ()))
    return tuple(
        replace(
            state,
            problems=(*problems, *state.problems),
            assumptions=(*whole, *basis(cluster, platform), *state.assumptions),
        )
        for cluster, part in zip(clusters, division.parts, strict=True)
        for state in _states(part, cluster, platform, configuration)
    )


def changed_clusters(
    base: Snapshot,
    head: Snapshot,
    configuration: Configuration,
    platform: ProfileClaims = NO_CLAIMS,
) -> ChangedClusters:
    """The clusters that two trees describe, both read as ``configuration`` says: the base's.

    What the head makes of the configuration is told and counts once it is merged.
    """
    clusters = configuration.clusters
    areas = tuple(each.area for each in clusters)
    divisions = divide(base, areas), divide(head, areas)
    outside = {file.path: file for division in divisions for file in division.left_out}
    loaded = [
        _pairs(before, after, cluster, platform, configuration)
        for cluster, before, after in zip(
            clusters, *(division.parts for division in divisions), strict=True
        )
    ]
    return ChangedClusters(
        touched=tuple(pair for each in loaded for pair in each.touched),
        untouched=tuple(name for each in loaded for name in each.untouched),
        problems=(
            *configuration.problems,
            *slips(clusters, (base, head), divisions),
            *reconfigured(base, head),
        ),
        assumptions=(
            *named(_named(configuration)),
            *left_out(outside.values(), _differing(outside, base, head)),
            *(sentence for each in loaded for sentence in each.assumptions),
        ),
    )


def _telling(state: ClusterState, of: ChangedClusters) -> ClusterState:
    return replace(
        state,
        problems=(*of.problems, *state.problems),
        assumptions=(*of.assumptions, *state.assumptions),
    )


def _named(configuration: Configuration) -> tuple[ClusterConfiguration, ...]:
    return configuration.clusters if configuration.named else ()


def _states(
    part: Snapshot,
    cluster: ClusterConfiguration,
    platform: ProfileClaims,
    configuration: Configuration,
) -> tuple[ClusterState, ...]:
    profile = platform.over(cluster.claims).profile()
    if not configuration.named:
        return load_each_state(part, profile, cluster.name)
    return (
        load_state(
            part,
            profile,
            cluster.name,
            namespace=cluster.namespace,
            releases=cluster.area.releases,
        ),
    )


def _pairs(
    before: Snapshot,
    after: Snapshot,
    cluster: ClusterConfiguration,
    platform: ProfileClaims,
    configuration: Configuration,
) -> LoadedPairs:
    profile = platform.over(cluster.claims).profile()
    if not configuration.named:
        loaded = load_each_pair(before, after, profile, cluster.name)
    elif len(configuration.clusters) > 1 and _same(before, after):
        return LoadedPairs((), (cluster.name,))
    else:
        pair = load_states(
            before,
            after,
            profile,
            cluster.name,
            namespace=cluster.namespace,
            releases=cluster.area.releases,
        )
        loaded = LoadedPairs((pair,))
    sentences = tuple(basis(cluster, platform))
    return replace(loaded, touched=tuple(_told(pair, sentences) for pair in loaded.touched))


def _same(before: Snapshot, after: Snapshot) -> bool:
    one, other = by_path(before), by_path(after)
    return one.keys() == other.keys() and all(same_file(one[path], other[path]) for path in one)


def _told(pair: StatePair, sentences: tuple[str, ...]) -> StatePair:
    return StatePair(
        *(replace(state, assumptions=(*sentences, *state.assumptions)) for state in pair)
    )


def _differing(paths: Mapping[str, LeftOut], base: Snapshot, head: Snapshot) -> frozenset[str]:
    before, after = by_path(base), by_path(head)
    return frozenset(path for path in paths if not same_file(before.get(path), after.get(path)))
