"""Readings that are at hand from an earlier time, found by everything that decides them."""

import hashlib
import json
from collections.abc import Mapping
from typing import TypeAlias

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.rendered import Root
from edgewarden.manifests.snapshot import Rendering, SourceFile

Facts: TypeAlias = tuple[str, bool, str]
"""What of an ``Applying`` decides how a source is read: its namespace, whether that overrides the
object's own, and the applier's name."""

Source: TypeAlias = tuple[str, str]
"""The path of a file and the digest of its bytes, or what makes a root and its ``root_digest``."""

Recalled: TypeAlias = Mapping[Facts, Mapping[Source, FileReading]]
"""Only the code that read them is left out: whoever keeps readings keeps them by its version."""

NOTHING_RECALLED: Recalled = {}


def facts(applying: Applying) -> Facts:
    applier = applying.applier.value if applying.applier else ""
    return applying.namespace, applying.overrides, applier


def root_digest(root: Root, rendering: Rendering, files: Mapping[str, SourceFile]) -> str:
    """Names everything that a root is read from; empty where that is not known in full."""
    digests = {path: files[path].digest for path in sorted(root.inputs)}
    if rendering.output is None or not all(digests.values()):
        return ""
    told = [
        root.directory,
        root.marker,
        root.tool,
        sorted(root.namespaces),
        sorted(root.declaring),
        sorted(root.deciding),
        digests,
        hashlib.sha256(rendering.output).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()
