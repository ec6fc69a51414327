"""Sets of ports are sets of points, and equal sets are equal values."""

from functools import reduce
from operator import or_
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.reachability.ports import ALL_PORTS, LAST_PORT, NO_PORTS, PortSet, Protocol


class Looked(tuple[tuple[int, int], ...]):
    """Intervals that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, place: Any) -> Any:
        Looked.looks += 1
        return super().__getitem__(place)


EDGES = (1, 2, 3, 5, 6, 7, 65533, 65534, 65535)
POINTS = [(protocol, number) for protocol in Protocol for number in range(1, 9)]
POINTS += [(protocol, number) for protocol in Protocol for number in (65532, *EDGES[-3:])]


@st.composite
def spans(draw: st.DrawFn) -> PortSet:
    first, last = sorted((draw(st.sampled_from(EDGES)), draw(st.sampled_from(EDGES))))
    return PortSet.of(draw(st.sampled_from(Protocol)), first, last)


several = st.lists(spans(), max_size=5)


@given(several)
def test_a_union_holds_what_any_of_the_sets_holds(sets: list[PortSet]) -> None:
    together = PortSet.union(sets)
    for point in POINTS:
        assert (point in together) is any(point in each for each in sets)


@given(several)
def test_a_union_is_the_same_value_as_one_set_added_after_the_other(sets: list[PortSet]) -> None:
    together = PortSet.union(sets)
    assert together == reduce(or_, sets, NO_PORTS)
    assert together == PortSet.union(reversed(sets))
    assert together == PortSet.from_mapping(together.as_mapping())


@given(several)
def test_intervals_of_a_union_neither_overlap_nor_touch(sets: list[PortSet]) -> None:
    for intervals in PortSet.union(sets).intervals:
        numbers = [number for interval in intervals for number in interval]
        assert numbers == sorted(numbers)
        ends, starts = numbers[1:-1:2], numbers[2::2]
        assert all(end + 1 < start for end, start in zip(ends, starts, strict=True))


@given(several, several)
def test_common_and_remaining_ports_are_told_point_by_point(
    some: list[PortSet], others: list[PortSet]
) -> None:
    left, right = PortSet.union(some), PortSet.union(others)
    for point in POINTS:
        assert (point in left & right) is (point in left and point in right)
        assert (point in left - right) is (point in left and point not in right)
    assert (left & right) | (left - right) == left


def test_nothing_united_is_no_port() -> None:
    assert PortSet.union([]) == NO_PORTS


def test_every_protocol_united_is_every_port() -> None:
    assert PortSet.union(PortSet.of(each, 1, LAST_PORT) for each in Protocol) == ALL_PORTS


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        (NO_PORTS, "no port"),
        (ALL_PORTS, "every port"),
        (PortSet.of(Protocol.UDP, 1, LAST_PORT), "every UDP port"),
        (
            PortSet.from_mapping({"UDP": [[53, 53]], "TCP": [[80, 81], [443, 443]]}),
            "TCP 80-81, 443; UDP 53",
        ),
    ],
)
def test_a_set_is_written_as_people_write_it(ports: PortSet, shown: str) -> None:
    assert str(ports) == shown


def test_few_ports_are_not_held_against_each_of_many() -> None:
    many = PortSet((Looked((n, n) for n in range(1, 20_001, 2)), (), ()))
    some = PortSet.of(Protocol.TCP, 10_000, 10_003)
    Looked.looks = 0
    assert (some - many).intervals[0] == ((10_000, 10_000), (10_002, 10_002))
    assert (some & many).intervals[0] == ((10_001, 10_001), (10_003, 10_003))
    assert Looked.looks < 100
