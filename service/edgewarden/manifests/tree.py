"""One tree: what its files declare together, and what stands in the way."""

import posixpath
from collections import Counter
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
from edgewarden.manifests.objects import Declared, Refused, Value, scope
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.manifests.releases import Release
from edgewarden.manifests.relocation import Originals
from edgewarden.manifests.rendered import RenderedInput, Root, rendered_input
from edgewarden.manifests.rendered_objects import read_root
from edgewarden.manifests.snapshot import MANIFEST_SUFFIXES, Rendering, Snapshot, SourceFile
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
    Workload,
)

_SHOWN = 5
_LONGEST_BEGINNING = 1_200
_LONGEST_END = 300
"""Of a message that quotes more than anybody wants to read, this much is kept."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A problem, and the files that have to be unchanged for it to be an old one.

    So have all files in ``directories``. One that is ``passing`` is not told once it is old.
    ``namespaces`` are those that it leaves open as far as that can be told, where the problem
    itself may not name them.
    """

    problem: Problem
    paths: frozenset[str]
    directories: frozenset[str]
    passing: bool = False
    namespaces: frozenset[str] = frozenset()

    @classmethod
    def of(cls, problem: Problem, *readings: FileReading, passing: bool = False) -> "Concern":
        """A problem of what was read. Files beside a file may bear on it; only what feeds a root
        bears on a root."""
        files = [reading for reading in readings if not reading.inputs]
        return cls(
            problem,
            frozenset({each.path for each in readings}).union(*(r.inputs for r in readings)),
            frozenset(posixpath.dirname(each.path) for each in files),
            passing,
            problem.namespaces,
        )


@dataclass(frozen=True, slots=True)
class TreeReading:
    """``held`` are the objects that the tree declares soundly, by identity.

    ``readings`` are known by their paths: of files, and of what makes roots. ``placements`` say of
    these how they are deployed, as far as ``deployments`` tell.
    """

    files: Mapping[str, SourceFile]
    rendered: RenderedInput
    renderings: Mapping[str, Rendering]
    originals: Originals
    readings: Mapping[str, FileReading]
    held: Mapping[ObjectRef, Declared]
    refused: tuple[Refused, ...]
    lost: tuple[Lost, ...]
    concerns: tuple[Concern, ...]
    deployments: tuple[Deployment, ...] = ()
    placements: Mapping[str, tuple[Placement, ...]] = field(default_factory=dict)

    @property
    def deployers(self) -> tuple[Deployer, ...]:
        return tuple(d for reading in self.readings.values() for d in reading.deployers)


def by_path(snapshot: Snapshot) -> dict[str, SourceFile]:
    return {file.path: file for file in snapshot.files}


def same_file(one: SourceFile | None, other: SourceFile | None) -> bool:
    """Whether two trees hold the same thing under a path, as far as it can be told."""
    if one is None or other is None:
        return one is other
    if one.omission is not None or other.omission is not None:
        return one.omission is other.omission and one.digest == other.digest
    return one.content == other.content


def read_tree(
    snapshot: Snapshot, known: "TreeReading | None" = None, applying: Applying = UNKNOWN
) -> TreeReading:
    """Read roots as they render and every other file as it is.

    What ``known`` read already, of the same bytes, is not read again.
    """
    files = by_path(snapshot)
    rendered = rendered_input(files, releases=applying.releases)
    covered = rendered.covered(files)
    originals = Originals(files, known.originals if known else None)
    given = {(each.directory, each.release): each for each in snapshot.renderings}
    renderings = {}
    with collector_paused():
        readings = {
            path: _reading(files[path], known, applying)
            for path in sorted(files)
            if path not in covered and _is_read(files[path])
        }
        for root in rendered.roots:
            rendering = _rendering_of(root, given)
            renderings[root.marker] = rendering
            readings[root.marker] = _root_again(root, rendering, files, known) or read_root(
                root, rendering, originals, files, applying
            )
    return _joined(files, rendered, renderings, originals, readings)


def without(tree: TreeReading, sources: AbstractSet[str]) -> TreeReading:
    """The tree as if these files, and roots by what makes them, were input of nothing here."""
    if sources.isdisjoint(tree.readings):
        return tree
    kept = {path: reading for path, reading in tree.readings.items() if path not in sources}
    roots = tuple(root for root in tree.rendered.roots if root.marker not in sources)
    return with_readings(replace(tree, rendered=replace(tree.rendered, roots=roots)), kept)


def with_readings(tree: TreeReading, readings: Mapping[str, FileReading]) -> TreeReading:
    """The tree as if this was all that is read of it."""
    joined = _joined(tree.files, tree.rendered, tree.renderings, tree.originals, readings)
    return replace(joined, deployments=tree.deployments, placements=tree.placements)


def _joined(
    files: Mapping[str, SourceFile],
    rendered: RenderedInput,
    renderings: Mapping[str, Rendering],
    originals: Originals,
    readings: Mapping[str, FileReading],
) -> TreeReading:
    held, concerns = _gather(readings)
    return TreeReading(
        files=files,
        rendered=rendered,
        renderings=renderings,
        originals=originals,
        readings=readings,
        held=held,
        refused=tuple(r for reading in readings.values() for r in reading.refused),
        lost=tuple(lost for reading in readings.values() for lost in reading.lost),
        concerns=tuple(concerns),
    )


