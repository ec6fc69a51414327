"""All deployments of a tree, out of the objects that stand in it."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments import argocd, flux
from edgewarden.manifests.deployments.addresses import Ownership, ownership
from edgewarden.manifests.deployments.application_sets import applications, named_in
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.draft import Draft, drawn_up
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.nodes import Plain, plain
from edgewarden.manifests.readings import FileReading
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef

_ARGO_CD = "argoproj.io"
_APPLICATION = (_ARGO_CD, "Application")
_APPLICATION_SET = (_ARGO_CD, "ApplicationSet")
_KUSTOMIZATION = ("kustomize.toolkit.fluxcd.io", "Kustomization")
_HELM_RELEASE = ("helm.toolkit.fluxcd.io", "HelmRelease")
GIT_REPOSITORY = (flux.SOURCE_GROUP, flux.GIT_REPOSITORY)

READ = frozenset({_APPLICATION, _APPLICATION_SET, _KUSTOMIZATION, _HELM_RELEASE, GIT_REPOSITORY})
"""The kinds whose objects are read: group and kind."""


@dataclass(frozen=True, slots=True)
class DeployerAt:
    """An object that deploys, and the source that it stands in, by the path it is read under."""

    deployer: Deployer
    origin: str

    @property
    def key(self) -> tuple[str, str]:
        return self.deployer.ref.group, self.deployer.ref.kind


def deployers_in(readings: Mapping[str, FileReading]) -> tuple[DeployerAt, ...]:
    """The objects that deploy, by the paths under which their sources are read."""
    paths = sorted(path for path, reading in readings.items() if reading.deployers)
    return tuple(
        DeployerAt(deployer, path)
        for path in paths
        for deployer in readings[path].deployers
        if (deployer.ref.group, deployer.ref.kind) in READ
    )


def own_repository(
    found: Iterable[DeployerAt],
    ground: Ground,
    known_as: AbstractSet[str] = frozenset(),
) -> Ownership:
    """Which repository the tree is of, where it is ``known_as`` these; see ``ownership``."""
    known = tuple(found)
    repositories = _Repositories(known)
    there = ground.directories | ground.beyond
    named = (pair for each in known for pair in _named(each, repositories))
    return ownership(known_as, (pair for pair in named if pair[1] in there))


def deployments(found: Iterable[DeployerAt], ground: Ground) -> tuple[Deployment, ...]:
    """What the objects deploy, in their order. Never raises for what they hold."""
    known = tuple(found)
    repositories = _Repositories(known)
    return tuple(found for each in known for found in _of(each, ground, repositories))


def repositories_named(deployers: Iterable[Deployer]) -> frozenset[tuple[str, str]]:
    """The ``GitRepository`` objects that others come from, by namespace and name."""
    found = set()
    for each in deployers:
        if (each.ref.group, each.ref.kind) in {_KUSTOMIZATION, _HELM_RELEASE}:
            with suppress(UnclearError):
                found.add(flux.repository_named(each.ref, _spec(each)))
    return frozenset(filter(None, found))


class _Repositories:
    """The ``GitRepository`` objects of a tree, which may hold one of a name for each cluster."""

    def __init__(self, found: Iterable[DeployerAt]) -> None:
        self._known: dict[tuple[str, str], list[Deployer]] = {}
        for each in found:
            if each.key == GIT_REPOSITORY:
                ref = each.deployer.ref
                self._known.setdefault((ref.namespace, ref.name), []).append(each.deployer)

    def near(self, place: Location) -> flux.Repositories:
        """Those that are meant at a place: of several of a name, the one with which it has most
        directories in common."""
        segments = place.path.split("/")

        def nearness(deployer: Deployer) -> int:
            other = deployer.location.path.split("/")
            return len(posixpath.commonprefix([segments, other]))

        def spec_of(namespace: str, name: str) -> Plain:
            alike = self._known.get((namespace, name))
            return _spec(max(alike, key=nearness)) if alike else None

        return spec_of


def _of(what: DeployerAt, ground: Ground, repositories: _Repositories) -> Iterator[Deployment]:
    maker, origin = what.deployer, what.origin
    ref, spec, near = maker.ref, _spec(maker), repositories.near(maker.location)
    if what.key == _APPLICATION_SET:
        yield from _of_set(what, spec, ground)
        return
    read: Callable[[Draft], None]
    if what.key == _APPLICATION:
        finalizers = _finalizers(maker)
        read = partial(argocd.read_application, ref=ref, spec=spec, finalizers=finalizers)
    elif what.key == _KUSTOMIZATION:
        read = partial(flux.read_kustomization, ref=ref, spec=spec, repositories=near)
    elif what.key == _HELM_RELEASE:
        read = partial(flux.read_helm_release, ref=ref, spec=spec, repositories=near)
    else:
        return
    yield drawn_up(maker, origin, ref, ground, read)


def _of_set(what: DeployerAt, spec: Plain, ground: Ground) -> Iterator[Deployment]:
    """One for each Application, and one more for what keeps them from being known."""
    maker, origin = what.deployer, what.origin

    def unclear(error: UnclearError) -> Deployment:
        def refuse(_: Draft) -> None:
            raise error

        return drawn_up(maker, origin, maker.ref, ground, refuse)

    try:
        for made in applications(spec, maker.ref.namespace, ground):
            ref = ObjectRef(*_APPLICATION, made.namespace, made.name)
            read = partial(
                argocd.read_application,
                ref=ref,
                spec=made.spec,
                finalizers=made.finalizers,
            )
            found = drawn_up(maker, origin, ref, ground, read)
            withdraws = False if made.stays else found.target.withdraws
            target = replace(found.target, withdraws=withdraws, fixed=made.fixed)
            yield replace(found, target=target)
    except UnclearError as error:
        yield unclear(error)


def _named(what: DeployerAt, repositories: _Repositories) -> Iterator[tuple[str, str]]:
    """The repositories and directories that an object names, as far as it does plainly."""
    maker = what.deployer
    ref, spec, near = maker.ref, _spec(maker), repositories.near(maker.location)
    try:
        if what.key == _APPLICATION_SET:
            yield from named_in(spec)
            return
        if what.key == _APPLICATION:
            yield from argocd.directories_named(spec)
            return
        if what.key == _KUSTOMIZATION:
            source = flux.kustomization_source(ref, spec, near)
        elif what.key == _HELM_RELEASE:
            source = flux.helm_release_source(ref, spec, near)
        else:
            return
        yield source.repository, source.directory
    except UnclearError:
        return


def _spec(deployer: Deployer) -> Plain:
    spec = deployer.root.get("spec")
    return None if spec is None else plain(spec)


def _finalizers(deployer: Deployer) -> tuple[str, ...]:
    metadata = deployer.root.get("metadata")
    listed = metadata.get("finalizers") if isinstance(metadata, MappingNode) else None
    written = plain(listed) if listed is not None else None
    return tuple(e for e in written if isinstance(e, str)) if isinstance(written, list) else ()
