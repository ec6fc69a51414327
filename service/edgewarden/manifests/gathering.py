"""What the sources of one tree declare together, and where they are in each other's way."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.objects import Declared, Held, Refused, Value, scope
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import (
    Namespace,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
    Workload,
)

_SHOWN = 5
_GENERATED = "*"
"""What a name ends with that the API server completes."""


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
class Gathered:
    """What ``readings`` declare together: the objects by identity, and what is to be said of it.

    It is ``plain`` where no two objects have one identity and each has its name, so that every
    reading has its part in ``held`` whatever the others say.
    """

    readings: Mapping[str, FileReading]
    held: Held
    concerns: tuple[Concern, ...]
    refused: tuple[Refused, ...]
    lost: tuple[Lost, ...]
    deployers: tuple[Deployer, ...]
    plain: bool


def gather(readings: Mapping[str, FileReading], before: Gathered | None = None) -> Gathered:
    """Join what was read in the order of the paths. Of two equal identities the later stands,
    as ``kubectl apply`` and Argo CD let the later one win.

    Where ``before`` is plain and this is as well, only what differs is joined.
    """
    held = None if before is None else _amended(before, readings)
    told: list[Concern] = []
    plain = held is not None
    if held is None:
        held, told, plain = _joined(readings)
    others = [each for each in readings.values() if each.refused or each.lost or each.deployers]
    return Gathered(
        readings,
        held,
        concerns=(*_of_readings(readings), *told),
        refused=tuple(refused for each in others for refused in each.refused),
        lost=tuple(lost for each in others for lost in each.lost),
        deployers=tuple(deployer for each in others for deployer in each.deployers),
        plain=plain,
    )


def _joined(
    readings: Mapping[str, FileReading],
) -> tuple[dict[ObjectRef, Declared], list[Concern], bool]:
    """What is held, what is to be said of it, and whether it is plain."""
    held: dict[ObjectRef, Declared] = {}
    concerns: list[Concern] = []
    generated: Counter[ObjectRef] = Counter()
    repeated = False
    pairs: dict[tuple[str, str, bool], list[tuple[Declared, Declared]]] = {}
    for path in sorted(readings):
        for found in readings[path].declared:
            declared = found
            if found.ref.name.endswith(_GENERATED):
                generated[found.ref] += 1
                declared = _numbered(found, generated[found.ref])
                concerns.append(Concern.of(_generated(declared), readings[path]))
            elif (earlier := held.setdefault(found.ref, found)) is not found:
                repeated = True
                equal = same_value(earlier.value, found.value)
                if not equal or earlier.location != found.location:
                    key = (earlier.origin, found.origin, equal)
                    pairs.setdefault(key, []).append((earlier, found))
            else:
                continue
            held[declared.ref] = declared
    for (one, other, equal), found_pairs in sorted(pairs.items()):
        problem = _duplicates(equal, found_pairs)
        concerns.append(Concern.of(problem, readings[one], readings[other]))
    return held, concerns, not generated and not repeated


def _of_readings(readings: Mapping[str, FileReading]) -> Iterator[Concern]:
    """What each of them says of itself."""
    for path in sorted(path for path, reading in readings.items() if reading.problems):
        reading = readings[path]
        yield from (Concern.of(problem, reading, passing=True) for problem in reading.problems)


def _amended(
    before: Gathered, readings: Mapping[str, FileReading]
) -> dict[ObjectRef, Declared] | None:
    """What ``before`` holds with the readings that differ; none where that would not be plain."""
    if not before.plain:
        return None
    held = dict(before.held)
    for path, reading in before.readings.items():
        if readings.get(path) is not reading:
            for declared in reading.declared:
                del held[declared.ref]
    for path, reading in readings.items():
        if before.readings.get(path) is not reading:
            for declared in reading.declared:
                if declared.ref.name.endswith(_GENERATED) or declared.ref in held:
                    return None
                held[declared.ref] = declared
    return held


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
