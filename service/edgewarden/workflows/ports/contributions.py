"""What repositories deploy to clusters: who reads it, and who keeps it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.manifests.contribution import Contribution
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.contributed import ClusterContribution


class ReadingError(Exception):
    """A tree could not be read within its limits; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    """A tree of ``repository``, and the clusters of interest."""

    repository: str
    tree: Snapshot
    clusters: frozenset[str]


class TreeReader(Protocol):
    """Reads what a tree deploys where hostile content can do no harm."""

    def contributions(self, request: DeploymentRequest) -> Mapping[str, Contribution]:
        """Those to the clusters that the tree describes, by their names.

        Raises ``ReadingError``.
        """


class Contributions(Protocol):
    """What repositories deploy to clusters by the tips of their default branches: the newest."""

    def keep(self, contribution: ClusterContribution) -> None:
        """Keep a contribution in place of the one before, unless that was seen later."""

    def confirm(
        self,
        forge: str,
        repository: str,
        clusters: AbstractSet[str],
        *,
        commit: str,
        reader: str,
        seen_at: datetime,
    ) -> bool:
        """Note that the tip is still that commit.

        False, and nothing is noted, where what is kept for one of the clusters is of another
        commit, or read by another version.
        """

    def of(self, cluster: str) -> Sequence[ClusterContribution]:
        """Those to a cluster, sorted by repository and forge."""
