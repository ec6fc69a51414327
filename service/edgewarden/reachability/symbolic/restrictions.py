"""Sets that one axis of a box can be restricted to, closed under the operations of sets."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Self

from edgewarden.reachability.intervals import Interval, Intervals, common, merged, without


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
    """A set of numbers."""

    spans: Intervals = ()

    @classmethod
    def of(cls, spans: Iterable[Interval]) -> "Spans":
        """The spans may come in any order and overlap."""
        return cls(merged(spans))

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def __and__(self, other: "Spans") -> "Spans":
        return Spans(common(self.spans, other.spans))

    def union(self, *others: "Spans") -> "Spans":
        return Spans.of(span for each in (self, *others) for span in each.spans)

    def __sub__(self, other: "Spans") -> "Spans":
        return Spans(without(self.spans, other.spans))

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
