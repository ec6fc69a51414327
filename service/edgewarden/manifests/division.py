"""A tree divided into what is deployed to each cluster, and what is deployed to none."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from edgewarden.manifests.globs import Globs
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import rendered_input
from edgewarden.manifests.snapshot import (
    Snapshot,
    SourceFile,
    directories,
    holds_manifests,
    says_what_is_ignored,
)
from edgewarden.manifests.tree import by_path

CONFIGURATION_FILE = ".edgewarden.yaml"
"""What a repository says of itself, at the root of the tree. It is no manifest."""

WHOLE_TREE = Globs((".",))

FIXTURES = Globs(
    (
        "**/testdata/**",
        "**/fixtures/**",
        "**/__fixtures__/**",
        "**/.kyverno-test/**",
        "**/.chainsaw-test/**",
        "**/node_modules/**",
    )
)
"""Where manifests lie that tests read and nobody deploys."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where the manifests of a cluster lie: what ``paths`` match and ``excludes`` do not.

    What a kustomization or a chart of the area is built from belongs to it, wherever it lies, and
    so does what tells Flux which files not to take.
    ``releases`` say how charts of the area are installed.
    """

    paths: Globs = WHOLE_TREE
    excludes: Globs = FIXTURES
    releases: tuple[Release, ...] = ()

    def of(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` that lie in the area itself."""
        inside = self.paths.matching(paths)
        return inside - self.excludes.matching(inside)


UNCONFIGURED = Area()
"""The whole tree, less the fixtures of tests."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that no cluster reads, and the exclude that matches it; empty where no path does."""

    path: str
    exclude: str


@dataclass(frozen=True, slots=True)
class Division:
    """The part of each area, in the order of the areas, and what could hold manifests besides.

    ``shared`` are files of several areas, with the numbers of these areas.
    """

    parts: tuple[Snapshot, ...]
    left_out: tuple[LeftOut, ...]
    shared: Mapping[str, tuple[int, ...]]


def by_exclude(files: Iterable[LeftOut]) -> dict[str, list[str]]:
    """The paths for each exclude, sorted; under the empty text those that no path matches."""
    reasons: dict[str, list[str]] = {}
    for file in sorted(files, key=lambda each: (each.exclude, each.path)):
        reasons.setdefault(file.exclude, []).append(file.path)
    return reasons


def divide(snapshot: Snapshot, areas: tuple[Area, ...]) -> Division:
    """Give each area its files. Sorted by path, as the snapshot is."""
    files = {path: file for path, file in by_path(snapshot).items() if path != CONFIGURATION_FILE}
    taken = [_taken(files, area, snapshot.repositories) for area in areas]
    somewhere = frozenset().union(*taken)
    takers = {
        path: tuple(number for number, paths in enumerate(taken) if path in paths)
        for path in (sorted(somewhere) if len(areas) > 1 else ())
    }
    return Division(
        parts=tuple(_part(snapshot, paths) for paths in taken),
        left_out=tuple(
            LeftOut(path, _exclude(path, areas))
            for path in files
            if path not in somewhere and holds_manifests(path)
        ),
        shared={path: numbers for path, numbers in takers.items() if len(numbers) > 1},
    )


def _taken(
    files: Mapping[str, SourceFile], area: Area, repositories: AbstractSet[str]
) -> AbstractSet[str]:
    inside = area.of(files)
    if len(inside) == len(files):
        return inside
    rendered = rendered_input(files, inside, area.releases, repositories)
    # Values that lie outside of all charts may be given to any of them.
    values = rendered.loose_values(files) if rendered.with_charts else set()
    ignored = filter(says_what_is_ignored, files)
    return inside.union(values, ignored, *(root.inputs for root in rendered.roots))


def _part(snapshot: Snapshot, paths: AbstractSet[str]) -> Snapshot:
    if len(paths) == len(snapshot.files):
        return snapshot
    files = tuple(file for file in snapshot.files if file.path in paths)
    return replace(snapshot, files=files, beyond=directories(each.path for each in snapshot.files))


def _exclude(path: str, areas: tuple[Area, ...]) -> str:
    matched = (area.excludes.match(path) for area in areas if area.paths.match(path) is not None)
    return next((pattern for pattern in matched if pattern is not None), "")
