"""One Helm chart: what its ``Chart.yaml`` says about rendering."""

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from edgewarden.manifests.nodes import Mapping, Sequence
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.yaml_reader import read_stream

CHART = "Chart.yaml"
_LIBRARY = "library"
_LOCAL = "file://"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Another chart that one is made of, at the line that names it."""

    name: str
    repository: str
    line: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in a directory. A ``library`` renders nothing by itself."""

    marker: str
    library: bool
    dependencies: tuple[Dependency, ...]

    @property
    def directory(self) -> str:
        return posixpath.dirname(self.marker)

    @property
    def beside(self) -> Iterator[str]:
        """The directories of the tree that dependencies are taken from: ``file://`` and a path,
        which is relative to the chart."""
        for dependency in self.dependencies:
            if dependency.repository.startswith(_LOCAL):
                path = dependency.repository.removeprefix(_LOCAL)
                directory = posixpath.normpath(posixpath.join(self.directory, path))
                yield "" if directory == "." else directory

    def missing(self, paths: Collection[str]) -> Iterator[Dependency]:
        """Dependencies that do not lie below ``charts/``, from where Helm takes them."""
        below = posixpath.join(self.directory, "charts")
        for dependency in self.dependencies:
            unpacked = posixpath.join(below, dependency.name, CHART)
            packed = posixpath.join(below, f"{dependency.name}-")
            if unpacked not in paths and not any(p.startswith(packed) for p in paths):
                yield dependency


def read_chart(file: SourceFile) -> Chart:
    """Read a ``Chart.yaml``; of one that cannot be read nothing is known."""
    text = (file.content or b"").decode("utf-8", errors="replace")
    documents = read_stream(text).documents
    root = next((d.root for d in documents if isinstance(d.root, Mapping)), Mapping((), 1, 1))
    listed = root.get("dependencies")
    items = listed.items if isinstance(listed, Sequence) else ()
    return Chart(
        marker=file.path,
        library=root.text("type") == _LIBRARY,
        dependencies=tuple(
            Dependency(item.text("name"), item.text("repository"), item.line)
            for item in items
            if isinstance(item, Mapping)
        ),
    )
