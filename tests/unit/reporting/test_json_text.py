"""JSON text is written as it is made, however many pairs of ends there are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pytest

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.ports import NO_PORTS
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Side
from edgewarden.reachability.report import EdgeChange, MayEdge
from edgewarden.reporting.json_edges import EdgeReport, added, pair_by_pair, possibly_standing
from edgewarden.reporting.json_text import json_text
from tests.support.reviews import ip_block_fact, tcp, workload


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    ports: dict[str, list[int]]
    places: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    empty: list[str]
    items: Iterable[Item]
    last: int | None


SHARED = {"TCP": [1, 2]}
ITEMS = [Item("a\n\"b'é", SHARED, []), Item("b", SHARED, ["x", "y"])]


@pytest.mark.parametrize("items", [[], ITEMS[:1], ITEMS])
def test_items_that_come_one_by_one_read_as_a_list_does(items: list[Item]) -> None:
    in_pieces = "".join(json_text(Report("t", [], iter(items), None)))
    assert in_pieces == "".join(json_text(Report("t", [], items, None)))
    plain = [{"name": i.name, "ports": i.ports, "places": i.places} for i in items]
    whole = {"title": "t", "empty": [], "items": plain, "last": None}
    assert in_pieces == json.dumps(whole, indent=2) + "\n"


def rule_allows(number: int) -> Cause:
    policy = ObjectRef("networking.k8s.io", "NetworkPolicy", "shop", "p")
    return Cause(CauseKind.RULE_ALLOWS, Side.HEAD, policy, Location("p.yaml", number + 1))


def opened(count: int, causes: int) -> EdgeChange:
    ends = tuple(workload(f"shop/w{n:04}") for n in range(count))
    why = tuple(map(rule_allows, range(causes)))
    ports = tcp(80)
    return EdgeChange(ends, ends, NO_PORTS, ports, ports, NO_PORTS, Because.POLICY_CHANGED, why)


def told(changes: Iterable[EdgeChange]) -> Iterator[EdgeReport]:
    return pair_by_pair((change, added(change, ["cluster"])) for change in changes)


def test_pairs_are_told_when_they_are_asked_for_and_share_what_they_have_in_common() -> None:
    first, second = islice(told([opened(10_000, 2)]), 2)
    assert (first.dst, second.dst) == ("shop/w0000[Deployment]", "shop/w0001[Deployment]")
    assert first.causes is second.causes
    assert first.ports is second.ports


def test_pairs_of_several_edges_are_sorted_together() -> None:
    one = EdgeChange(
        (workload("shop/b"),),
        (workload("shop/a"), workload("shop/c")),
        NO_PORTS,
        tcp(80),
        tcp(80),
        NO_PORTS,
        Because.POLICY_CHANGED,
        (rule_allows(0),),
    )
    pairs = told([opened(2, 1), one])
    ends = [(each.src.split("[")[0], each.dst.split("[")[0]) for each in pairs]
    assert ends == sorted(ends)
    assert len(ends) == 6


def test_of_many_causes_of_a_pair_the_first_are_told_and_the_others_counted() -> None:
    (edge,) = told([opened(1, 15_000)])
    assert ([each.line for each in edge.causes], edge.causes_left_out) == (
        [*range(1, 101)],
        14_900,
    )


def test_of_many_facts_of_a_pair_the_first_are_told_and_the_others_counted() -> None:
    web, db = workload("shop/web"), workload("shop/db")
    facts = tuple(ip_block_fact(f"10.{n}.0.0/16", Location("p.yaml", n + 1)) for n in range(101))
    may = MayEdge((web,), (db,), tcp(80), facts)
    (edge,) = pair_by_pair([(may, possibly_standing(may))])
    assert (len(edge.facts), edge.facts_left_out) == (100, 1)
