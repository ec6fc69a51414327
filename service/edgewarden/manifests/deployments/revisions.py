"""Revisions of a repository that are not the one under review."""

import re

from edgewarden.manifests.deployments.specification import shown

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_VERSION = re.compile(r"(?:refs/tags/.*|[~^<>=!*\s]*v?\d+(?:\.[\dxX*].*)?|\*)")


def other_revision(revision: str) -> str:
    """What a fixed revision is, in words; empty for a branch, which is taken for the one under
    review, and where none is named.

    A commit and a tag stay what they are, whatever is merged, and so does a range of versions.
    """
    fixed = _COMMIT.fullmatch(revision) or _VERSION.fullmatch(revision)
    return f"the revision {shown(revision)}" if fixed else ""
