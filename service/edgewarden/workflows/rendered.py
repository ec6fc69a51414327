"""Clusters whose manifests CI renders: what it handed in for the two sides of a change."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.review import UsedUpload
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.uploads.document import read_document
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.configuration.configuration import (
    ClusterConfiguration,
    Configuration,
    RenderedBy,
)

_SHORT = 12


@dataclass(frozen=True, slots=True)
class ClusterUpload:
    """The cleaned manifests of a cluster at a commit, as they are kept."""

    cluster: str
    commit: str
    digest: str
    document: bytes


@dataclass(frozen=True, slots=True)
class RenderedSides:
    """What CI rendered of one cluster before and after a change; nothing where it did not."""

    base: Snapshot | None
    head: Snapshot | None


@dataclass(frozen=True, slots=True)
class UploadedSides:
    """What CI handed in of the commits that a change is judged by.

    What it rendered of the base's tip stands for the base only where the head contains that:
    otherwise all that landed on the base meanwhile would look as if the change took it back. So
    ``merge_base`` stands for the base, and it is told where that is not ``base``. Without one the
    two sides have no history, and nobody can hand in anything of them.
    """

    base: str = ""
    merge_base: str = ""
    head: str = ""
    uploads: tuple[ClusterUpload, ...] = ()

    def sides(self, cluster: ClusterConfiguration) -> RenderedSides:
        """Raises ``UploadError`` for a document that is none."""
        return RenderedSides(
            self._snapshot(cluster, self.merge_base), self._snapshot(cluster, self.head)
        )

    def missing(self, cluster: ClusterConfiguration) -> Iterator[Problem]:
        """What nobody handed in, and how to."""
        if not self.merge_base:
            yield _problem(
                cluster,
                f"CI renders cluster {cluster.name}, and what it rendered is not known here.",
                "Render both sides and compare the two directories by `edgewarden diff`.",
            )
            return
        for side, commit in (("base", self.merge_base), ("head", self.head)):
            if not self._digest(cluster.name, commit):
                yield _problem(
                    cluster,
                    f"What CI renders for cluster {cluster.name} of the {side} commit "
                    f"{commit[:_SHORT]} was not handed in, so nothing of the cluster is judged.",
                    f"Render that commit and hand it in by `edgewarden rendered push --cluster "
                    f"{cluster.name} --commit {commit} --repository OWNER/NAME FILE`; the review "
                    "follows by itself.",
                )

    def sentence(self, cluster: ClusterConfiguration) -> str:
        """What the comparison of a cluster rests on."""
        compared = (
            f"Cluster {cluster.name} is compared as CI rendered it for "
            f"{self.merge_base[:_SHORT]} and for {self.head[:_SHORT]}"
        )
        if self.merge_base == self.base:
            return f"{compared}."
        return (
            f"{compared}, before any merge. What landed on the base branch meanwhile is not in "
            f"this comparison; bring the change onto {self.base[:_SHORT]} to have it judged."
        )

    def used(self, configuration: Configuration) -> tuple[UsedUpload, ...]:
        """For ``Provenance.uploads``, sorted by cluster."""
        names = sorted(
            each.name for each in configuration.clusters if each.rendered_by is RenderedBy.UPLOADED
        )
        return tuple(
            UsedUpload(name, self._digest(name, self.merge_base), self._digest(name, self.head))
            for name in names
        )

    def _snapshot(self, cluster: ClusterConfiguration, commit: str) -> Snapshot | None:
        found = self._find(cluster.name, commit)
        return None if found is None else read_document(found.document).snapshot(cluster.name)

    def _digest(self, cluster: str, commit: str) -> str:
        found = self._find(cluster, commit)
        return "" if found is None else found.digest

    def _find(self, cluster: str, commit: str) -> ClusterUpload | None:
        wanted = (cluster, commit)
        return next((each for each in self.uploads if (each.cluster, each.commit) == wanted), None)


NO_UPLOADS = UploadedSides()
"""Where nobody can hand anything in."""


def _problem(cluster: ClusterConfiguration, message: str, remedy: str) -> Problem:
    location = cluster.location or Location(CONFIGURATION_FILE, 1)
    return Problem(ProblemKind.NOT_RENDERED, location, message, remedy)
