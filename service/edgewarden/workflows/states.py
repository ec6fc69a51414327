"""Trees to the states of the clusters that they describe."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.background import Background
from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.division import LeftOut
from edgewarden.manifests.load import (
    LoadedPairs,
    StatePair,
    load_each_pair,
    load_each_state,
    load_state,
    load_states,
)
from edgewarden.manifests.recalled import NOTHING_RECALLED, Recalled
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.tree import by_path, same_file
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterProfile, ClusterState
from edgewarden.workflows.cluster_parts import ClusterPart, DividedTree, ReadTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    ClusterConfiguration,
    Configuration,
    RenderedBy,
)
from edgewarden.workflows.configuration.notices import (
    astray,
    basis,
    elsewhere,
    left_out,
    named,
    reconfigured,
    slips,
    unread,
)
from edgewarden.workflows.rendered import NO_UPLOADS, UploadedSides
from edgewarden.workflows.surroundings import NO_SURROUNDINGS, Around, ClusterSurroundings


@dataclass(frozen=True, slots=True)
class ChangedClusters:
    """The clusters that two trees describe: those that the change may touch, and other names.

    ``problems`` and ``assumptions`` are those of the trees as a whole. ``around`` is what else is
    known of those that the change may touch.
    """

    touched: tuple[StatePair, ...]
    untouched: tuple[str, ...]
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]
    around: Mapping[str, ClusterSurroundings]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all of them."""
        return (*(pair.name for pair in self.touched), *self.untouched)

    @property
    def whole(self) -> tuple[StatePair, ...]:
        """The pairs, each telling as well what concerns the trees as a whole."""
        return tuple(StatePair(*(_telling(state, self) for state in pair)) for pair in self.touched)


def states_of(read: ReadTree, surroundings: Around = NO_SURROUNDINGS) -> tuple[ClusterState, ...]:
    """The state of each cluster that one tree describes.

    Each state tells as well what concerns the whole tree.
    """
    divided = read.divided
    configuration, division = divided.configuration, divided.division
    context = _Context(configuration, divided.platform, surroundings, NOTHING_RECALLED)
    clusters = configuration.clusters
    problems = (
        *configuration.problems,
        *slips(clusters, (divided.tree,), (division,)),
        *astray(configuration, divided.tree),
    )
    whole = (
        *named(_named(configuration)),
        *left_out(unread(division.left_out, clusters), ()),
    )
    return tuple(
        replace(
            state,
            problems=(*problems, *surroundings(state.name).problems, *state.problems),
            assumptions=(*whole, *context.sentences(cluster, state.name), *state.assumptions),
        )
        for cluster, part in zip(clusters, read.parts, strict=True)
        for state in _states(part, cluster, context)
    )


def changed_clusters(
    base: Snapshot,
    head: Snapshot,
    configuration: Configuration,
    platform: ProfileClaims = NO_CLAIMS,
    surroundings: Around = NO_SURROUNDINGS,
    *,
    uploads: UploadedSides = NO_UPLOADS,
    recalled: Recalled = NOTHING_RECALLED,
) -> ChangedClusters:
    """The clusters that two trees describe, both read as ``configuration`` says: the base's.

    Those that CI renders are described by what it handed in. What the head makes of the
    configuration is told and counts once it is merged. ``recalled`` is what is known of the base
    from an earlier time.
    """
    context = _Context(configuration, platform, surroundings, recalled, uploads)
    clusters = configuration.clusters
    sides = [DividedTree.of(tree, configuration, platform) for tree in (base, head)]
    divisions = [each.division for each in sides]
    outside = {
        file.path: file for division in divisions for file in unread(division.left_out, clusters)
    }
    loaded = [
        _pairs(before, after.files, context)
        for before, after in zip(*(each.parts for each in sides), strict=True)
    ]
    touched = tuple(pair for each in loaded for pair in each.touched)
    return ChangedClusters(
        touched=touched,
        untouched=tuple(name for each in loaded for name in each.untouched),
        problems=(
            *configuration.problems,
            *slips(clusters, (base, head), divisions),
            *astray(configuration, base),
            *reconfigured(base, head),
            *(problem for each in loaded for problem in each.problems),
        ),
        assumptions=(
            *named(_named(configuration)),
            *elsewhere(configuration.elsewhere),
            *left_out(outside.values(), _differing(outside, base, head)),
            *(sentence for each in loaded for sentence in each.assumptions),
        ),
        around={pair.name: surroundings(pair.name) for pair in touched},
    )


