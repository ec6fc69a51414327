"""What a broken file of one tree held, taken from the other tree.

The API server refuses what is broken and the cluster keeps what it had, so an object is neither
gone nor new because its file cannot be read on one side.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from edgewarden.manifests.gathering import Concern
from edgewarden.manifests.objects import Declared, Held, Refused
from edgewarden.manifests.readings import Lost
from edgewarden.manifests.tree import TreeReading, same_file
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ObjectRef

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Completed:
    """The objects of one side after carrying over, and what is said about it."""

    held: dict[ObjectRef, Declared]
    concerns: tuple[Concern, ...]


def complete_alone(tree: TreeReading) -> Completed:
    """Without another tree to compare, a lenient applier's reading is the nearest known."""
    held = dict(tree.held)
    for refused in tree.refused:
        if refused.lenient is not None:
            held.setdefault(refused.lenient.ref, refused.lenient)
    refusals = [_refusal(p, r, tree) for r in tree.refused for p in r.problems]
    losses = [_loss(p, lost, tree) for lost in tree.lost if lost.plausible for p in lost.problems]
    return Completed(held, (*tree.concerns, *refusals, *losses))


def complete_pair(base: TreeReading, head: TreeReading) -> tuple[Completed, Completed]:
    """Carry over both ways. What is broken on both sides is read leniently, once for both."""
    both = _broken_on_both(base, head)
    return (
        _complete(base, head, both, "What the head declares there is taken to stand already"),
        _complete(head, base, both, "What the base declares there is taken to stay"),
    )


def _broken_on_both(base: TreeReading, head: TreeReading) -> dict[ObjectRef, Declared]:
    """The base's lenient readings of what neither side declares soundly."""
    in_head = {refused.ref for refused in head.refused}
    return {
        refused.lenient.ref: refused.lenient
        for refused in base.refused
        if refused.lenient is not None
        and refused.ref in in_head
        and refused.ref not in head.held
        and refused.ref not in base.held
    }


def _complete(
    tree: TreeReading,
    other: TreeReading,
    both: Held,
    sentence: str,
) -> Completed:
    held = {**both, **tree.held}
    concerns = list(tree.concerns)
    for refused in tree.refused:
        carried = _carry(held, _same_identity(refused, other))
        told = _telling(refused.problems, carried, sentence)
        concerns.extend(_refusal(problem, refused, tree) for problem in told)
    places = _Places(other.held.values())
    for lost in tree.lost:
        found = [d for path in (lost.path, *sorted(lost.inputs)) for d in places.at(path)]
        if lost.plausible and _could_gain(lost, tree, other):
            # What vanished elsewhere may have moved to where nothing can be read.
            found += lost.chosen(d for d in other.held.values() if d.origin not in tree.readings)
        carried = _carry(held, found)
        if lost.plausible or carried:
            told = _telling(lost.problems, carried, sentence)
            concerns.extend(_loss(problem, lost, tree) for problem in told)
    return Completed(held, tuple(concerns))


def _could_gain(lost: Lost, tree: TreeReading, other: TreeReading) -> bool:
    """Whether it is a file under a new path, or a root that other files feed."""
    if not lost.inputs:
        return lost.path not in other.files
    return any(not same_file(tree.files.get(path), other.files.get(path)) for path in lost.inputs)


def _same_identity(refused: Refused, other: TreeReading) -> list[Declared]:
    known = other.held.get(refused.ref)
    return [] if known is None else [known]


class _Places:
    """Objects by the files that declare them."""

    def __init__(self, declared: Iterable[Declared]) -> None:
        self._declared = declared

    def at(self, path: str) -> Iterator[Declared]:
        """What a file declares, or all below a directory, which is none in the other tree."""
        yield from self._by_file.get(path, ())
        below = f"{path}/"
        first = bisect_left(self._files, below)
        for index in range(first, len(self._files)):
            if not self._files[index].startswith(below):
                break
            yield from self._by_file[self._files[index]]

    @cached_property
    def _by_file(self) -> Mapping[str, list[Declared]]:
        found: dict[str, list[Declared]] = {}
        for each in self._declared:
            found.setdefault(each.origin, []).append(each)
        return found

    @cached_property
    def _files(self) -> list[str]:
        return sorted(self._by_file)


def _carry(held: dict[ObjectRef, Declared], found: Iterable[Declared]) -> list[ObjectRef]:
    carried = []
    for declared in found:
        if declared.ref not in held:
            held[declared.ref] = declared
            carried.append(declared.ref)
    return sorted(carried)


def _telling(
    problems: tuple[Problem, ...], carried: list[ObjectRef], sentence: str
) -> tuple[Problem, ...]:
    """The problems, the first of which says what was carried over."""
    if not problems or not carried:
        return problems
    named = ", ".join(f"{ref.kind} {ref}" for ref in carried[:_SHOWN])
    more = f" and {len(carried) - _SHOWN} more" if len(carried) > _SHOWN else ""
    namespaces = frozenset(ref.namespace for ref in carried if ref.namespace)
    first = replace(
        problems[0],
        message=f"{problems[0].message} {sentence}: {named}{more}.",
        namespaces=problems[0].namespaces | namespaces,
    )
    return first, *problems[1:]


def _refusal(problem: Problem, refused: Refused, tree: TreeReading) -> Concern:
    return Concern.of(problem, tree.readings[refused.root or problem.location.path])


def _loss(problem: Problem, lost: Lost, tree: TreeReading) -> Concern:
    concern = Concern.of(problem, tree.readings[lost.path])
    directories = frozenset() if lost.directory else concern.directories
    namespaces = problem.namespaces | lost.namespaces
    return replace(concern, directories=directories, namespaces=namespaces)
