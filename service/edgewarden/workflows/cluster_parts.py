"""The files of a tree that describe each cluster, and how they are read: decided here alone.

What is read ahead of a base, and what is read of it when something is compared with it, is the
same because both come from here; a file whose bytes nobody asked for is only read as it was.
"""

from dataclasses import dataclass

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.division import Division, divide
from edgewarden.manifests.recalled import NOTHING_RECALLED, Recalled
from edgewarden.manifests.snapshot import NO_FILES, Snapshot
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import (
    ClusterConfiguration,
    Configuration,
    RenderedBy,
)


@dataclass(frozen=True, slots=True)
class ClusterPart:
    """The ``files`` of a tree that describe a cluster, and what decides how they are read.

    No file does so where CI renders the cluster.
    """

    cluster: ClusterConfiguration
    files: Snapshot
    applying: Applying

    def read(self, recalled: Recalled = NOTHING_RECALLED) -> TreesReading:
        return TreesReading.alone(self.files, self.applying, recalled)

    def compared(self, head: Snapshot, recalled: Recalled) -> TreesReading:
        """With what a head has in the place of the files."""
        return TreesReading.read(self.files, head, self.applying, recalled)


@dataclass(frozen=True, slots=True)
class DividedTree:
    """A tree, and the part of each cluster of a configuration, in their order.

    What the ``platform`` claims of clusters outweighs what the configuration does.
    """

    tree: Snapshot
    configuration: Configuration
    platform: ProfileClaims
    division: Division

    @classmethod
    def of(
        cls, tree: Snapshot, configuration: Configuration, platform: ProfileClaims = NO_CLAIMS
    ) -> "DividedTree":
        areas = tuple(each.area for each in configuration.clusters)
        return cls(tree, configuration, platform, divide(tree, areas))

    @property
    def parts(self) -> tuple[ClusterPart, ...]:
        clusters = self.configuration.clusters
        return tuple(
            ClusterPart(
                each,
                files if each.rendered_by is RenderedBy.LOCAL else NO_FILES,
                self._applying(each),
            )
            for each, files in zip(clusters, self.division.parts, strict=True)
        )

    def read(self, recalled: Recalled = NOTHING_RECALLED) -> "ReadTree":
        return ReadTree(self, tuple(part.read(recalled) for part in self.parts))

    def _applying(self, cluster: ClusterConfiguration) -> Applying:
        applier = self.platform.over(cluster.claims).profile().applier
        return Applying(cluster.namespace, applier, cluster.area.releases)


@dataclass(frozen=True, slots=True)
class ReadTree:
    """A tree by itself, and its parts as they are read, in the order of the clusters."""

    divided: DividedTree
    parts: tuple[TreesReading, ...]
