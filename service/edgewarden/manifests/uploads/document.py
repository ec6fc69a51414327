"""Rendered manifests as they are sent and kept: one document, whatever files they came in."""

import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from edgewarden.manifests.places import rendered_path
from edgewarden.manifests.snapshot import RENDERER_FILES, Snapshot, SourceFile
from edgewarden.manifests.uploads.errors import UploadError

API_VERSION = "rendered.edgewarden/v1"
KIND = "RenderedManifests"
STREAM = "manifests.yaml"
"""What a stream is called that came without a name."""
SUFFIXES = (".yaml", ".yml")
DOCUMENT_SUFFIX = ".json"

_FIELDS = {"apiVersion", "kind", "files"}
_LONGEST_PATH = 300
_MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Upload:
    """``files`` are texts by their paths, each with the lines that the renderer gave it."""

    files: Mapping[str, str]

    @property
    def document(self) -> bytes:
        """ASCII; equal uploads give equal bytes."""
        content = {"apiVersion": API_VERSION, "kind": KIND, "files": dict(self.files)}
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the document."""
        return hashlib.sha256(self.document).hexdigest()

    def snapshot(self, cluster: str) -> Snapshot:
        """As a tree of files, which lie in no repository."""
        return Snapshot(
            tuple(
                SourceFile(rendered_path(cluster, path), text.encode())
                for path, text in sorted(self.files.items())
            )
        )


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file as somebody gives it: by its name a document, else a stream of YAML."""

    name: str
    content: bytes

    @property
    def streams(self) -> dict[str, bytes]:
        """All that is in it, by their paths. Raises ``UploadError`` for a document that is none."""
        if not self.name.endswith(DOCUMENT_SUFFIX):
            return {self.name if self.name.endswith(SUFFIXES) else STREAM: self.content}
        files = read_document(self.content).files
        return {path: text.encode(errors="surrogatepass") for path, text in files.items()}


def read_document(document: bytes) -> Upload:
    """The inverse of ``Upload.document``. Raises ``UploadError``, also for paths that are none."""
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise UploadError(
            "This is no document of rendered manifests: send a stream of YAML as application/yaml, "
            "or use `edgewarden rendered push`."
        )
    files = content.get("files")
    if content.get("apiVersion") != API_VERSION or content.keys() != _FIELDS:
        raise UploadError(
            f"The document has another form than {API_VERSION}, which is read here: use the "
            "version of `edgewarden rendered push` that the server has."
        )
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise UploadError("`files` are no texts by their paths: use `edgewarden rendered push`.")
    check_paths(files)
    return Upload(files)


def check_paths(paths: Mapping[str, object]) -> None:
    """Raises ``UploadError`` for a path that no file of rendered manifests has."""
    if len(paths) > _MOST_FILES:
        raise UploadError(
            f"There are {len(paths)} files, more than {_MOST_FILES}: join them to one stream."
        )
    for path in paths:
        if fault := _path_fault(path):
            raise UploadError(f"{path[:_LONGEST_PATH]!r} {fault}.")


def _path_fault(path: str) -> str:
    if not path or len(path) > _LONGEST_PATH or not path.isprintable():
        return f"is no path: give it 1 to {_LONGEST_PATH} printable characters"
    if path.startswith("/") or {"", ".", ".."} & set(path.split("/")):
        return "is no path below a directory: write it without `..` and doubled slashes"
    if posixpath.basename(path) in RENDERER_FILES:
        return "is what a renderer reads, not what it prints: upload its output"
    if not path.endswith(SUFFIXES):
        return f"is no file of YAML: let its name end in {' or '.join(SUFFIXES)}"
    return ""
