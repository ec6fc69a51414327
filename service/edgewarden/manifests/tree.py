"""One tree: what its files declare together, and what stands in the way."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeVar

from edgewarden.manifests.applying import UNKNOWN, Applying
from edgewarden.manifests.collector import collector_paused
from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.placements import Placement
from edgewarden.manifests.files import read_file
from edgewarden.manifests.gathering import Concern, Gathered, gather
from edgewarden.manifests.objects import Declared, Held, Refused, Value
from edgewarden.manifests.originals import Originals
from edgewarden.manifests.overlay import Overlay
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.manifests.recalled import NOTHING_RECALLED, Recalled, Source, facts, root_digest
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import RenderedInput, Root, rendered_input
from edgewarden.manifests.rendered_objects import read_root
from edgewarden.manifests.snapshot import (
    MANIFEST_SUFFIXES,
    Omission,
    Rendering,
    Snapshot,
    SourceFile,
)
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    UnjudgedPolicy,
    Workload,
)

_LONGEST_BEGINNING = 1_200
_LONGEST_END = 300
"""Of a message that quotes more than anybody wants to read, this much is kept."""


@dataclass(frozen=True, slots=True)
class TreeReading:
    """``held`` are the objects that the tree declares soundly, by identity.

    ``readings`` are known by their paths: of files, and of what makes roots. ``anew`` are the
    paths of those that were not at hand. ``placements`` say of them how they are deployed, as far
    as ``deployments`` tell. ``beyond`` are the directories of what the tree is a part of.
    """

    files: Mapping[str, SourceFile]
    rendered: RenderedInput
    renderings: Mapping[str, Rendering]
    originals: Originals
    gathered: Gathered
    anew: frozenset[str]
    deployments: tuple[Deployment, ...] = ()
    placements: Mapping[str, tuple[Placement, ...]] = field(default_factory=dict)
    beyond: frozenset[str] = frozenset()

    @property
    def readings(self) -> Mapping[str, FileReading]:
        return self.gathered.readings

    @property
    def held(self) -> Held:
        return self.gathered.held

    @property
    def refused(self) -> tuple[Refused, ...]:
        return self.gathered.refused

    @property
    def lost(self) -> tuple[Lost, ...]:
        return self.gathered.lost

    @property
    def concerns(self) -> tuple[Concern, ...]:
        return self.gathered.concerns

    @property
    def deployers(self) -> tuple[Deployer, ...]:
        return self.gathered.deployers


def by_path(snapshot: Snapshot) -> dict[str, SourceFile]:
    return {file.path: file for file in snapshot.files}


def same_file(one: SourceFile | None, other: SourceFile | None) -> bool:
    """Whether two trees hold the same thing under a path, as far as it can be told."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    if one.omission is not None or other.omission is not None:
        return one.omission is other.omission and one.digest == other.digest
    return one.content == other.content


def read_tree(
    snapshot: Snapshot,
    known: TreeReading | None = None,
    applying: Applying = UNKNOWN,
    recalled: Recalled = NOTHING_RECALLED,
) -> TreeReading:
    """Read roots as they render and every other file as it is.

    What ``known`` read already, of the same bytes, is not read again, nor is what is recalled.
    """
    files = by_path(snapshot)
    rendered = rendered_input(files, releases=applying.releases, repositories=snapshot.repositories)
    covered = rendered.covered(files)
    originals = Originals(files, known.originals if known else None)
    given = {(each.directory, each.release): each for each in snapshot.renderings}
    at_hand = recalled.get(facts(applying), {})
    renderings = {}
    readings: dict[str, FileReading] = {}
    anew: set[str] = set()
    with collector_paused():
        for path, file in sorted(files.items()):
            if path in covered or not _is_read(file):
                continue
            again = None if known is None else _file_again(file, known)
            reading = again or at_hand.get((path, file.digest))
            if reading is None:
                reading = read_file(file, applying)
                anew.add(path)
            readings[path] = reading
        for root in rendered.roots:
            rendering = _rendering_of(root, given)
            renderings[root.marker] = rendering
            reading = _root_again(root, rendering, files, known)
            if reading is None and at_hand:
                reading = at_hand.get((root.marker, root_digest(root, rendering, files)))
            if reading is None:
                overlay = Overlay(root, rendered.kustomizations_of(root), originals)
                reading = read_root(root, rendering, overlay, files, applying)
                anew.add(root.marker)
            readings[root.marker] = reading
    return TreeReading(
        files=files,
        rendered=rendered,
        renderings=renderings,
        originals=originals,
        gathered=gather(readings, known.gathered if known else None),
        anew=frozenset(anew),
        beyond=snapshot.beyond,
    )


