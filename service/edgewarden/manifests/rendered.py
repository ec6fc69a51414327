"""Directories whose files are input of kustomize or Helm, and no manifests by themselves."""

import posixpath
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from edgewarden.manifests.charts import CHART, Chart, read_chart
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.installations import installations
from edgewarden.manifests.kustomizations import (
    BUILT_ON,
    KUSTOMIZATIONS,
    Kustomization,
    read_kustomization,
)
from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import SourceFile, ancestors, makers_of_roots

_VALUES = "values"
_OWN_VALUES = "values.yaml"
_SUBCHARTS = "charts/"
"""Below a chart, where Helm looks for those that it is made of."""
_YAML_SUFFIXES = (".yaml", ".yml")


class Tool(StrEnum):
    """What renders."""

    KUSTOMIZE = "kustomize"
    HELM = "Helm"


@dataclass(frozen=True, slots=True)
class Root:
    """A directory to render. ``directories`` (with all below them) and ``files`` feed it.

    ``marker`` is the file that makes it one. ``inputs`` are all the files that feed it, and
    ``declaring`` those of them that a kustomization names as objects: no patches among them.
    ``namespaces`` are those that its kustomizations put objects into: the one of its own decides.
    ``release`` says how a chart is installed, where that is known.
    """

    directory: str
    marker: str
    tool: Tool
    directories: frozenset[str]
    files: frozenset[str]
    namespaces: frozenset[str] = frozenset()
    declaring: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    release: Release | None = None

    @property
    def deciding(self) -> frozenset[str]:
        """The inputs, and values that it is to be given and that are not there."""
        return self.inputs.union(self.release.values if self.release else ())


