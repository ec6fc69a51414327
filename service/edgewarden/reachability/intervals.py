"""Sets of numbers as intervals: sorted, and neither overlapping nor touching."""

from bisect import bisect_left
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]
"""First and last number, both included."""
Intervals: TypeAlias = tuple[Interval, ...]


def merged(intervals: Iterable[Interval]) -> Intervals:
    """The numbers in any of ``intervals``, which may come in any order and overlap."""
    found: list[Interval] = []
    for first, last in sorted(intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(left: Intervals, right: Intervals) -> Intervals:
    """The numbers in both. Each interval of the fewer is looked up in the others."""
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    found: list[Interval] = []
    for first, last in few:
        place = bisect_left(many, first, key=_last)
        while place < len(many) and many[place][0] <= last:
            found.append((max(first, many[place][0]), min(last, many[place][1])))
            place += 1
    return tuple(found)


def without(left: Intervals, right: Intervals) -> Intervals:
    """The numbers in ``left`` and not in ``right``, where each interval is looked up."""
    rest: list[Interval] = []
    for first, last in left:
        place = bisect_left(right, first, key=_last)
        start = first
        while place < len(right) and right[place][0] <= last:
            if start < right[place][0]:
                rest.append((start, right[place][0] - 1))
            start = right[place][1] + 1
            place += 1
        if start <= last:
            rest.append((start, last))
    return tuple(rest)


_last = itemgetter(1)
