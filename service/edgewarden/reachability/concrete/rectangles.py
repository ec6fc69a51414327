"""The difference of two states between known workloads and addresses, as rectangles.

A connection changes only if one of its ends does: if what its policies say, or what selectors see
of it, is otherwise. So the rows of the changed destinations and the columns of the changed
sources are all there is to look at, one for every group of ends that nothing tells apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.concrete.bits import bitset, cut, different, lowest, numbers, union
from edgewarden.reachability.concrete.contrast import EVERYWHERE, Contrast, contrast
from edgewarden.reachability.concrete.fusion import fused
from edgewarden.reachability.concrete.lines import (
    TRANSPOSED,
    Line,
    distinctions,
    line,
    signature,
)
from edgewarden.reachability.concrete.pairs import pairs_of, shape
from edgewarden.reachability.concrete.rectangle import Doubtful, Ends, Rectangle, Shift
from edgewarden.reachability.concrete.spread import Spread, spread
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.evaluation import Connection
from edgewarden.reachability.facts import Role
from edgewarden.reachability.judgement import Effort, judge
from edgewarden.reachability.model import Direction


@dataclass(frozen=True, slots=True)
class Work:
    """What the answer took: lines evaluated, and pairs of which facts were asked."""

    lines: int
    judged: int


@dataclass(frozen=True, slots=True)
class Rectangles:
    """Every change between two states: disjoint rectangles, and the numbering of their bits."""

    transition: Transition
    rectangles: tuple[Rectangle, ...]
    work: Work


def changes(step: Transition) -> Rectangles:
    """What differs between two indexed states."""
    return _Comparison(step).rectangles()


def changes_at(step: Transition, ends: int, role: Role, others: int = -1) -> Rectangles:
    """What differs in the connections of some workloads, in one role, with the workloads
    ``others`` and with addresses; nothing else is looked at."""
    return _Comparison(step).rectangles_at(ends, role, others)


_OPPOSITE = {Role.SOURCE: Role.DESTINATION, Role.DESTINATION: Role.SOURCE}


class _Comparison:
    def __init__(self, step: Transition) -> None:
        self.step = step
        self.base, self.head = pairs_of(step)
        self.effort = Effort()
        self._looks: dict[tuple[int, Role], int] = {}
        self._distinct: dict[object, int] = {}
        self.lines = self.judged = 0

    def rectangles(self) -> Rectangles:
        step = self.step
        ingress, egress = step.policies[Direction.INGRESS], step.policies[Direction.EGRESS]
        rows = step.touched | ingress.ends | egress.others
        columns = step.touched | egress.ends | ingress.others
        found = [
            *self._along(rows, Role.DESTINATION, -1),
            *self._along(columns, Role.SOURCE, ~rows),
        ]
        return self._fused(found)

    def rectangles_at(self, ends: int, role: Role, others: int) -> Rectangles:
        return self._fused(self._along(ends, role, others))

    def _fused(self, found: Iterable[Rectangle]) -> Rectangles:
        whole = fused(found, lambda rectangle: rectangle.shift.kind, Rectangle.joining)
        return Rectangles(self.step, whole, Work(self.lines, self.judged))

    def _along(self, ends: int, role: Role, others: int) -> Iterator[Rectangle]:
        """The changes between ``ends`` in ``role`` and the workloads ``others``, and addresses."""
        for group in self._groups(ends, role):
            for some, shift in self._across(group, role, others):
                fixed = Ends(group)
                if role is Role.DESTINATION:
                    yield Rectangle(some, fixed, shift)
                else:
                    yield Rectangle(fixed, some, shift)

    def _groups(self, ends: int, role: Role) -> Iterable[int]:
        """Cut ``ends`` into those that have equal lines in both states."""
        found: dict[int, list[int]] = {}
        for number in numbers(ends):
            found.setdefault(self._look(number, role), []).append(number)
        return map(bitset, found.values())

    def _look(self, number: int, role: Role) -> int:
        """Equal for workloads that have equal lines in both states."""
        known = self._looks.get((number, role))
        if known is None:
            both = (self.step.base, self.step.head)
            key = role, *(signature(index, number, role) for index in both)
            known = self._looks[number, role] = self._distinct.setdefault(key, len(self._distinct))
        return known

    def _across(self, group: int, role: Role, others: int) -> Iterator[tuple[Ends, Shift]]:
        """What changes with which other ends, the same for every workload of ``group``."""
        step, number = self.step, lowest(group)
        lines = line(step.base, number, role), line(step.head, number, role)
        width = len(step.head.inventory.workloads)
        where = self._contrast(number, role, lines)
        where = Contrast(where.workloads & others & ((1 << width) - 1), where.addresses)
        if not where:
            return
        self.lines += 1
        found = spread(*lines, width, where)
        for each in found.differences:
            yield found.ends(each.ends), Shift.certain(each.before, each.after)
        if found.doubtful:
            yield from self._in_doubt(group, role, lines, found)

    def _contrast(
        self, number: int, role: Role, lines: tuple[Line | None, Line | None]
    ) -> Contrast:
        """Where a line could differ, by itself or because the other end changed."""
        if self.step.rejudged >> number & 1:
            return EVERYWHERE
        found = contrast(*lines)
        others = self.step.changed | self.step.policies[TRANSPOSED[role]].subjects
        return Contrast(found.workloads | others, found.addresses)

    def _in_doubt(
        self, group: int, role: Role, lines: Iterable[Line | None], found: Spread
    ) -> Iterator[tuple[Ends, Shift]]:
        number = lowest(group)
        told_apart = [
            each
            for index, each_line in zip((self.step.base, self.step.head), lines, strict=True)
            for each in distinctions(index, number, role, each_line)
        ]
        hanging = union(
            half.hanging
            for each in lines
            if each is not None
            for half in (each.direct, each.transposed)
        )
        alike = cut(found.doubtful & ~hanging, (*told_apart, *found.address_sets))
        for some in (*alike, *self._by_shape(found.doubtful & hanging, number, role)):
            shift = self._judged(group, some, role, found)
            if shift is not None:
                yield found.ends(some), shift

    def _by_shape(self, ends: int, number: int, role: Role) -> Iterable[int]:
        """Cut ``ends``, which hang on their own labels, by what their connections look like."""
        classes: dict[object, int] = {}
        for some in self._groups(ends, _OPPOSITE[role]):
            key = tuple(map(shape, self._connections(number, lowest(some), role)))
            classes[key] = classes.get(key, 0) | some
        return classes.values()

    def _judged(self, group: int, some: int, role: Role, found: Spread) -> Shift | None:
        """What the judge says of one pair, which stands for all of ``group`` with all ``some``."""
        self.judged += 1
        step = self.step
        number, other = different(group, some)
        end = found.end(other)
        source, destination = (number, end) if role is Role.SOURCE else (end, number)
        verdict = judge(
            self.base.connection(source, destination),
            self.head.connection(source, destination),
            step.head.state.profile,
            self.effort,
        )
        doubts = tuple(
            tuple(Doubtful.between(step.name(source), step.name(destination), d) for d in side)
            for side in (verdict.may_open, verdict.may_close)
        )
        if not (verdict.opened or verdict.closed or any(doubts)):
            return None
        return Shift(
            verdict.before, verdict.after, verdict.opened, verdict.closed, doubts[0], doubts[1]
        )

    def _connections(
        self, number: int, other: int | AddressEnd, role: Role
    ) -> tuple[Connection | None, Connection | None]:
        if role is Role.SOURCE:
            pair: tuple[int | AddressEnd, int | AddressEnd] = number, other
        else:
            pair = other, number
        return self.base.connection(*pair), self.head.connection(*pair)
