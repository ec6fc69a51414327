"""What a configuration means in the tree that it stands in, in words."""

from collections.abc import Iterable, Iterator, Sequence

from edgewarden.governance.ownership.owners import Claim, Paths
from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.discovery import Discovery, discover
from edgewarden.manifests.division import CONFIGURATION_FILE, Division, by_exclude
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.metadata import ASSUMED_NAMESPACE
from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import Snapshot, holds_manifests
from edgewarden.reporting.blocks import Banner, Block, Heading, Item, Items, Tone
from edgewarden.reporting.deployment_text import deployment_text
from edgewarden.reporting.wording import counted
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    ClusterConfiguration,
    Configuration,
    RenderedBy,
)
from edgewarden.workflows.configuration.notices import unread
from edgewarden.workflows.configuration.terms import ProfileTerms
from edgewarden.workflows.configuration.tree_configuration import configuration_file

_SHOWN = 20


def configuration_account(
    tree: Snapshot, configuration: Configuration, division: Division
) -> tuple[Block, ...]:
    """Which files of ``tree`` are read and which are not, what is said of each cluster, and what
    is not."""
    return (
        _banner(tree),
        *(
            block
            for cluster, part in zip(configuration.clusters, division.parts, strict=True)
            for block in _cluster(tree, cluster, part, named=configuration.named)
        ),
        *_facts(configuration),
        *(
            block
            for cluster in configuration.elsewhere
            for block in (
                Heading(f"Not read as cluster {cluster.name}"),
                Items((Item(f"The branch {cluster.branch} alone describes it"),)),
            )
        ),
        *_governance(tree, configuration),
        Heading("Left out"),
        Items(tuple(_left_out(division, configuration)) or (Item("Nothing", Tone.QUIET),)),
    )


def _governance(tree: Snapshot, configuration: Configuration) -> Iterator[Block]:
    """Where rules, checklist, zones and the contract lie, and who answers for what."""
    paths = [file.path for file in tree.files]
    if configuration.governance:
        yield Heading("What changes are judged by")
        yield Items(
            tuple(
                Item(
                    f"{each.kind}: {each.path or '.'} ({_files(Globs((each.path or '.',)), paths)})"
                )
                for each in configuration.governance
            )
        )
    if configuration.owners:
        yield Heading("Owned by")
        yield Items(tuple(_owned(owner, paths) for owner in configuration.owners))


def _owned(owner: Claim, paths: Sequence[str]) -> Item:
    whose = [f"namespace {name}" for name in sorted(owner.namespaces)]
    if owner.paths.patterns:
        patterns = _some(f"`{pattern}`" for pattern in owner.paths.patterns)
        whose.append(f"{patterns} ({_files(owner.paths, paths)})")
    whose += [f"policies of type {each}" for each in sorted(owner.policy_types)]
    whose += [f"labels `{each}{'*'[: each.endswith('/')]}`" for each in owner.labels]
    idle = bool(owner.paths.patterns) and not owner.paths.matching(paths)
    return Item(f"{owner.team}: {_some(whose)}", Tone.ATTENTION if idle else Tone.PLAIN)


def _files(patterns: Paths, paths: Sequence[str]) -> str:
    return counted(len(patterns.matching(paths)), "file")


def _cluster(
    tree: Snapshot, cluster: ClusterConfiguration, part: Snapshot, *, named: bool
) -> Iterator[Block]:
    found = discover(TreesReading.alone(part))
    called = f" cluster {cluster.name}" if named else " one cluster, not named"
    yield Heading(f"Read as{called}")
    if cluster.rendered_by is RenderedBy.UPLOADED:
        yield Items((Item("What CI hands in of each commit (`edgewarden rendered push`)"),))
    else:
        yield Items((*_read(part, found, cluster, named=named), *_idle(tree, cluster)))
    if found.deployments:
        yield Heading(f"Deployed to{called}" if named else "Deployed")
        yield Items(tuple(_deployed(found)))


def _facts(configuration: Configuration) -> Iterator[Block]:
    """What is said of each cluster, and once what is said of none or of some only."""
    clusters = configuration.clusters
    for cluster in clusters:
        if known := tuple(_known(cluster.claims)):
            yield Heading(f"Said of {_called(cluster, configuration)}")
            yield Items(known)
    unsaid = [
        Item(f"{name}{_of(missing, clusters)}", notes=(_meaning(name),))
        for name in ProfileTerms.model_fields
        if (missing := [each.name for each in clusters if name not in each.claims.made()])
    ]
    if unsaid:
        yield Heading("Not said")
        yield Items(tuple(unsaid))


