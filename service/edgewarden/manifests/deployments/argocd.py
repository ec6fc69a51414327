"""``Application`` of Argo CD, by the types of its ``pkg/apis/application/v1alpha1/types.go``."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from edgewarden.manifests.charts import CHART
from edgewarden.manifests.deployments.addresses import repository
from edgewarden.manifests.deployments.deployment import HOME, Selection, Target
from edgewarden.manifests.deployments.draft import Draft
from edgewarden.manifests.deployments.globs import check_patterns
from edgewarden.manifests.deployments.overrides import overridden
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
from edgewarden.manifests.deployments.values import files_given
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import Applier, ObjectRef

_OWN_CLUSTER = frozenset({"", HOME, "kubernetes.default.svc"})
_SCHEME = re.compile(r"^https?://")
_HEAD = "HEAD"
_USUAL_PORT = ":443"
FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""With it an Application takes along what it brought."""
_NO_FILE = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://|^\$|[*?\[]")
"""Values that are an address, a file of another source, or several files."""

_HARMLESS = {
    "kustomize": frozenset(
        {
            "apiVersions",
            "commonAnnotations",
            "commonAnnotationsEnvsubst",
            "forceCommonAnnotations",
            "forceCommonLabels",
            "ignoreMissingComponents",
            "images",
            "kubeVersion",
            "labelIncludeTemplates",
            "labelWithoutSelector",
            "namespace",
            "replicas",
            "version",
        }
    ),
    "helm": frozenset(
        {
            "ignoreMissingValueFiles",
            "namespace",
            "passCredentials",
            "releaseName",
            "skipCrds",
            "skipSchemaValidation",
            "skipTests",
            "valueFiles",
            "version",
        }
    ),
    "directory": frozenset({"exclude", "include", "recurse"}),
}
"""What a source may say and no connection depends on, or what is known of the deployment."""

_TIMES_AND_PEOPLE = frozenset({"info", "project", "revisionHistoryLimit", "ignoreDifferences"})
_BY_HAND = "Put it into the files of the directory, where it is reviewed."


def read_application(
    draft: Draft, ref: ObjectRef, spec: Plain, *, finalizers: tuple[str, ...] = ()
) -> None:
    """Note in ``draft`` what the Application ``ref`` deploys. Raises ``UnclearError``."""
    draft.content = _deciding(spec)
    draft.given = files_given(spec, draft.ground)
    draft.target = _target(spec, finalizers)
    own = draft.ground.ownership
    draft.within = frozenset(path for name, path in directories_named(spec) if own.includes(name))
    directory = draft.take(application_source(spec))
    only, given = overridden(_only_source(spec), draft.ground.files, directory, ref)
    draft.content = [draft.content, [_without_images(each) for each in given]]
    if renamed := text(only, "kustomize", "namespace"):
        draft.target = replace(draft.target, namespace=renamed, overrides=True)
    if posixpath.join(directory, CHART) in draft.ground.files:
        draft.release = _release(draft, directory, ref.name, only)
    else:
        draft.selection = _selection(at(only, "directory"))
    _refuse_changes(spec, only)


def application_source(spec: Plain) -> Source:
    """Where the manifests of an Application come from. Raises ``UnclearError``."""
    if at(spec, "sourceHydrator") is not None:
        raise UnclearError("it deploys what Argo CD hydrates to another branch", _BY_HAND)
    source = _only_source(spec)
    address = text(source, "repoURL")
    if chart := text(source, "chart"):
        raise UnclearError(
            f"it deploys the chart {shown(chart)} of {shown(address)}, and nothing is fetched here",
            "Commit what the chart renders to, and deploy that.",
            elsewhere=True,
        )
    if at(source, "plugin") is not None:
        raise UnclearError("a plugin makes what it deploys", "Commit what the plugin makes.")
    path = directory_in_tree(text(source, "path"))
    revision = text(source, "targetRevision")
    return Source(repository(address), address, "" if revision == _HEAD else revision, path)


def directories_named(spec: Plain) -> Iterator[tuple[str, str]]:
    """The repository and directory of each source; one without a path only holds files of values.

    Raises ``UnclearError``.
    """
    for source in items(spec, "sources") or [at(spec, "source")]:
        if path := text(source, "path"):
            yield repository(text(source, "repoURL")), directory_in_tree(path)


