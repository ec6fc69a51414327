"""Sets that one axis of a box can be restricted to, closed under the operations of sets."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Self, TypeAlias

Span: TypeAlias = tuple[int, int]
"""First and last number, both included."""


class Restriction(ABC):
    """A set, canonical: equal sets are equal values. Only sets of one axis are combined."""

    __slots__ = ()

    @abstractmethod
    def __and__(self, other: Self) -> Self: ...

    @abstractmethod
    def union(self, *others: Self) -> Self:
        """All of them together, put together once and not one after the other."""

    @abstractmethod
    def __sub__(self, other: Self) -> Self: ...

    @abstractmethod
    def __bool__(self) -> bool: ...

    @abstractmethod
    def __len__(self) -> int:
        """How much is written down to say the set: the measure of work, not its cardinality."""

    @abstractmethod
    def overlaps(self, other: Self) -> bool:
        """Whether ``self & other`` holds anything."""


@dataclass(frozen=True, slots=True)
class Values(Restriction):
    """Finitely many values, or all but finitely many, of a domain that never runs out.

    For a label the domain is every string and ``None``, which stands for the label's absence.
    """

    listed: frozenset[str | None] = frozenset()
    inverted: bool = False

    @classmethod
    def only(cls, *values: str | None) -> "Values":
        return cls(frozenset(values))

    @classmethod
    def all_but(cls, *values: str | None) -> "Values":
        return cls(frozenset(values), inverted=True)

    def __contains__(self, value: str | None) -> bool:
        return (value in self.listed) is not self.inverted

    def __and__(self, other: "Values") -> "Values":
        if self.inverted and other.inverted:
            return Values(self.listed | other.listed, inverted=True)
        if self.inverted:
            return Values(other.listed - self.listed)
        if other.inverted:
            return Values(self.listed - other.listed)
        return Values(self.listed & other.listed)

    def __invert__(self) -> "Values":
        return Values(self.listed, not self.inverted)

    def union(self, *others: "Values") -> "Values":
        every = (self, *others)
        listed = frozenset[str | None]().union(*(v.listed for v in every if not v.inverted))
        left_out = [values.listed for values in every if values.inverted]
        if not left_out:
            return Values(listed)
        return Values(left_out[0].intersection(*left_out[1:]) - listed, inverted=True)

    def __sub__(self, other: "Values") -> "Values":
        return self & ~other

    def __bool__(self) -> bool:
        return self.inverted or bool(self.listed)

    def __len__(self) -> int:
        return len(self.listed)

    def overlaps(self, other: "Values") -> bool:
        if self.inverted:
            return other.inverted or not other.listed <= self.listed
        if other.inverted:
            return not self.listed <= other.listed
        return not self.listed.isdisjoint(other.listed)


ALL_VALUES = Values.all_but()


@dataclass(frozen=True, slots=True)
class Spans(Restriction):
    """A set of numbers as sorted spans that neither overlap nor touch."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Spans":
        """The spans may come in any order and overlap."""
        merged: list[Span] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def __and__(self, other: "Spans") -> "Spans":
        found: list[Span] = []
        left, right = iter(self.spans), iter(other.spans)
        ours, theirs = next(left, None), next(right, None)
        while ours is not None and theirs is not None:
            first, last = max(ours[0], theirs[0]), min(ours[1], theirs[1])
            if first <= last:
                found.append((first, last))
            if ours[1] < theirs[1]:
                ours = next(left, None)
            else:
                theirs = next(right, None)
        return Spans(tuple(found))

    def union(self, *others: "Spans") -> "Spans":
        return Spans.of(span for each in (self, *others) for span in each.spans)

    def __sub__(self, other: "Spans") -> "Spans":
        found: list[Span] = []
        holes = iter(other.spans)
        hole = next(holes, None)
        for first, last in self.spans:
            start = first
            while hole is not None and hole[0] <= last:
                if start < hole[0]:
                    found.append((start, hole[0] - 1))
                start = max(start, hole[1] + 1)
                if hole[1] > last:
                    break
                hole = next(holes, None)
            if start <= last:
                found.append((start, last))
        return Spans(tuple(found))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def overlaps(self, other: "Spans") -> bool:
        few, many = (self, other) if len(self) <= len(other) else (other, self)
        return any(many._touches(first, last) for first, last in few.spans)

    def _touches(self, first: int, last: int) -> bool:
        place = bisect_right(self.spans, last, key=_first)
        return place > 0 and self.spans[place - 1][1] >= first


_first = itemgetter(0)
