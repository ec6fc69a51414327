"""One kustomization: what its file names, and where it says so."""

import json
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.nodes import Node, Scalar, Sequence, plain
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.yaml_reader import Stream, read_stream

KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
KUSTOMIZE_GROUP = "kustomize.config.k8s.io/"

BUILT_ON = frozenset({"resources", "bases", "components"})
"""Fields whose items are files of objects, or other kustomizations."""

PATCHES = frozenset({"patches", "patchesStrategicMerge", "patchesJson6902"})
"""Fields whose items change objects that are built on."""

CHART_FIELDS = frozenset({"helmCharts", "helmChartInflationGenerator"})
"""Fields that make kustomize run Helm."""

_FIELDS = frozenset(
    {
        "apiVersion",
        "kind",
        "metadata",
        "openapi",
        "namePrefix",
        "nameSuffix",
        "namespace",
        "commonLabels",
        "labels",
        "commonAnnotations",
        "patchesStrategicMerge",
        "patchesJson6902",
        "patches",
        "images",
        "imageTags",
        "replacements",
        "replicas",
        "vars",
        "sortOptions",
        "resources",
        "components",
        "crds",
        "bases",
        "configMapGenerator",
        "secretGenerator",
        "helmGlobals",
        "helmCharts",
        "helmChartInflationGenerator",
        "generatorOptions",
        "configurations",
        "generators",
        "transformers",
        "validators",
        "inventory",
        "buildMetadata",
    }
)
"""``types.Kustomization`` of ``sigs.k8s.io/kustomize/api``. It is decoded as JSON is in Go, where
upper and lower case mean the same: a field of another spelling could be any of these."""

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
_GENERATORS = frozenset({"configMapGenerator", "secretGenerator"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A text under the field ``key`` that kustomize may take for a path, at its line.

    ``path`` is where that leads in the tree, whose own directory is ``""``. It begins with ``..``
    where it leads out of the tree.
    """

    key: str
    text: str
    path: str
    line: int

    @property
    def outside(self) -> bool:
        return self.path == ".." or self.path.startswith(("../", "/"))


@dataclass(frozen=True, slots=True)
class Kustomization:
    """``namespace`` is the one that it sets, ``prefix`` and ``suffix`` what it adds to names; empty
    where it does not.

    ``directories`` and ``files`` are those of the tree that it names. ``charts`` are the lines of
    fields that make kustomize run Helm. ``fault``, at ``fault_line``, is why what it names is not
    known for sure; it is empty where it is. A ``component`` is nothing without what builds on it.
    ``canonical`` is the file as JSON, which every reader reads alike.
    """

    marker: str
    component: bool
    namespace: str
    prefix: str
    suffix: str
    references: tuple[Reference, ...]
    charts: tuple[int, ...]
    fault: str
    fault_line: int
    directories: frozenset[str]
    files: frozenset[str]
    canonical: str


def read_kustomization(
    file: SourceFile, files: Mapping[str, SourceFile], known: Collection[str]
) -> Kustomization | None:
    """Read a kustomization; nothing where the file is another kind of that name (Flux has one).

    ``files`` and the directories ``known`` are those of the tree. One that cannot be read is a
    kustomization still: what it names is not known.
    """
    text = (file.content or b"").decode("utf-8-sig", errors="replace")
    stream = read_stream(text)
    roots = (document.root for document in stream.documents)
    root = next((r for r in roots if isinstance(r, MappingNode)), MappingNode((), 1, 1))
    version = root.text("apiVersion")
    if version and not version.startswith(KUSTOMIZE_GROUP):
        return None
    fault, line = ("", 1) if file.content is not None else ("is not there as a file", 1)
    if not fault:
        fault, line = _fault(stream, root)
    here = posixpath.dirname(file.path)
    references = tuple(
        Reference(key, text, _resolve(here, _path(key, text)), line)
        for key in _PATH_LISTS
        for text, line in _names(root.get(key))
    )
    paths = {reference.path for reference in references}
    return Kustomization(
        marker=file.path,
        component=root.text("kind") == "Component",
        namespace=root.text("namespace"),
        prefix=root.text("namePrefix"),
        suffix=root.text("nameSuffix"),
        references=references,
        charts=tuple(entry.line for entry in root.entries if entry.key in CHART_FIELDS),
        fault=fault,
        fault_line=line,
        directories=frozenset(path for path in paths if path in known),
        files=frozenset(path for path in paths if path in files),
        canonical=json.dumps(plain(root)),
    )


def _fault(stream: Stream, root: MappingNode) -> tuple[str, int]:
    """Why another reader could take the file for something else, and the line; or nothing."""
    documents = stream.documents
    for defect in (*stream.defects, *(d for each in documents for d in each.defects)):
        return f"cannot be read: {defect.message}", defect.line
    for repetition in (each for document in documents for each in document.repetitions):
        return f"holds the key `{repetition.key}` twice", repetition.line
    if len(documents) != 1:
        return f"holds {len(documents)} documents, and kustomize takes one", 1
    for entry in root.entries:
        if entry.key not in _FIELDS:
            return f"has the field `{entry.key}`, which kustomize does not know", entry.line
    return "", 1


def _resolve(directory: str, name: str) -> str:
    """A path in the tree; ``.`` of the tree itself is ``""``."""
    path = posixpath.normpath(posixpath.join(directory, name))
    return "" if path == "." else path


def _path(key: str, text: str) -> str:
    """A generator may give a file a name (``name=path``)."""
    return text.partition("=")[2] or text if key in _GENERATORS else text


def _names(node: Node | None) -> Iterator[tuple[str, int]]:
    """Texts that could be paths, with their lines: list items, and the path fields of
    structured ones."""
    match node:
        case Scalar(str() as text, line) if text:
            yield text, line
        case Sequence(items):
            for item in items:
                yield from _names(item)
        case MappingNode():
            for key in _PATH_FIELDS:
                yield from _names(node.get(key))
