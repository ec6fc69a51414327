"""What keeps a root from being rendered here, found before anything is run.

A renderer gets the files of its root and nothing else, so a root that needs more could not be
rendered truly. What leads out of the tree is refused here, and never shown to a renderer.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping

from edgewarden.manifests.charts import Chart
from edgewarden.manifests.kustomizations import BUILT_ON, Kustomization, Reference
from edgewarden.manifests.rendered import RenderedInput, Root, Tool
from edgewarden.manifests.snapshot import Obstacle, Omission, SourceFile

_REMOTE = re.compile(r"^https?://|^git::|^ssh://|^file://|^[\w.-]+@[\w.-]+:|^github\.com/|[?&]ref=")
"""How kustomize tells what it would fetch (``api/internal/git/repospec.go``), or more."""

_COMMIT = "Commit the file itself, smaller where it is too large."
_LINKS = frozenset({Omission.SYMLINK, Omission.DIRECTORY_LINK, Omission.SUBMODULE})


def obstacle(
    root: Root, rendered: RenderedInput, files: Mapping[str, SourceFile]
) -> Obstacle | None:
    """The first thing that keeps ``root`` from being rendered out of its own files."""
    if root.tool is Tool.HELM:
        return next(_of_chart(root, rendered.charts[root.directory], files), None)
    for kustomization in rendered.kustomizations_of(root):
        for found in _of_one(kustomization, files, rendered):
            return found
    return _cycle(root, rendered.kustomizations)


def _of_chart(root: Root, chart: Chart, files: Mapping[str, SourceFile]) -> Iterator[Obstacle]:
    """A chart may read any of its files, and makes something else where one is missing."""
    for dependency in chart.missing(root.inputs):
        source = f" of {dependency.repository}" if dependency.repository else ""
        yield Obstacle(
            chart.marker,
            dependency.line,
            f"{chart.marker} depends on {dependency.name}{source}, which does not lie below "
            "charts/",
            f"Vendor it (`helm dependency update {root.directory or '.'}`) and commit it: nothing "
            "is fetched here.",
        )
    for path in root.release.values if root.release else ():
        if path not in files:
            remedy = "Commit the file, or correct what names it."
            yield Obstacle(root.marker, 1, f"its values {path} are not in the tree", remedy)
    for path in sorted(root.inputs):
        if files[path].omission is not None:
            yield Obstacle(root.marker, 1, f"{path} {_why_absent(files[path])}", _COMMIT)


def _of_one(
    kustomization: Kustomization, files: Mapping[str, SourceFile], rendered: RenderedInput
) -> Iterator[Obstacle]:
    def at(line: int, message: str, remedy: str) -> Obstacle:
        return Obstacle(kustomization.marker, line, f"{kustomization.marker} {message}", remedy)

    if kustomization.fault:
        remedy = "Repair it, so that `kustomize build` takes it."
        yield at(kustomization.fault_line, kustomization.fault, remedy)
    for line in kustomization.charts:
        yield at(
            line,
            "inflates Helm charts, for which kustomize would have to run another program",
            "Commit what the charts render to, and name that under `resources`.",
        )
    for reference in kustomization.references:
        quoted = f"`{' '.join(reference.text.split())[:200]}`"
        named = files.get(reference.path)
        there = named is not None or reference.path in rendered.kustomizations
        if not there and _REMOTE.search(reference.text):
            remedy = "Commit a copy of it, and name that instead: nothing is fetched here."
            yield at(reference.line, f"names {quoted}, which lies elsewhere", remedy)
        elif reference.outside:
            remedy = "Name only what lies in the repository."
            yield at(reference.line, f"names {quoted}, which leads out of the tree", remedy)
        elif named is not None and named.omission is not None:
            yield at(reference.line, f"names {quoted}, which {_why_absent(named)}", _COMMIT)
        elif not there and reference.key in BUILT_ON:
            remedy = "Commit it, or take the name out."
            yield at(reference.line, f"names {quoted}, which is not in the tree", remedy)


def _why_absent(file: SourceFile) -> str:
    match file.omission:
        case Omission.SUBMODULE:
            return "is a submodule, which is not followed"
        case omission if omission in _LINKS:
            return "is a symbolic link, which is not followed"
        case _:
            return "is too large to be read"


def _cycle(root: Root, kustomizations: Mapping[str, Kustomization]) -> Obstacle | None:
    """A way from the root that comes back to one of its own stations."""
    done: set[str] = set()
    way: list[tuple[str, Iterator[Reference]]] = []

    def enter(directory: str) -> None:
        way.append((directory, iter(kustomizations[directory].references)))

    enter(root.directory)
    while way:
        directory, references = way[-1]
        following = next((r for r in references if r.path in kustomizations), None)
        if following is None:
            done.add(directory)
            way.pop()
        elif following.path in {station for station, _ in way}:
            marker = kustomizations[directory].marker
            round_trip = posixpath.join(following.path, "") or "./"
            return Obstacle(
                marker,
                following.line,
                f"{marker} builds on {round_trip}, which builds on it in turn",
                "Take one of the two out of the other.",
            )
        elif following.path not in done:
            enter(following.path)
    return None
