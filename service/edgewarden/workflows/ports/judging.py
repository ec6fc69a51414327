"""From a change to its review: the trees that are compared, and who judges them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.review import Comparison, Review
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.ports.forge import PullRequest
from edgewarden.workflows.surroundings import ClusterInventory


class GitError(Exception):
    """Git failed; ``permanent`` where trying again cannot help. Never holds a credential.

    The message stands alone as a sentence; whether and when it is tried again is not in it.
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class TreePair:
    """The two trees that a review compares, with the commits they come from.

    ``recalled`` are readings of the base's files from an earlier time, as ``recalled_readings``
    encodes them.
    """

    base: Snapshot
    head: Snapshot
    comparison: Comparison
    base_commit: str
    head_commit: str
    base_tree: str
    head_tree: str
    recalled: tuple[bytes, ...] = ()


class Mirrors(Protocol):
    """Bare mirrors of the governed repositories."""

    def compare(self, pull_request: PullRequest) -> TreePair:
        """Fetch both sides and read the trees to compare, or raise ``GitError``.

        The head judged is ``pull_request.head`` exactly; a head that is not there any more is
        a temporary error, since the forge then knows a newer one.
        """


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """All that a review depends on."""

    trees: TreePair
    exceptions: tuple[PolicyException, ...]
    now: datetime
    inventories: tuple[ClusterInventory, ...] = ()


class Analyst(Protocol):
    """Runs the pure assessment where hostile content can do no harm."""

    def assess(self, request: AssessmentRequest) -> Review:
        """Always answers: what exceeds its limits is an inconclusive review."""
