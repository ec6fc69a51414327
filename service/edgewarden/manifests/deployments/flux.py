"""``Kustomization`` and ``HelmRelease`` of Flux, and the ``GitRepository`` that they come from.

By the types of kustomize-controller (``api/v1``), helm-controller (``api/v2``) and
source-controller (``api/v1``).
"""

import posixpath
from collections.abc import Callable
from typing import TypeAlias

from edgewarden.manifests.charts import CHART
from edgewarden.manifests.deployments.addresses import repository
from edgewarden.manifests.deployments.deployment import Selection, Target
from edgewarden.manifests.deployments.draft import Draft
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.sources import Source, directory_in_tree
from edgewarden.manifests.deployments.specification import (
    UnclearError,
    at,
    flag,
    items,
    mapping,
    shown,
    text,
    texts,
)
from edgewarden.manifests.deployments.values import objects_given
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import Applier, ObjectRef

SOURCE_GROUP = "source.toolkit.fluxcd.io"
GIT_REPOSITORY = "GitRepository"

Repositories: TypeAlias = Callable[[str, str], Plain]
"""The spec of a ``GitRepository`` by namespace and name; nothing where the tree has none."""

_TIMES_AND_PEOPLE = frozenset(
    {
        "decryption",
        "dependsOn",
        "driftDetection",
        "force",
        "healthCheckExprs",
        "healthChecks",
        "images",
        "install",
        "interval",
        "maxHistory",
        "persistentClient",
        "prune",
        "retryInterval",
        "rollback",
        "serviceAccountName",
        "test",
        "timeout",
        "uninstall",
        "upgrade",
        "wait",
    }
)
"""Fields of both kinds that no connection depends on, or that are known of the target."""

_ACCESS = frozenset({"interval", "provider", "proxySecretRef", "secretRef", "timeout", "verify"})
"""Fields of a ``GitRepository`` that say how and when it is fetched, and not what."""

_LONGEST_RELEASE = 53
_CHART_VALUES = "values.yaml"
_BY_HAND = "Put it into the files of the directory, where it is reviewed."


def read_kustomization(
    draft: Draft, ref: ObjectRef, spec: Plain, repositories: Repositories
) -> None:
    """Note in ``draft`` what a Kustomization deploys.

    Raises ``UnclearError``.
    """
    _note_deciding(draft, ref, spec, repositories)
    draft.asked = objects_given(items(spec, "postBuild", "substituteFrom"))
    namespace = text(spec, "targetNamespace")
    policy = text(spec, "deletionPolicy") or "MirrorPrune"
    prunes = flag(spec, "prune")
    draft.target = Target(
        cluster=_cluster(ref, spec),
        namespace=namespace,
        overrides=bool(namespace),
        prunes=prunes,
        withdraws={"MirrorPrune": prunes, "Orphan": False}.get(policy, True),
        applier=Applier.FLUX,
    )
    draft.take(kustomization_source(ref, spec, repositories))
    draft.selection = Selection(recursive=True, nested=True)
    _refuse_suspended(ref, spec, repositories)
    draft.substitutes = bool(
        mapping(spec, "postBuild", "substitute") or items(spec, "postBuild", "substituteFrom")
    )
    draft.labels = bool(mapping(spec, "commonMetadata", "labels"))
    for key in ("namePrefix", "nameSuffix", "patches", "components"):
        if at(spec, key) not in (None, "", []):
            raise UnclearError(f"its `{key}` makes something else of it", _BY_HAND)


def kustomization_source(ref: ObjectRef, spec: Plain, repositories: Repositories) -> Source:
    """Raises ``UnclearError``."""
    path = directory_in_tree(text(spec, "path"), rooted=True)
    return _source(ref, spec, path, repositories)


def read_helm_release(
    draft: Draft, ref: ObjectRef, spec: Plain, repositories: Repositories
) -> None:
    """Note in ``draft`` what a HelmRelease installs. Raises ``UnclearError``.

    Its objects are those of the namespace ``targetNamespace``, or of its own.
    """
    _note_deciding(draft, ref, spec, repositories)
    draft.asked = objects_given(items(spec, "valuesFrom"))
    asked = text(spec, "targetNamespace")
    draft.target = Target(
        cluster=_cluster(ref, spec),
        namespace=asked or ref.namespace,
        prunes=True,
        withdraws=True,
        applier=Applier.HELM,
    )
    draft.given = frozenset(_files_named(spec))
    directory = draft.take(helm_release_source(ref, spec, repositories))
    _refuse_suspended(ref, spec, repositories)
    if posixpath.join(directory, CHART) not in draft.ground.files:
        raise UnclearError(
            f"there is no chart in {shown(directory or '.')}",
            f"Name a directory with a {CHART} under `chart`.",
        )
    name = text(spec, "releaseName") or "-".join(filter(None, (asked, ref.name)))
    if len(name) > _LONGEST_RELEASE:
        raise UnclearError("Flux shortens the name of its release", "Set `releaseName`.")
    draft.release = Release(
        directory,
        name=name,
        namespace=draft.target.namespace,
        values=_values(draft.ground, directory, spec),
    )
    for key in ("values", "valuesFrom", "postRenderers"):
        if at(spec, key) not in (None, [], {}):
            raise UnclearError(f"its `{key}` makes something else of it", _BY_HAND)