def _of(missing: Sequence[str], clusters: Sequence[ClusterConfiguration]) -> str:
    return f" (of {_some(missing)})" if len(missing) < len(clusters) else ""


def _called(cluster: ClusterConfiguration, configuration: Configuration) -> str:
    return f"cluster {cluster.name}" if configuration.named else "the cluster"


def _banner(tree: Snapshot) -> Banner:
    if configuration_file(tree) is None:
        sentence = (
            f"there is no {CONFIGURATION_FILE}, so what the directory holds shows its clusters; "
            "`edgewarden init` writes one."
        )
        return Banner("Not configured", sentence, Tone.PLAIN)
    return Banner("Sound", f"{CONFIGURATION_FILE} can be used.", Tone.GOOD)


def _read(
    part: Snapshot, found: Discovery, cluster: ClusterConfiguration, *, named: bool
) -> Iterator[Item]:
    count = sum(holds_manifests(file.path) for file in part.files)
    yield Item(f"{counted(count, 'file')} by the paths {_some(cluster.area.paths.patterns)}")
    for title, names in (
        ("Clusters that it is taken for", () if named else [each.name for each in found.clusters]),
        ("Overlays of kustomize", found.kustomizations),
        ("Charts of Helm", found.charts),
        ("Plain manifests in", tuple(found.plain)),
        ("Components and libraries that nothing here builds on", found.unused),
        ("Namespaces that objects name", found.namespaces),
    ):
        if names:
            yield Item(f"{title}: {_some(names)}")
    yield from map(_installed, cluster.area.releases)
    if found.unnamed:
        whose = cluster.namespace or f"{ASSUMED_NAMESPACE}, which is a guess: set `namespace`"
        yield Item(
            f"{counted(found.unnamed, 'object')} without a namespace, taken to be in {whose}"
        )
    if found.makers:
        makers = sorted(f"{each.project} {each.ref.kind} {each.ref}" for each in found.makers)
        yield Item(f"Policies may also be made by {_some(makers)}")


def _deployed(found: Discovery) -> Iterator[Item]:
    for deployment in found.deployments[:_SHOWN]:
        obstacle = deployment.obstacle
        notes = (obstacle.remedy,) if obstacle is not None and obstacle.remedy else ()
        tone = Tone.ATTENTION if obstacle is not None else Tone.PLAIN
        yield Item(deployment_text(deployment), tone, notes=notes)
    if (more := len(found.deployments) - _SHOWN) > 0:
        yield Item(f"and {more} more")
    if found.undeployed:
        yield Item(
            f"By nothing of these, and taken to be deployed all the same: {_some(found.undeployed)}"
        )
    if found.left:
        yield Item(f"By nothing of these, but others in their stead: {_some(found.left)}")


def _installed(release: Release) -> Item:
    given = f"with the values {_some(release.values)}" if release.values else "with its own values"
    named = f" as {release.name}" if release.name else ""
    where = f" into {release.namespace}" if release.namespace else ""
    return Item(f"The chart {release.chart or '.'} is installed{named}{where} {given}")


def _idle(tree: Snapshot, cluster: ClusterConfiguration) -> Iterator[Item]:
    paths = [file.path for file in tree.files]
    for pattern in cluster.area.paths.patterns:
        if paths and not Globs((pattern,)).matching(paths):
            yield Item(f"`{pattern}` matches no file here", Tone.ATTENTION)


def _left_out(division: Division, configuration: Configuration) -> Iterator[Item]:
    files = unread(division.left_out, configuration.clusters)
    for exclude, paths in by_exclude(files).items():
        why = f"excluded by `{exclude}`" if exclude else "outside of the paths of all clusters"
        yield Item(f"{counted(len(paths), 'file')} {why}", notes=(_some(paths),))


def _known(claims: ProfileClaims) -> Iterator[Item]:
    for name, claim in claims.made().items():
        yield Item(f"{name}: {_written(claim)}", notes=(_meaning(name),))


def _meaning(name: str) -> str:
    return ProfileTerms.model_fields[name].description or ""


def _written(claim: object) -> str:
    match claim:
        case bool():
            return "true" if claim else "false"
        case tuple():
            return ", ".join(map(str, claim))
        case dict():
            return ", ".join(f"{key}: {value}" for key, value in claim.items())
    return str(claim)


def _some(names: Iterable[str]) -> str:
    every = tuple(names)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return f"{', '.join(every[:_SHOWN])}{more}"