def _rendering_of(root: Root, given: Mapping[tuple[str, Release | None], Rendering]) -> Rendering:
    """What was made of the root, or why nothing was, whatever release it is for."""
    exactly = given.get((root.directory, root.release))
    if exactly is not None:
        return exactly
    anyhow = given.get((root.directory, None))
    if anyhow is not None and anyhow.obstacle is not None:
        return anyhow
    return Rendering(root.directory, None, release=root.release)


def _root_again(
    root: Root, rendering: Rendering, files: Mapping[str, SourceFile], known: TreeReading | None
) -> FileReading | None:
    if known is None or known.renderings.get(root.marker) != rendering:
        return None
    reading = known.readings[root.marker]
    same = all(same_file(known.files.get(path), files[path]) for path in root.inputs)
    return reading if same and reading.inputs == root.deciding else None


def _is_read(file: SourceFile) -> bool:
    """Manifests by their name, and whatever is not there as a file."""
    return file.path.endswith(MANIFEST_SUFFIXES) or file.omission is not None


def _reading(file: SourceFile, known: TreeReading | None, applying: Applying) -> FileReading:
    if known is None or not same_file(known.files.get(file.path), file):
        return read_file(file, applying)
    return known.readings.get(file.path) or read_file(file, applying)


def _gather(
    readings: Mapping[str, FileReading],
) -> tuple[dict[ObjectRef, Declared], list[Concern]]:
    """Join what was read in the order of the paths. Of two equal identities the later stands,
    as ``kubectl apply`` and Argo CD let the later one win."""
    held: dict[ObjectRef, Declared] = {}
    concerns: list[Concern] = []
    generated: Counter[ObjectRef] = Counter()
    pairs: dict[tuple[str, str, bool], list[tuple[Declared, Declared]]] = {}
    for path in sorted(readings):
        reading = readings[path]
        concerns.extend(Concern.of(p, reading, passing=True) for p in reading.problems)
        for found in reading.declared:
            declared = found
            if found.ref.name.endswith("*"):
                generated[found.ref] += 1
                declared = _numbered(found, generated[found.ref])
                concerns.append(Concern.of(_generated(declared), reading))
            elif (earlier := held.get(found.ref)) is not None:
                equal = same_value(earlier.value, found.value)
                if not equal or earlier.location != found.location:
                    key = (earlier.origin, found.origin, equal)
                    pairs.setdefault(key, []).append((earlier, found))
            held[declared.ref] = declared
    for (one, other, equal), found_pairs in sorted(pairs.items()):
        problem = _duplicates(equal, found_pairs)
        concerns.append(Concern.of(problem, readings[one], readings[other]))
    return held, concerns


def same_value(one: Value | None, other: Value | None) -> bool:
    """Whether two objects of one identity do the same, wherever they are written."""
    if isinstance(one, UnjudgedPolicy) and isinstance(other, UnjudgedPolicy):
        return one.digest == other.digest
    if isinstance(one, Workload | Namespace) and isinstance(other, Workload | Namespace):
        return replace(one, location=other.location) == other
    return one == other


def _numbered(declared: Declared, count: int) -> Declared:
    """Objects with a generated name are never the same object: the ``count``-th of a name."""
    if count == 1:
        return declared
    ref = replace(declared.ref, name=f"{declared.ref.name}{count}")
    value = declared.value
    match value:
        case NetworkPolicy() | Workload() | Namespace():
            value = replace(value, name=ref.name)
        case UnjudgedPolicy():
            value = replace(value, ref=ref)
    return replace(declared, ref=ref, value=value)


def _generated(declared: Declared) -> Problem:
    ref = declared.ref
    return Problem(
        ProblemKind.INVALID_OBJECT,
        declared.location,
        f"{ref.kind} {ref} has generateName: it can be created and not applied, so each run makes "
        "another one.",
        "Give it a name.",
        decisive=False,
        field="metadata.generateName",
    )


def _duplicates(equal: bool, pairs: list[tuple[Declared, Declared]]) -> Problem:
    """All objects that one file, or root, declares again after another."""
    earlier, later = pairs[0]
    named = ", ".join(
        f"{second.ref.kind} {second.ref} (lines {first.location.line} and {second.location.line})"
        for first, second in pairs[:_SHOWN]
    )
    more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
    where = f"{earlier.origin} and {later.origin}"
    if earlier.origin == later.origin:
        where = f"{later.origin} twice"
    outcome = "the definitions are equal" if equal else "the later definition is taken to win"
    return Problem(
        ProblemKind.DUPLICATE_OBJECT,
        later.location,
        f"The same objects stand in {where}: {named}{more}; {outcome}.",
        "Keep one definition, or give the trees of different clusters to separate reviews.",
        decisive=not equal,
        namespaces=frozenset().union(*(scope(declared.ref) for _, declared in pairs)),
    )


_Kept = TypeVar("_Kept", Namespace, Workload, NetworkPolicy, UnjudgedPolicy)


def compose_state(
    name: str,
    profile: ClusterProfile,
    held: Mapping[ObjectRef, Declared],
    problems: Iterable[Problem],
    assumptions: tuple[str, ...],
) -> ClusterState:
    """A state of the objects in ``held``, sorted by identity."""
    values = [held[ref].value for ref in sorted(held)]

    def of(kind: type[_Kept]) -> tuple[_Kept, ...]:
        return tuple(value for value in values if isinstance(value, kind))

    return ClusterState(
        name=name,
        namespaces=of(Namespace),
        workloads=of(Workload),
        policies=of(NetworkPolicy),
        unjudged=of(UnjudgedPolicy),
        profile=profile,
        problems=tuple(sorted(map(_readable, problems), key=_order)),
        assumptions=assumptions,
    )


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
