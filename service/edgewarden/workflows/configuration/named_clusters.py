"""Which clusters a tree may describe, told by the text of its configuration.

Nothing is parsed for it: that is done in a child alone, and who starts one must know what to give
it. What is not plainly written may be about every cluster.
"""

import re
from dataclasses import dataclass

from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.tree_configuration import configuration_file

_COMMENT = re.compile(rb"#[^\r\n]*")
_KEY = rb"""(?m:^|[{,-])\s*["']?%b["']?\s*:"""
_CLUSTERS = re.compile(_KEY % b"clusters")
_NAME = re.compile(_KEY % b"name")
_BRANCH = _KEY % b"branch" + rb"""\s*["']?%b["']?\s*(?m:$|[,}])"""


@dataclass(frozen=True, slots=True)
class NamedClusters:
    """``text`` names all clusters that a tree describes; without one it may describe any."""

    text: bytes | None

    def may_hold(self, cluster: str) -> bool:
        return self.text is None or cluster.encode() in self.text


def clusters_named(base: Snapshot, default: Snapshot, branch: str) -> NamedClusters:
    """Those of a branch whose tip is ``base``, as ``branch_configuration`` reads it."""
    own = configuration_file(base)
    file = own or configuration_file(default)
    content = (file.content if file else None) or b""
    plain = _COMMENT.sub(b"", content)
    names = b"\\" not in content and bool(_CLUSTERS.search(plain) and _NAME.search(plain))
    if own is None:
        # That of the default branch counts where it says of this one that it describes a cluster.
        names &= re.search(_BRANCH % re.escape(branch.encode()), plain) is not None
    return NamedClusters(content if names else None)