def helm_release_source(ref: ObjectRef, spec: Plain, repositories: Repositories) -> Source:
    """Raises ``UnclearError``."""
    if at(spec, "chartRef") is not None:
        raise _fetched(text(spec, "chartRef", "kind"), text(spec, "chartRef", "name"))
    chart = at(spec, "chart", "spec")
    path = directory_in_tree(text(chart, "chart"), rooted=True)
    return _source(ref, spec, path, repositories)


def _files_named(spec: Plain) -> tuple[str, ...]:
    chart = at(spec, "chart", "spec")
    named = (text(chart, "valuesFile"), *texts(chart, "valuesFiles"))
    return tuple(directory_in_tree(path, rooted=True) for path in named if path)


def _values(ground: Ground, directory: str, spec: Plain) -> tuple[str, ...]:
    """Files of values stand in the place of the chart's own, and are not put on top of it."""
    values = _files_named(spec)
    if flag(spec, "chart", "spec", "ignoreMissingValuesFiles"):
        values = tuple(path for path in values if path in ground.files)
    own = posixpath.join(directory, _CHART_VALUES)
    if values and values[0] != own and own in ground.files:
        raise UnclearError(
            "its `valuesFiles` leave out the chart's own values, which are not left out here",
            f"Name {own} as the first of them.",
        )
    return values


def repository_named(ref: ObjectRef, spec: Plain) -> tuple[str, str] | None:
    """Namespace and name of the ``GitRepository`` that an object of either kind comes from; none
    where that is no such object. Raises ``UnclearError``."""
    source = _source_ref(spec)
    if text(source, "kind") != GIT_REPOSITORY:
        return None
    return text(source, "namespace") or ref.namespace, text(source, "name")


def _source_ref(spec: Plain) -> Plain:
    return at(spec, "sourceRef") or at(spec, "chart", "spec", "sourceRef")


def _note_deciding(draft: Draft, ref: ObjectRef, spec: Plain, repositories: Repositories) -> None:
    """What decides of the object, and of the ``GitRepository`` that it comes from."""
    own = {k: v for k, v in mapping(spec).items() if k not in _TIMES_AND_PEOPLE}
    source = mapping(_repository(ref, spec, repositories))
    rules, draft.left_out = draft.ground.left_out(text(source, "ignore"))
    draft.content = [own, {k: v for k, v in source.items() if k not in _ACCESS}, [*rules]]


def _repository(ref: ObjectRef, spec: Plain, repositories: Repositories) -> Plain:
    named = repository_named(ref, spec)
    return repositories(*named) if named else None


def _source(ref: ObjectRef, spec: Plain, path: str, repositories: Repositories) -> Source:
    key = repository_named(ref, spec)
    if key is None:
        source = _source_ref(spec)
        raise _fetched(text(source, "kind"), text(source, "name"))
    namespace, name = key
    known = repositories(namespace, name)
    if known is None:
        named = f"{GIT_REPOSITORY} {namespace}/{name}"
        return Source(named, named, "", path)
    if items(known, "include"):
        raise UnclearError(f"{GIT_REPOSITORY} {name} includes other repositories", _BY_HAND)
    address = text(known, "url")
    fixed = (text(known, "ref", key) for key in ("commit", "name", "semver", "tag", "branch"))
    return Source(repository(address), address, next(filter(None, fixed), ""), path)


def _refuse_suspended(ref: ObjectRef, spec: Plain, repositories: Repositories) -> None:
    source = _repository(ref, spec, repositories)
    for suspended, what in ((spec, "it"), (source, f"the {GIT_REPOSITORY} that it comes from")):
        if flag(suspended, "suspend"):
            raise UnclearError(
                f"{what} is suspended, so nothing of a change is brought",
                "Resume it, or review what waits there when it is resumed.",
            )


def _cluster(ref: ObjectRef, spec: Plain) -> str | None:
    """A cluster of its own has the name of the secret, or the map, that leads there.

    That lies in the namespace of the object: another one of that name is another cluster's.
    """
    access = at(spec, "kubeConfig")
    if access is None:
        return ""
    named = text(access, "secretRef", "name") or text(access, "configMapRef", "name")
    return f"{ref.namespace}/{named}" if named else None


def _fetched(kind: str, name: str) -> UnclearError:
    return UnclearError(
        f"it comes from {f'{kind} {name}'.strip() or 'no source'}, and nothing is fetched here",
        "Commit what it renders to, and deploy that.",
        elsewhere=True,
    )
