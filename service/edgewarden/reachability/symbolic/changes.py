"""What namespaces say in one state and not in the other, reduced to what tells them apart."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from edgewarden.reachability.model import Direction
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.relation import Part

_MANY = 2_000
"""Pairs of boxes; with more of them than this nobody looks which ones meet."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """What tells the admitting state of a namespace from the denying one, in one direction.

    ``rules`` are the boxes of rules that only the admitting state has, and ``lost`` those of
    isolation that only the denying one has. ``isolation`` is that of the admitting state.
    ``rules_denying`` and ``isolation_denying`` are the denying state's, without rules that meet
    neither ``rules`` nor ``lost``.
    """

    rules: tuple[Box, ...]
    lost: tuple[Box, ...]
    isolation: tuple[Box, ...]
    rules_denying: tuple[Box, ...]
    isolation_denying: tuple[Box, ...]

    @property
    def items(self) -> tuple[Box, ...]:
        return (*self.rules, *self.lost)


@dataclass(frozen=True, slots=True)
class Change:
    """Namespaces that differ in one and the same way.

    ``parts`` hold what each of them says in the denying and in the admitting state, in the order
    of ``names``.
    """

    direction: Direction
    names: tuple[str, ...]
    parts: tuple[tuple[Part, Part], ...]
    contrast: Contrast
    vague: bool
    """Whether some boxes are larger than what was written, so that equal ones tell nothing."""

    @property
    def size(self) -> int:
        """A measure of the work, to have the small ones done before the budget is spent."""
        return len(self.contrast.items) * (1 + len(self.contrast.rules_denying))


def changes(direction: Direction, said: Iterable[tuple[str, Part, Part]]) -> tuple[Change, ...]:
    """The namespaces that say something new, given with what they say in either state."""
    alike: dict[tuple[Contrast, bool], list[tuple[str, Part, Part]]] = {}
    for name, denying, admitting in said:
        vague = not denying.same_as(admitting) and (denying.said.widened or admitting.said.widened)
        found = _contrast(denying, admitting, vague=vague)
        if found.items:
            alike.setdefault((found, vague), []).append((name, denying, admitting))
    return tuple(
        Change(
            direction,
            tuple(name for name, _, _ in several),
            tuple((denying, admitting) for _, denying, admitting in several),
            found,
            vague,
        )
        for (found, vague), several in alike.items()
    )


def _contrast(denying: Part, admitting: Part, *, vague: bool) -> Contrast:
    rules = tuple(box for box in admitting.readings if vague or box not in denying.readings)
    lost = tuple(box for box in denying.said.isolated if box not in admitting.said.isolated)
    return Contrast(
        rules=rules,
        lost=lost,
        isolation=admitting.said.isolating,
        rules_denying=_meeting((*rules, *lost), denying.readings),
        isolation_denying=denying.said.isolating,
    )


def _meeting(items: Collection[Box], boxes: Collection[Box]) -> tuple[Box, ...]:
    """The boxes that overlap any of ``items``; all of them where that is long to tell."""
    if len(items) * len(boxes) > _MANY:
        return tuple(boxes)
    return tuple(box for box in boxes if any(box.overlaps(item) for item in items))