@dataclass(frozen=True, slots=True)
class RenderedInput:
    """All roots of a tree, sorted by directory.

    ``parts`` are components of kustomize and libraries of Helm that nothing here builds on, and
    that nobody renders by themselves. ``kustomizations`` and ``charts`` are known by their
    directories.
    """

    roots: tuple[Root, ...]
    parts: tuple[Root, ...]
    kustomizations: Mapping[str, Kustomization]
    charts: Mapping[str, Chart]

    def covered(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` that are input, and so no manifests by themselves."""
        every = (*self.roots, *self.parts)
        if not every:
            return frozenset()
        directories = frozenset().union(*(root.directories for root in every))
        files = frozenset().union(*(root.files for root in every))
        return frozenset(
            path
            for path in paths
            if path in files or any(up in directories for up in ancestors(path))
        )

    def fed(self, paths: Iterable[str]) -> dict[str, set[str]]:
        """For each root, by its directory, those of ``paths`` that feed it.

        A file belongs to the nearest kustomization above it: one below a root that does not
        build on it feeds that nearer one only. Helm does not know of kustomizations, and takes all
        that is below a chart.
        """
        charts = {root.directory for root in self.roots if root.tool is Tool.HELM}
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
            nested = False
            for directory in ancestors(path):
                above = by_directory.get(directory, ())
                takers += (root for root in above if not nested or root in charts)
                nested = nested or directory in self.kustomizations
            for taker in takers:
                fed[taker].add(path)
        return fed

    def kustomizations_of(self, root: Root) -> tuple[Kustomization, ...]:
        """Those that ``root`` is built of, by directory."""
        directories = sorted(root.directories & self.kustomizations.keys())
        return tuple(self.kustomizations[directory] for directory in directories)

    def feeding(self, directory: str, paths: Iterable[str]) -> set[str]:
        """Those of ``paths`` that feed the kustomization or the chart of a directory, whether or
        not it is a root by itself."""
        if directory in self.kustomizations:
            root = _kustomize_root(directory, self.kustomizations)
        elif directory in self.charts:
            root = _chart_root(directory, self.charts)
        else:
            return set()
        return replace(self, roots=(root,)).fed(paths)[directory]

    @property
    def with_charts(self) -> frozenset[str]:
        """The directories of the roots that are charts, or inflate them, and of which nobody says
        what values they are given."""
        return frozenset(
            root.directory
            for root in self.roots
            if root.release is None
            and (root.tool is Tool.HELM or any(k.charts for k in self.kustomizations_of(root)))
        )

    def loose_values(self, paths: Iterable[str]) -> set[str]:
        """Those of ``paths`` that look like values of a chart and lie in no chart."""
        return {
            path
            for path in paths
            if _VALUES in posixpath.basename(path).lower()
            and path.endswith(_YAML_SUFFIXES)
            and not any(up in self.charts for up in ancestors(path))
        }

    def ungiven_values(self, paths: Iterable[str]) -> set[str]:
        """Those of ``paths`` that look like values of charts of which nobody says what they are
        given, beside the one that each takes by itself."""
        charts = {
            root.directory for root in self.roots if root.tool is Tool.HELM and not root.release
        }
        beside = {
            path
            for path in paths
            if posixpath.dirname(path) in charts
            and _VALUES in (name := posixpath.basename(path).lower())
            and name != _OWN_VALUES
            and path.endswith(_YAML_SUFFIXES)
        }
        return beside | (self.loose_values(paths) if self.with_charts else set())


NOTHING_RENDERED = RenderedInput((), (), {}, {})


def rendered_input(
    files: Mapping[str, SourceFile],
    within: AbstractSet[str] | None = None,
    releases: Iterable[Release] = (),
    repositories: AbstractSet[str] = frozenset(),
) -> RenderedInput:
    """Find what is rendered in a tree, given its files by path.

    With ``within`` only directories whose own file is one of these paths are roots, and a
    kustomization that only others build on is one; anything may feed them. ``releases`` say how
    charts are installed; of others that the deployments of the tree may say, whose repository is
    called one of ``repositories``, where that is known.
    """
    makers = makers_of_roots(files)
    if not makers:
        return NOTHING_RENDERED
    known = Ground(files).directories
    kustomizations = {
        posixpath.dirname(path): read
        for path in sorted(makers, reverse=True)
        if posixpath.basename(path) in KUSTOMIZATIONS
        and (read := read_kustomization(files[path], files, known)) is not None
    }
    charts = {
        posixpath.dirname(path): read_chart(files[path])
        for path in makers
        if posixpath.basename(path) == CHART
    }
    deployed = {
        directory: kustomization
        for directory, kustomization in kustomizations.items()
        if within is None or kustomization.marker in within
    }
    tops = [_kustomize_root(top, kustomizations) for top in _tops(deployed)]
    named = {directory for top in tops for directory in top.directories}
    inside = _taking_charts(tops, kustomizations)
    installed = _installed(files, tops, charts, repositories) | {
        each.chart: each for each in releases
    }
    for chart in sorted(charts):
        if within is not None and posixpath.join(chart, CHART) not in within:
            continue
        above = tuple(ancestors(f"{chart}/{CHART}"))[1:] if chart else ()
        part = any(
            up in charts and chart.startswith(posixpath.join(up, _SUBCHARTS)) for up in above
        )
        if not part and chart not in named and inside.isdisjoint(above):
            release = installed.get(chart)
            given = frozenset(release.values if release else ()).intersection(files)
            tops.append(_chart_root(chart, charts, given, release))
    tops.sort(key=lambda top: top.directory)
    parts = tuple(top for top in tops if _is_part(top, kustomizations, charts))
    roots = tuple(top for top in tops if top not in parts)
    found = RenderedInput(roots, parts, kustomizations, charts)
    fed = found.fed(files) if roots else {}
    fed_roots = (replace(root, inputs=frozenset(fed[root.directory])) for root in roots)
    return replace(found, roots=tuple(fed_roots))


def _is_part(
    top: Root, kustomizations: Mapping[str, Kustomization], charts: Mapping[str, Chart]
) -> bool:
    if top.tool is Tool.HELM:
        return charts[top.directory].library
    return kustomizations[top.directory].component


def _installed(
    files: Mapping[str, SourceFile],
    tops: Iterable[Root],
    charts: Mapping[str, Chart],
    repositories: AbstractSet[str],
) -> dict[str, Release]:
    """What deployments say of ``charts``, as far as no renderer makes something else of them."""
    if not charts:
        return {}
    overlays = replace(NOTHING_RENDERED, roots=tuple(tops)).covered(files)
    plain = (
        path
        for path in sorted(files)
        if path not in overlays and not any(up in charts for up in ancestors(path))
    )
    return installations(files, plain, repositories)


def _taking_charts(tops: Iterable[Root], kustomizations: Mapping[str, Kustomization]) -> set[str]:
    """The directories that the roots name which inflate charts; others have no use for one."""
    return {
        directory
        for top in tops
        if any(kustomizations[d].charts for d in top.directories & kustomizations.keys())
        for directory in top.directories
    }


def _tops(kustomizations: Mapping[str, Kustomization]) -> list[str]:
    """Directories that no other kustomization builds on, and one of each remaining cycle."""
    used = {name for own, k in kustomizations.items() for name in k.directories if name != own}
    tops = sorted(kustomizations.keys() - used)
    reached = set().union(*(_reach(top, kustomizations) for top in tops))
    for directory in sorted(kustomizations):
        if directory not in reached:
            tops.append(directory)
            reached |= _reach(directory, kustomizations)
    return tops


def _reach(top: str, kustomizations: Mapping[str, Kustomization]) -> set[str]:
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


def _chart_root(
    chart: str,
    charts: Mapping[str, Chart],
    values: frozenset[str] = frozenset(),
    release: Release | None = None,
) -> Root:
    """The chart with those beside it that it depends on: ``helm dependency build`` packs them."""
    marker = posixpath.join(chart, CHART)
    reached = {chart}
    pending = [chart]
    while pending:
        beside = {each for each in charts[pending.pop()].beside if each in charts} - reached
        reached |= beside
        pending += beside
    return Root(chart, marker, Tool.HELM, frozenset(reached), values, release=release)


def _kustomize_root(top: str, kustomizations: Mapping[str, Kustomization]) -> Root:
    directories = frozenset(_reach(top, kustomizations))
    built_of = [kustomizations[d] for d in directories if d in kustomizations]
    files = frozenset().union(*(each.files for each in built_of))
    references = [reference for each in built_of for reference in each.references]
    own = kustomizations[top]
    set_below = {each.namespace for each in built_of if each.namespace}
    return Root(
        directory=top,
        marker=own.marker,
        tool=Tool.KUSTOMIZE,
        directories=directories,
        files=files,
        namespaces=frozenset({own.namespace} if own.namespace else set_below),
        declaring=files.intersection(r.path for r in references if r.key in BUILT_ON),
    )