def _telling(state: ClusterState, of: ChangedClusters) -> ClusterState:
    return replace(
        state,
        problems=(*of.problems, *state.problems),
        assumptions=(*of.assumptions, *state.assumptions),
    )


def _named(configuration: Configuration) -> tuple[ClusterConfiguration, ...]:
    return configuration.clusters if configuration.named else ()


@dataclass(frozen=True, slots=True)
class _Context:
    """What decides how a tree is read, besides the tree."""

    configuration: Configuration
    platform: ProfileClaims
    around: Around
    recalled: Recalled
    uploads: UploadedSides = NO_UPLOADS

    def profile(self, cluster: ClusterConfiguration) -> ClusterProfile:
        return self.platform.over(cluster.claims).profile()

    def background(self, name: str) -> Background:
        return self.around(name).background

    def sentences(self, cluster: ClusterConfiguration, name: str) -> tuple[str, ...]:
        """What the state called ``name`` rests on besides the tree."""
        return *basis(cluster, self.platform), *self.around(name).sentences


def _states(
    part: TreesReading, cluster: ClusterConfiguration, context: _Context
) -> tuple[ClusterState, ...]:
    profile, background = context.profile(cluster), context.background
    if cluster.rendered_by is RenderedBy.UPLOADED:
        state = load_state(part, profile, cluster.name)
        return (replace(state, problems=tuple(context.uploads.missing(cluster))),)
    if not context.configuration.named:
        return load_each_state(part, profile, cluster.name, background)
    return (load_state(part, profile, cluster.name, background(cluster.name)),)


def _pairs(before: ClusterPart, after: Snapshot, context: _Context) -> LoadedPairs:
    cluster = before.cluster
    if cluster.rendered_by is RenderedBy.LOCAL:
        return _compared(before, after, context)
    sides = context.uploads.sides(cluster)
    if sides.base is None or sides.head is None:
        pair = load_states(before.read(), context.profile(cluster), cluster.name)
        problems = tuple(context.uploads.missing(cluster))
        return LoadedPairs((StatePair(pair.base, replace(pair.head, problems=problems)),))
    loaded = _compared(replace(before, files=sides.base), sides.head, context)
    told = (_told(pair, (context.uploads.sentence(cluster),)) for pair in loaded.touched)
    return replace(loaded, touched=tuple(told))


def _compared(before: ClusterPart, after: Snapshot, context: _Context) -> LoadedPairs:
    cluster, named = before.cluster, context.configuration.named
    if named and len(context.configuration.clusters) > 1 and _same(before.files, after):
        return LoadedPairs((), (cluster.name,))
    profile, background = context.profile(cluster), context.background
    trees = before.compared(after, context.recalled)
    if named:
        pair = load_states(trees, profile, cluster.name, background(cluster.name))
        loaded = LoadedPairs((pair,))
    else:
        loaded = load_each_pair(trees, profile, cluster.name, background)
    told = (
        _told(_contradicted(pair, context), _sentences(pair.name, cluster, context))
        for pair in loaded.touched
    )
    return replace(loaded, touched=tuple(told))


def _sentences(name: str, cluster: ClusterConfiguration, context: _Context) -> tuple[str, ...]:
    """A change may matter to what nobody sees."""
    return *context.sentences(cluster, name), *context.around(name).unseen


def _contradicted(pair: StatePair, context: _Context) -> StatePair:
    """The pair with what other repositories say of one object in different ways."""
    problems = (*pair.head.problems, *context.around(pair.name).problems)
    return pair._replace(head=replace(pair.head, problems=problems))


def _same(before: Snapshot, after: Snapshot) -> bool:
    one, other = by_path(before), by_path(after)
    return one.keys() == other.keys() and all(same_file(one[path], other[path]) for path in one)


def _told(pair: StatePair, sentences: tuple[str, ...]) -> StatePair:
    return StatePair(
        *(replace(state, assumptions=(*sentences, *state.assumptions)) for state in pair)
    )


def _differing(paths: Mapping[str, LeftOut], base: Snapshot, head: Snapshot) -> frozenset[str]:
    if not paths:
        return frozenset()
    before, after = by_path(base), by_path(head)
    return frozenset(path for path in paths if not same_file(before.get(path), after.get(path)))
