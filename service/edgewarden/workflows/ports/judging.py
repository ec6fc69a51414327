"""From a change to its review: the trees that are compared, and who judges them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.request import NO_REQUEST, Request
from edgewarden.governance.review import Comparison, Review
from edgewarden.manifests.snapshot import NO_FILES, Snapshot
from edgewarden.workflows.configuration.named_clusters import NamedClusters, clusters_named
from edgewarden.workflows.contributed import Awaited, ClusterContribution
from edgewarden.workflows.ports.forge import PullRequest
from edgewarden.workflows.rendered import ClusterUpload
from edgewarden.workflows.surroundings import ClusterInventory, Surroundings


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

    ``merge_base`` is the newest commit that is in both histories: ``base_commit`` itself where
    nothing landed on the base meanwhile, and empty where the trees have no history. ``branch`` is
    the base branch, empty where none is known; ``default`` holds the configuration of the default
    branch and nothing else, where the base has none of its own. ``recalled`` are readings of the
    base's files from an earlier time, as ``recalled_readings`` encodes them.
    """

    base: Snapshot
    head: Snapshot
    comparison: Comparison
    base_commit: str
    head_commit: str
    base_tree: str
    head_tree: str
    merge_base: str = ""
    branch: str = ""
    default: Snapshot = NO_FILES
    recalled: tuple[bytes, ...] = ()

    @property
    def steering(self) -> Snapshot:
        """The tree whose configuration may count."""
        return self.default if self.default.files else self.base

    @property
    def named_clusters(self) -> NamedClusters:
        """The clusters that the trees may describe."""
        return clusters_named(self.base, self.default, self.branch)


@dataclass(frozen=True, slots=True)
class Branches:
    """The commits that the branches of a repository are at, by name; ``default`` is one of them."""

    default: str
    commits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecalledTree:
    """A tree, and readings of its files from an earlier time, as ``TreePair`` has them."""

    tree: Snapshot
    recalled: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Tip:
    """The tip of a branch. ``recalled`` are readings of its files, as ``TreePair`` has them."""

    commit: str
    tree: Snapshot
    recalled: tuple[bytes, ...] = ()


class Mirrors(Protocol):
    """Bare mirrors of the governed repositories."""

    def branches(self, forge: str, repository: str) -> Branches:
        """Where the branches are now, or ``GitError``. Nothing is fetched."""

    def fetch_tip(self, forge: str, repository: str, branch: str) -> Tip:
        """Fetch a branch and read its tip, or raise ``GitError``."""

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
    uploads: tuple[ClusterUpload, ...] = ()
    contributions: tuple[ClusterContribution, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    request: Request = NO_REQUEST

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(self.inventories, self.now, self.contributions, self.awaited)


class Analyst(Protocol):
    """Runs the pure assessment where hostile content can do no harm."""

    def assess(self, request: AssessmentRequest) -> Review:
        """Always answers: what exceeds its limits is an inconclusive review."""