def without(tree: TreeReading, sources: AbstractSet[str]) -> TreeReading:
    """The tree as if these files, and roots by what makes them, were input of nothing here."""
    if sources.isdisjoint(tree.readings):
        return tree
    kept = {path: reading for path, reading in tree.readings.items() if path not in sources}
    roots = tuple(root for root in tree.rendered.roots if root.marker not in sources)
    return with_readings(replace(tree, rendered=replace(tree.rendered, roots=roots)), kept)


def with_readings(tree: TreeReading, readings: Mapping[str, FileReading]) -> TreeReading:
    """The tree as if this was all that is read of it."""
    return replace(tree, gathered=gather(readings, tree.gathered))


def _rendering_of(root: Root, given: Mapping[tuple[str, Release | None], Rendering]) -> Rendering:
    """What was made of the root, or why nothing was, whatever release it is for."""
    exactly = given.get((root.directory, root.release))
    if exactly is not None:
        return exactly
    anyhow = given.get((root.directory, None))
    if anyhow is not None and anyhow.obstacle is not None:
        return anyhow
    return Rendering(root.directory, None, release=root.release)


def _is_read(file: SourceFile) -> bool:
    """Manifests by their name, and whatever is not there as a file."""
    return file.omission is not None or file.path.endswith(MANIFEST_SUFFIXES)


def _file_again(file: SourceFile, known: TreeReading) -> FileReading | None:
    before = known.files.get(file.path)
    return known.readings.get(file.path) if before is file or same_file(before, file) else None


def _root_again(
    root: Root, rendering: Rendering, files: Mapping[str, SourceFile], known: TreeReading | None
) -> FileReading | None:
    if known is None or known.renderings.get(root.marker) != rendering:
        return None
    reading = known.readings[root.marker]
    same = all(same_file(known.files.get(path), files[path]) for path in root.inputs)
    return reading if same and reading.inputs == root.deciding else None


def sources(tree: TreeReading) -> dict[str, Source]:
    """What the readings of a tree were made from, by path, as far as it can be told by digests.

    Left out is what costs nothing to read: a file that is not there as one.
    """
    found = {
        path: (path, tree.files[path].digest)
        for path, reading in tree.readings.items()
        if not reading.inputs and tree.files[path].omission in {None, Omission.KNOWN}
    }
    for root in tree.rendered.roots:
        digest = root_digest(root, tree.renderings[root.marker], tree.files)
        found[root.marker] = root.marker, digest
    return {path: source for path, source in found.items() if source[1]}


_Kept = TypeVar("_Kept", Namespace, Workload, NetworkPolicy, UnjudgedPolicy)


def compose_state(
    name: str,
    profile: ClusterProfile,
    held: Held,
    problems: Iterable[Problem],
    assumptions: tuple[str, ...],
    *,
    shown: bool,
) -> ClusterState:
    """A state of the objects in ``held``, sorted by identity."""
    by_kind: dict[type, list[Value | None]] = {}
    for declared in sorted(held.values(), key=_identity):
        by_kind.setdefault(type(declared.value), []).append(declared.value)

    def of(kind: type[_Kept]) -> tuple[_Kept, ...]:
        return tuple(value for value in by_kind.get(kind, ()) if isinstance(value, kind))

    return ClusterState(
        name=name,
        namespaces=of(Namespace),
        workloads=of(Workload),
        policies=of(NetworkPolicy),
        unjudged=of(UnjudgedPolicy),
        profile=profile,
        problems=tuple(sorted(map(_readable, dict.fromkeys(problems)), key=_order)),
        assumptions=assumptions,
        shown=shown,
    )


def _identity(declared: Declared) -> str:
    """Sorts as refs do, in a fraction of the time that they take to compare themselves."""
    ref = declared.ref
    return f"{ref.group}\0{ref.kind}\0{ref.namespace}\0{ref.name}"


def _readable(problem: Problem) -> Problem:
    """What a message quotes from a file may be as long as the file."""
    if len(problem.message) <= _LONGEST_BEGINNING + _LONGEST_END:
        return problem
    beginning = problem.message[:_LONGEST_BEGINNING]
    message = f"{beginning} … {problem.message[-_LONGEST_END:]}"
    return replace(problem, message=message, field=problem.field[:_LONGEST_END])


def _order(problem: Problem) -> tuple[bool, str, int, int, str, str]:
    at = problem.location
    return not problem.decisive, at.path, at.line, at.column, problem.kind, problem.message
