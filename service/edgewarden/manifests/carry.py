"""What a broken file of one tree held, taken from the other tree.

The API server refuses what is broken and the cluster keeps what it had, so an object is neither
gone nor new because its file cannot be read on one side.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.files import Lost
from edgewarden.manifests.objects import Declared, Refused
from edgewarden.manifests.snapshot import ancestors
from edgewarden.manifests.tree import Concern, TreeReading
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ObjectRef

_SHOWN = 5
_WORD = re.compile(r"[\w.-]+")


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
    refusals = [_concern(p) for refused in tree.refused for p in refused.problems]
    losses = [_loss(p, lost) for lost in tree.lost if lost.plausible for p in lost.problems]
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
    both: Mapping[ObjectRef, Declared],
    sentence: str,
) -> Completed:
    held = {**both, **tree.held}
    concerns = list(tree.concerns)
    for refused in tree.refused:
        carried = _carry(held, _same_identity(refused, other))
        concerns.extend(map(_concern, _telling(refused.problems, carried, sentence)))
    at_place = _by_place(other)
    # A broken file under a new path may be one that moved there.
    vanished = [d for d in other.held.values() if d.location.path not in tree.files]
    for lost in tree.lost:
        found = list(at_place.get(lost.path, ()))
        if lost.plausible and lost.path not in other.files:
            words = frozenset(_WORD.findall(lost.text))
            found += (declared for declared in vanished if declared.ref.name in words)
        carried = _carry(held, found)
        if lost.plausible or carried:
            told = _telling(lost.problems, carried, sentence)
            concerns.extend(_loss(problem, lost) for problem in told)
    return Completed(held, tuple(concerns))


def _same_identity(refused: Refused, other: TreeReading) -> list[Declared]:
    known = other.held.get(refused.ref)
    return [] if known is None else [known]


def _by_place(tree: TreeReading) -> dict[str, list[Declared]]:
    """What is declared in each file, and below each directory, which may be no directory in
    the other tree."""
    places: dict[str, list[Declared]] = {}
    for declared in tree.held.values():
        path = declared.location.path
        for place in (path, *ancestors(path)):
            places.setdefault(place, []).append(declared)
    return places


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


def _concern(problem: Problem) -> Concern:
    return Concern.at(problem, problem.location.path)


def _loss(problem: Problem, lost: Lost) -> Concern:
    concern = _concern(problem)
    directories = frozenset() if lost.directory else concern.directories
    namespaces = problem.namespaces | lost.namespaces
    return replace(concern, directories=directories, namespaces=namespaces)
