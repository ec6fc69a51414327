"""What a review says of the configuration that it was made by: sentences and problems."""

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from edgewarden.manifests.charts import CHART
from edgewarden.manifests.division import CONFIGURATION_FILE, Division, LeftOut, by_exclude
from edgewarden.manifests.snapshot import Snapshot, ancestors
from edgewarden.manifests.tree import same_file
from edgewarden.reachability.location import Problem
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    CLUSTER,
    GOVERNING_SUFFIXES,
    ClusterConfiguration,
    Configuration,
    ConfigurationError,
    RenderedBy,
    fault,
)
from edgewarden.workflows.configuration.tree_configuration import (
    configuration_file,
    configuration_of,
)

_SHOWN = 5


def named(clusters: Sequence[ClusterConfiguration]) -> Iterator[str]:
    """Which clusters the file names, and where their manifests lie."""
    described = [f"{each.name} ({_source(each)})" for each in clusters]
    if len(described) > 1:
        yield f"By {CONFIGURATION_FILE} there are {len(described)} clusters: {_some(described)}."
    elif described:
        yield f"By {CONFIGURATION_FILE} this is about cluster {described[0]}."


def elsewhere(clusters: Iterable[ClusterConfiguration]) -> Iterator[str]:
    """Which clusters are not judged, since another branch describes them."""
    for cluster in clusters:
        yield (
            f"By {CONFIGURATION_FILE} cluster {cluster.name} is described by the branch "
            f"{cluster.branch} alone: what happens here is not judged for it."
        )


def basis(cluster: ClusterConfiguration, platform: ProfileClaims) -> Iterator[str]:
    """What the file says of the cluster, as far as the platform does not say otherwise."""
    if cluster.namespace:
        yield (
            f"By {CONFIGURATION_FILE} objects that name no namespace are in {cluster.namespace}."
        )
    if taken := cluster.claims.believed(platform):
        yield f"Of the cluster's profile {CONFIGURATION_FILE} is believed: {', '.join(taken)}."
    if outweighed := cluster.claims.outweighed(platform):
        yield (
            f"The platform's settings outweigh what {CONFIGURATION_FILE} says: "
            f"{', '.join(outweighed)}."
        )


def unread(files: Iterable[LeftOut], clusters: Iterable[ClusterConfiguration]) -> Iterator[LeftOut]:
    """Those that somebody may miss: nobody reads files by path where CI renders every cluster."""
    read_by_path = {each.rendered_by is not RenderedBy.UPLOADED for each in clusters}
    return (file for file in files if file.exclude or read_by_path != {False})


def left_out(files: Iterable[LeftOut], differing: Collection[str]) -> Iterator[str]:
    """How many files no cluster reads, for which reasons; those that differ by their names."""
    for exclude, paths in by_exclude(files).items():
        alone = len(paths) == 1
        count, them = ("1 file is", "it") if alone else (f"{len(paths)} files are", "them")
        outside = f"{'it lies' if alone else 'they lie'} outside of the paths of all clusters"
        why = f"`{exclude}` excludes {them}" if exclude else outside
        changed = [path for path in paths if path in differing]
        news = f"; what changes there is not judged: {_some(changed)}" if changed else ""
        yield f"{count} left out, since {why}{news}."


def slips(
    clusters: Iterable[ClusterConfiguration],
    trees: Sequence[Snapshot],
    divisions: Sequence[Division],
) -> Iterator[Problem]:
    """What is said of clusters and does not fit the trees, as they were divided by it."""
    for number, cluster in enumerate(clusters):
        if cluster.rendered_by is RenderedBy.UPLOADED:
            continue
        parts = [division.parts[number] for division in divisions]
        yield from _nothing_read(cluster, trees, parts)
        yield from _no_charts(cluster, parts)


def _nothing_read(
    cluster: ClusterConfiguration, trees: Iterable[Snapshot], parts: Iterable[Snapshot]
) -> Iterator[Problem]:
    """A configured cluster that no file belongs to, where there are some: likely a slip."""
    manifests = (file for tree in trees for file in tree.files if file.path != CONFIGURATION_FILE)
    if cluster.location is None or any(part.files for part in parts) or not any(manifests):
        return
    yield fault(
        cluster.location.line,
        cluster.location.column,
        f"No file lies in the paths of {_called(cluster)} ({_paths(cluster)}) without being "
        "excluded.",
        "Correct `paths` or `exclude`.",
    )


def _no_charts(cluster: ClusterConfiguration, parts: Iterable[Snapshot]) -> Iterator[Problem]:
    """Directories that are said to hold a chart, and hold none in any tree: likely a slip."""
    if cluster.location is None or not cluster.area.releases:
        return
    known = {file.path for part in parts for file in part.files}
    for release in cluster.area.releases:
        if posixpath.join(release.chart, CHART) not in known:
            yield fault(
                cluster.location.line,
                cluster.location.column,
                f"There is no chart of {_called(cluster)} in {release.chart or '.'}.",
                "Correct its `path` below `charts`.",
            )


def astray(configuration: Configuration, tree: Snapshot) -> Iterator[Problem]:
    """What a change is judged by, as the tree's own configuration says, and is not in the tree.

    Rules that are missing must not pass for rules that nothing violates.
    """
    if configuration_file(tree) is None:
        return
    places = {above for file in tree.files for above in (file.path, *ancestors(file.path))}
    for each in configuration.governance:
        if any(each.governs(file.path) for file in tree.files):
            continue
        told = f"There is neither a file nor a directory {each.path}."
        if each.path in places:
            told = f"No file of {each.path or '.'} ends in {' or '.join(GOVERNING_SUFFIXES)}."
        yield fault(
            each.location.line,
            each.location.column,
            told,
            f"Add it, or correct `{each.kind}`.",
            each.kind,
        )


def reconfigured(base: Snapshot, head: Snapshot) -> Iterator[Problem]:
    """What is said of a head that changes the configuration, which counts for later reviews.

    It is decisive where it would leave them without one that can be used, or without what it names.
    """
    changed = not same_file(configuration_file(base), configuration_file(head))
    try:
        after = configuration_of(head)
    except ConfigurationError as error:
        for problem in error.problems[:_SHOWN] if changed else ():
            yield replace(problem, message=f"Once merged, nothing is judged: {problem.message}")
        return
    standing = set() if changed else set(astray(after, base))
    for problem in astray(after, head):
        if problem not in standing:
            yield replace(problem, message=f"Once merged: {problem.message}")
    if changed:
        told = fault(
            1,
            1,
            f"The change touches {CONFIGURATION_FILE}; this review is made by the base's, and what "
            "the change makes of it counts once it is merged.",
            "Let those who answer for the cluster review it.",
        )
        yield replace(told, decisive=False)


def _called(cluster: ClusterConfiguration) -> str:
    return "the cluster" if cluster.name == CLUSTER else f"cluster {cluster.name}"


def _source(cluster: ClusterConfiguration) -> str:
    uploaded = cluster.rendered_by is RenderedBy.UPLOADED
    return "rendered by CI" if uploaded else _paths(cluster)


def _paths(cluster: ClusterConfiguration) -> str:
    return _some([f"`{pattern}`" for pattern in cluster.area.paths.patterns])


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
