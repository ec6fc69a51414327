"""Files that look like values of a chart of which nobody says what values it is given."""

import posixpath
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from edgewarden.manifests.charts import CHART
from edgewarden.manifests.nodes import Mapping
from edgewarden.manifests.notices import some_of
from edgewarden.manifests.rendered import Root
from edgewarden.manifests.snapshot import SourceFile, ancestors
from edgewarden.manifests.tree import TreeReading
from edgewarden.manifests.yaml_reader import read_stream
from edgewarden.reachability.location import Location, Problem, ProblemKind

_VALUES = "values"
_OWN = "values.yaml"
_YAML_SUFFIXES = (".yaml", ".yml")
_NO_VALUES = ("templates/", "crds/", "ci/", "tests/")
"""Below a chart: what it is made of, and what its tests are given (chart-testing, unittest)."""
_GLOBAL = "global"


def loosely_given(base: TreeReading, head: TreeReading, changed: AbstractSet[str]) -> list[Problem]:
    """One problem for each chart that ``changed`` files may be given to (``helm --values``).

    Such a file is called so, or sets what the chart's own values set, and lies in the chart or in
    none.
    """
    paths = sorted(path for path in changed if path.endswith(_YAML_SUFFIXES))
    directories = base.rendered.with_charts | head.rendered.with_charts if paths else frozenset()
    sides = (base, head)
    roots = {root.directory: root for side in sides for root in side.rendered.roots}
    charts = base.rendered.charts.keys() | head.rendered.charts.keys()
    inputs = frozenset().union(*(side.rendered.covered(paths) for side in sides))
    keys: dict[str, frozenset[str]] = {}
    places = {path: next((up for up in ancestors(path) if up in charts), None) for path in paths}
    found = []
    for directory in sorted(directories):
        own = _keys_of_chart(sides, directory)
        given = []
        for path in paths:
            chart = places[path]
            if chart is not None and not _is_inside(path, chart, directory):
                continue
            if _VALUES not in posixpath.basename(path).lower():
                if path not in keys:
                    keys[path] = _keys(side.files.get(path) for side in sides)
                elsewhere = chart is None and (path in inputs or "/." in f"/{path}")
                if elsewhere or own.isdisjoint(keys[path]):
                    continue
            given.append(path)
        if given:
            found.append(_told(roots[directory], given))
    return found


def _is_inside(path: str, chart: str, directory: str) -> bool:
    """Whether a file lies in the chart of ``directory``, or in a ``chart`` below, and is no part of
    what that is made of."""
    below = not directory or chart == directory or chart.startswith(f"{directory}/")
    relative = path[len(chart) :].lstrip("/")
    return below and relative not in {_OWN, CHART} and not relative.startswith(_NO_VALUES)


def _keys_of_chart(sides: Iterable[TreeReading], directory: str) -> frozenset[str]:
    found: set[str] = set()
    for side in sides:
        chart = side.rendered.charts.get(directory)
        if chart is not None:
            found.update(_keys([side.files.get(posixpath.join(directory, _OWN))]))
            found.update(each.name for each in chart.dependencies)
            found.add(_GLOBAL)
    return frozenset(found)


def _keys(files: Iterable[SourceFile | None]) -> frozenset[str]:
    """What the documents of these files set that are no objects."""
    return frozenset(key for file in files if file is not None for key in _set_by(file))


def _set_by(file: SourceFile) -> Iterator[str]:
    text = (file.content or b"").decode("utf-8-sig", errors="replace")
    for document in read_stream(text).documents:
        root = document.root
        if isinstance(root, Mapping) and not (root.text("apiVersion") and root.text("kind")):
            yield from (entry.key for entry in root.entries)


def _told(root: Root, values: list[str]) -> Problem:
    directory = root.directory or "."
    return Problem(
        ProblemKind.NOT_RENDERED,
        Location(root.marker, 1),
        f"Values that {directory} may be given changed, and what they make of it is not judged: "
        f"{some_of(values)}.",
        f"Render both sides with them (`helm template --values {values[0]} {directory}`) and "
        f"compare the results with `edgewarden diff`, or name what it is given under `charts` in "
        "the configuration.",
        namespaces=root.namespaces,
    )
