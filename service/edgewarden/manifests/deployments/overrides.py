"""Files in the directory of an Application that say more of its source than the object does.

By ``mergeSourceParameters`` of Argo CD (``reposerver/repository/repository.go``). Its image updater
writes such files.
"""

import posixpath
from collections.abc import Mapping

from edgewarden.manifests.deployments.specification import UnclearError, mapping
from edgewarden.manifests.nodes import Plain, plain
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.yaml_reader import read_stream
from edgewarden.reachability.model import ObjectRef

_BEGINNING = ".argocd-source"
_TOOLS = frozenset({"directory", "helm", "kustomize", "plugin"})
"""Where a source comes from, no such file decides."""


def may_override(path: str) -> bool:
    """Whether a file of that path could be one of these."""
    return posixpath.basename(path).startswith(_BEGINNING)


def overridden(
    source: Plain, files: Mapping[str, SourceFile], directory: str, ref: ObjectRef
) -> tuple[Plain, list[Plain]]:
    """The source of the Application ``ref``, and what the files of its directory say of it.

    What is for one Application goes by its name, with its namespace in front where that is not the
    one of Argo CD. Raises ``UnclearError``.
    """
    given: list[Plain] = []
    for name in ("", f"-{ref.name}", f"-{ref.namespace}_{ref.name}"):
        path = posixpath.join(directory, f"{_BEGINNING}{name}.yaml")
        if path in files:
            said = {k: v for k, v in mapping(_read(files[path])).items() if k in _TOOLS}
            source = _merged(source, said)
            given.append(said)
    return source, given


def _read(file: SourceFile) -> Plain:
    stream = read_stream((file.content or b"").decode("utf-8-sig", errors="replace"))
    documents = stream.documents
    doubtful = stream.defects or any(each.defects or each.repetitions for each in documents)
    if file.content is None or doubtful or len(documents) > 1:
        raise UnclearError(
            f"{file.path}, which says more of its source, cannot be read",
            "Write it as one document of YAML.",
        )
    return plain(documents[0].root) if documents else None


def _merged(under: Plain, patch: Plain) -> Plain:
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(under) if isinstance(under, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged
