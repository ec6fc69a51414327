"""Directories whose files are input of kustomize or Helm, and no manifests by themselves."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.nodes import Node, Scalar, Sequence
from edgewarden.manifests.snapshot import SourceFile, ancestors
from edgewarden.manifests.yaml_reader import read_stream

_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_CHART = "Chart.yaml"
_VALUES = "values"
_YAML_SUFFIXES = (".yaml", ".yml")
_KUSTOMIZE_GROUP = "kustomize.config.k8s.io/"
_PATH_LISTS = (
    "resources",
    "bases",
    "components",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "configurations",
    "crds",
    "generators",
    "transformers",
    "validators",
    "replacements",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmGlobals",
    "openapi",
)
_PATH_FIELDS = (
    "path",
    "files",
    "envs",
    "env",
    "valuesFile",
    "additionalValuesFiles",
    "chartHome",
)


class Renderer(StrEnum):
    KUSTOMIZE = "kustomize"
    HELM = "Helm"


@dataclass(frozen=True, slots=True)
class Root:
    """A directory to render. ``directories`` (with all below them) and ``files`` feed it.

    ``marker`` is the file that makes it one.
    """

    directory: str
    marker: str
    renderer: Renderer
    directories: frozenset[str]
    files: frozenset[str]
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class RenderedInput:
    """All roots of a tree, sorted by directory. ``kustomized`` holds every kustomization's
    directory, ``charts`` every chart's."""

    roots: tuple[Root, ...]
    kustomized: frozenset[str]
    charts: frozenset[str]

    def covered(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` that are input, and so no manifests by themselves."""
        directories = frozenset().union(*(root.directories for root in self.roots))
        files = frozenset().union(*(root.files for root in self.roots))
        return frozenset(
            path
            for path in paths
            if path in files or any(up in directories for up in ancestors(path))
        )

    def fed(self, paths: Iterable[str]) -> dict[str, set[str]]:
        """For each root, by its directory, those of ``paths`` that feed it.

        A file belongs to the nearest kustomization above it: one below a root that does not
        build on it feeds that nearer one only.
        """
        by_directory: dict[str, list[str]] = {}
        by_file: dict[str, list[str]] = {}
        for root in self.roots:
            for directory in root.directories:
                by_directory.setdefault(directory, []).append(root.directory)
            for file in root.files:
                by_file.setdefault(file, []).append(root.directory)
        fed: dict[str, set[str]] = {root.directory: set() for root in self.roots}
        for path in paths:
            takers = list(by_file.get(path, ()))
            for directory in ancestors(path):
                takers += by_directory.get(directory, ())
                if directory in self.kustomized:
                    break
            for taker in takers:
                fed[taker].add(path)
        return fed

    @property
    def with_charts(self) -> frozenset[str]:
        """The directories of the roots that are charts, or that charts feed."""
        fed = self.fed(posixpath.join(chart, _CHART) for chart in self.charts)
        return frozenset(directory for directory, charts in fed.items() if charts)

    def loose_values(self, paths: Iterable[str]) -> set[str]:
        """Those of ``paths`` that look like values of a chart and lie in no chart."""
        return {
            path
            for path in paths
            if _VALUES in posixpath.basename(path).lower()
            and path.endswith(_YAML_SUFFIXES)
            and not any(up in self.charts for up in ancestors(path))
        }


@dataclass(frozen=True, slots=True)
class _Kustomization:
    marker: str
    namespace: str
    directories: frozenset[str]
    files: frozenset[str]


def rendered_input(files: Mapping[str, SourceFile]) -> RenderedInput:
    """Find what is rendered in a tree, given its files by path."""
    known = _directories(files)
    kustomizations = {
        posixpath.dirname(path): read
        for path in sorted(files, reverse=True)
        if posixpath.basename(path) in _KUSTOMIZATIONS
        and (read := _kustomization(files[path], files, known)) is not None
    }
    charts = {posixpath.dirname(path) for path in files if posixpath.basename(path) == _CHART}
    roots = [_kustomize_root(top, kustomizations) for top in _tops(kustomizations)]
    inside = {directory for root in roots for directory in root.directories}
    for chart in sorted(charts):
        above = tuple(ancestors(f"{chart}/{_CHART}"))[1:] if chart else ()
        if chart not in inside and not any(up in inside or up in charts for up in above):
            marker = posixpath.join(chart, _CHART)
            roots.append(Root(chart, marker, Renderer.HELM, frozenset({chart}), frozenset()))
    by_directory = sorted(roots, key=lambda root: root.directory)
    return RenderedInput(tuple(by_directory), frozenset(kustomizations), frozenset(charts))


def _directories(paths: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for path in paths:
        for directory in ancestors(path):
            if directory in found:
                break
            found.add(directory)
    return frozenset(found)


def _kustomization(
    file: SourceFile, files: Mapping[str, SourceFile], known: frozenset[str]
) -> _Kustomization | None:
    """Read a kustomization; nothing where the file is another kind of that name (Flux has one).

    One that cannot be read is a kustomization still: what it names is not known.
    """
    text = (file.content or b"").decode("utf-8", errors="replace")
    stream = read_stream(text)
    root = next(
        (d.root for d in stream.documents if isinstance(d.root, MappingNode)),
        MappingNode((), 1, 1),
    )
    version = root.text("apiVersion")
    if version and not version.startswith(_KUSTOMIZE_GROUP):
        return None
    here = posixpath.dirname(file.path)
    named = {_resolve(here, name) for key in _PATH_LISTS for name in _names(root.get(key))}
    return _Kustomization(
        marker=file.path,
        namespace=root.text("namespace"),
        directories=frozenset(name for name in named if name in known),
        files=frozenset(name for name in named if name in files),
    )


def _resolve(directory: str, name: str) -> str:
    """A path in the tree; ``.`` of the tree itself is ``""``."""
    path = posixpath.normpath(posixpath.join(directory, name))
    return "" if path == "." else path


def _names(node: Node | None) -> Iterator[str]:
    """Texts that could be paths: list items, and the path fields of structured ones."""
    match node:
        case Scalar(str() as text) if text and "\n" not in text and "://" not in text:
            yield text.partition("=")[2] or text
        case Sequence(items):
            for item in items:
                yield from _names(item)
        case MappingNode():
            for key in _PATH_FIELDS:
                yield from _names(node.get(key))


def _tops(kustomizations: Mapping[str, _Kustomization]) -> list[str]:
    """Directories that no other kustomization builds on, and one of each remaining cycle."""
    used = {name for own, k in kustomizations.items() for name in k.directories if name != own}
    tops = sorted(kustomizations.keys() - used)
    reached = set().union(*(_reach(top, kustomizations) for top in tops))
    for directory in sorted(kustomizations):
        if directory not in reached:
            tops.append(directory)
            reached |= _reach(directory, kustomizations)
    return tops


def _reach(top: str, kustomizations: Mapping[str, _Kustomization]) -> set[str]:
    reached: set[str] = set()
    pending = [top]
    while pending:
        directory = pending.pop()
        if directory in reached:
            continue
        reached.add(directory)
        if directory in kustomizations:
            pending.extend(kustomizations[directory].directories)
    return reached


def _kustomize_root(top: str, kustomizations: Mapping[str, _Kustomization]) -> Root:
    directories = frozenset(_reach(top, kustomizations))
    files = (kustomizations[d].files for d in directories if d in kustomizations)
    own = kustomizations[top]
    return Root(
        directory=top,
        marker=own.marker,
        renderer=Renderer.KUSTOMIZE,
        directories=directories,
        files=frozenset().union(*files),
        namespace=own.namespace,
    )