def _only_source(spec: Plain) -> Plain:
    several = items(spec, "sources")
    if len(several) > 1:
        raise UnclearError(
            f"it joins {len(several)} sources", "Deploy each source by an Application of its own."
        )
    return several[0] if several else at(spec, "source")


def _target(spec: Plain, finalizers: tuple[str, ...]) -> Target:
    options = texts(spec, "syncPolicy", "syncOptions")
    server_side = "ServerSideApply=true" in options
    return Target(
        cluster=_cluster(spec),
        namespace=text(spec, "destination", "namespace"),
        prunes=False if "Prune=false" in options else _prunes(spec),
        withdraws=any(each.split("/")[0] == FINALIZER for each in finalizers),
        applier=Applier.ARGOCD_SERVER_SIDE if server_side else Applier.ARGOCD,
    )


def _cluster(spec: Plain) -> str | None:
    """By its name, or by the host of its API server; which one a generator means, its secret
    tells."""
    try:
        address = _SCHEME.sub("", text(spec, "destination", "server"))
        host = address.rstrip("/").removesuffix(_USUAL_PORT)
        named = text(spec, "destination", "name") or host
    except UnclearError:
        return None
    return "" if named in _OWN_CLUSTER else named


def _prunes(spec: Plain) -> bool | None:
    """Whoever syncs by hand may prune or not; an automated sync does where it is told to."""
    automated = at(spec, "syncPolicy", "automated")
    if automated is None or flag(automated, "enabled") is False:
        return None
    return flag(automated, "prune") or False


def _selection(directory: Plain) -> Selection:
    include, exclude = text(directory, "include"), text(directory, "exclude")
    check_patterns(include, exclude)
    return Selection(flag(directory, "recurse") or False, include=include, exclude=exclude)


def _release(draft: Draft, directory: str, name: str, source: Plain) -> Release:
    values = [_value_file(directory, each) for each in texts(source, "helm", "valueFiles")]
    if flag(source, "helm", "ignoreMissingValueFiles"):
        values = [path for path in values if path in draft.ground.files]
    return Release(
        directory,
        name=text(source, "helm", "releaseName") or name,
        namespace=text(source, "helm", "namespace") or draft.target.namespace,
        values=tuple(values),
    )


def _value_file(chart: str, path: str) -> str:
    """Its path in the tree; what is relative is so to the directory of the chart."""
    if _NO_FILE.search(path):
        raise UnclearError(
            f"its values {shown(path)} are no single file of the repository",
            "Name files of values that lie in the repository.",
        )
    whole = path if path.startswith("/") else posixpath.join(chart, path)
    return directory_in_tree(whole, rooted=True)


def _refuse_changes(spec: Plain, source: Plain) -> None:
    """Whatever makes something else of the directory than it renders to."""
    for field, harmless in _HARMLESS.items():
        for key, value in mapping(source, field).items():
            if key not in harmless and value not in ("", None, [], {}, False):
                raise UnclearError(f"its `{field}.{key}` makes something else of it", _BY_HAND)
    if mapping(spec, "syncPolicy", "managedNamespaceMetadata", "labels"):
        raise UnclearError(
            "it sets labels of its namespace (`managedNamespaceMetadata`)",
            "Set them in a manifest of the namespace.",
        )


def _deciding(spec: Plain) -> Plain:
    """The spec without what no connection depends on: times, images, and who is told."""
    kept = {key: value for key, value in mapping(spec).items() if key not in _TIMES_AND_PEOPLE}
    policy = mapping(kept, "syncPolicy")
    kept["syncPolicy"] = {k: v for k, v in policy.items() if k not in {"retry", "automated"}}
    for key in ("source", "sources"):
        sources = kept.get(key)
        if isinstance(sources, list):
            kept[key] = [_without_images(each) for each in sources]
        elif sources is not None:
            kept[key] = _without_images(sources)
    return kept


def _without_images(source: Plain) -> Plain:
    kustomize = {k: v for k, v in mapping(source, "kustomize").items() if k != "images"}
    return {**mapping(source), "kustomize": kustomize}
