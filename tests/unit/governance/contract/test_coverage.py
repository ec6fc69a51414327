"""Which connections entries speak of, by exact parts."""

from random import Random

import pytest

from edgewarden.governance.contract.coverage import Area, Coverage, areas_of
from edgewarden.governance.contract.members import Membership
from edgewarden.governance.contract.today import coverage_today
from edgewarden.reachability.concrete.bits import numbers
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.ports import PortSet, Protocol
from tests.support.clusters import namespace, policy, state, workload
from tests.unit.governance.contract.entries import deny, entry

WORKLOADS = [workload(f"{space}/w{n}", f"app=w{n}") for space in "ab" for n in range(4)]
OPEN = state(namespace("a"), namespace("b"), *WORKLOADS)
MEMBERSHIP = Membership(Index.of(OPEN))


def points(areas: tuple[Area, ...]) -> list[tuple[int, int, int]]:
    return [
        (source, destination, port)
        for area in areas
        for source in numbers(area.sources.workloads)
        for destination in numbers(area.destinations.workloads)
        for port in range(1, 6)
        if (Protocol.TCP, port) in area.ports
    ]


@pytest.mark.parametrize("seed", range(40))
def test_a_point_is_uncovered_exactly_where_no_entry_holds_it(seed: int) -> None:
    random = Random(seed)
    entries = [
        entry(
            f"{random.choice(('a/*', 'b/w1', 'a/w2', '*/app=w3', '*/*'))} > "
            f"{random.choice(('a/w0', 'b/*', '*/app=w1', 'b/w2'))} on {random.choice('12345')}",
            name=f"e{n}",
        )
        for n in range(6)
    ]
    everyone = Ends((1 << len(WORKLOADS)) - 1)
    whole = Area(everyone, everyone, PortSet.of(Protocol.TCP, 1, 5))
    coverage = Coverage(entries, MEMBERSHIP)
    covered = {point for _, areas in coverage.areas for point in points(tuple(areas))}
    left = points(coverage.uncovered(whole))
    assert len(left) == len(set(left)), "a point is told twice"
    assert set(left) == set(points((whole,))) - covered


def test_addresses_are_cut_as_well() -> None:
    coverage = Coverage([entry("192.0.2.0/25 > a/w0 on 1")], MEMBERSHIP)
    (area,) = areas_of(entry("192.0.2.0/24 > a/w0 on 1"), MEMBERSHIP)
    (left,) = coverage.uncovered(area)
    assert [str(each) for each in left.sources.addresses] == ["192.0.2.128-192.0.2.255"]


def test_an_entry_that_denies_speaks_of_its_connections_too() -> None:
    found = coverage_today(
        [deny("*/* > */*"), deny("*/* > outside"), deny("outside > */*")], OPEN, connectivity(OPEN)
    )
    assert found.uncovered == ()
    assert found.idle == ()


def test_an_entry_that_allows_what_is_closed_is_idle() -> None:
    closed = state(*WORKLOADS, policy("a/w0", "app=w0"))
    found = coverage_today([entry("b/* > a/w0")], closed, connectivity(closed))
    assert [each.name for each in found.idle] == ["agreed"]
    assert found.without_entry == found.connections


def test_connections_are_counted_once_each_and_addresses_as_one_end() -> None:
    two = state(workload("a/one"), workload("a/two"))
    found = coverage_today([], two, connectivity(two))
    assert found.connections == 2 * 2 + 2 + 2
