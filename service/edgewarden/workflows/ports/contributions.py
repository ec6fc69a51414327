"""What repositories deploy to clusters: who reads it, and who keeps it."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from edgewarden.manifests.contribution import Contribution
from edgewarden.manifests.snapshot import NO_FILES, Snapshot
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.rendered import ClusterUpload


class DeploymentError(Exception):
    """A tree could not be read within its limits; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    """The tree of a branch of ``repository``, and the clusters of interest.

    ``default`` holds the configuration of the default branch where this is another, and
    ``uploads`` are what CI rendered of the commit. ``recalled`` is as ``TreePair`` has it, of the
    tree's files.
    """

    repository: str
    tree: Snapshot
    clusters: frozenset[str]
    branch: str
    default: Snapshot = NO_FILES
    uploads: tuple[ClusterUpload, ...] = ()
    recalled: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a tree deploys, by the names of clusters.

    ``elsewhere`` names the branches that describe clusters instead, and ``missing`` the clusters
    of which CI has not handed in what it renders.
    """

    contributions: Mapping[str, Contribution] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def of(self, clusters: AbstractSet[str]) -> "Deployed":
        """What concerns some clusters."""
        return Deployed(
            {name: each for name, each in self.contributions.items() if name in clusters},
            {name: branch for name, branch in self.elsewhere.items() if name in clusters},
            self.missing & clusters,
        )


class DeploymentReader(Protocol):
    """Reads what a tree deploys where hostile content can do no harm."""

    @property
    def identity(self) -> str:
        """Names all that decides the answer besides the request: the code, what is claimed."""

    def deployed(self, request: DeploymentRequest) -> Deployed:
        """What the tree deploys to the clusters of the request. Raises ``DeploymentError``."""


@dataclass(frozen=True, slots=True)
class Look:
    """The last look at what a repository deploys to a cluster, whatever came of it.

    ``branch`` describes the cluster, as far as that is known, and ``commit`` was its tip.
    ``made_of`` names all that decided what was seen, so another look at the same is of no use.
    ``obstacle`` says why nothing was, and is empty where what was seen is kept.
    """

    by: Contributor
    cluster: str
    branch: str
    commit: str
    made_of: str
    obstacle: str
    at: datetime


class Contributions(Protocol):
    """What repositories deploy to clusters by the tips of their branches: the newest."""

    def keep(self, contribution: ClusterContribution) -> None:
        """Keep a contribution in place of the one before, unless that was seen later."""

    def confirm(
        self, by: Contributor, cluster: str, *, commit: str, reader: str, seen_at: datetime
    ) -> None:
        """Note that the tip is still that commit, where that is what is kept, read by that."""

    def of(self, cluster: str, by: Collection[Contributor]) -> Sequence[ClusterContribution]:
        """Those of some repositories to a cluster, sorted by repository and forge."""

    def note(self, look: Look) -> None:
        """Keep a look in place of the one before, unless that was later."""

    def looks(self, by: Collection[Contributor]) -> Sequence[Look]:
        """Those at some repositories, sorted by repository, forge and cluster."""

    def keep_only(self, wanted: Collection[tuple[Contributor, str]]) -> int:
        """Forget what all others contributed, and the looks; how many contributions that were."""
