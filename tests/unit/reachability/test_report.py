"""A rectangle of edges tells the facts and the causes of each of its pairs."""

from dataclasses import replace

from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.ports import NO_PORTS
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Fact, FactKind, Side
from edgewarden.reachability.report import EdgeChange, Edges, MayEdge
from tests.support.reviews import addresses, rule_allows, tcp, workload

HERE = Location("cluster.yaml", 1)
WEB, API, DB, CACHE = (workload(f"shop/{name}") for name in ("web", "api", "db", "cache"))
RULE = rule_allows("shop/db", HERE)


def fact(subject: object, question: str = "Does {} run on a node?") -> Fact:
    return Fact(FactKind.HOST_NETWORK, str(subject), question.format(subject), HERE)


def of_workload(kind: CauseKind, end: WorkloadEnd) -> Cause:
    return Cause(kind, Side.HEAD, ObjectRef("apps", end.kind, end.namespace, end.name), HERE)


def of_namespace(name: str) -> Cause:
    return Cause(CauseKind.LABELS_CHANGED, Side.HEAD, ObjectRef("", "Namespace", "", name), HERE)


def change(sources: tuple[End, ...], destinations: tuple[End, ...], *causes: Cause) -> EdgeChange:
    ports = (NO_PORTS, tcp(80), tcp(80), NO_PORTS)
    return EdgeChange(sources, destinations, *ports, Because.POLICY_CHANGED, causes)


def test_edges_have_every_pair_once() -> None:
    edges = Edges((WEB, API), (DB, CACHE, WEB))
    assert len(list(edges.pairs())) == len(set(edges.pairs())) == 6
    assert edges.ends() == (WEB, API, DB, CACHE, WEB)


def test_the_example_is_a_pair_of_two_ends_where_there_is_one() -> None:
    assert Edges((API, WEB), (API, WEB)).example == (API, WEB)
    assert Edges((API,), (API, WEB)).example == (API, WEB)
    assert Edges((API, WEB), (API,)).example == (WEB, API)
    assert Edges((API,), (API,)).example == (API, API)


def test_edges_stand_where_their_first_pair_does() -> None:
    outside = addresses("10.0.0.0/8")
    first, second = Edges((API,), (DB,)), Edges((API,), (outside,))
    third, fourth = Edges((DB,), (API,)), Edges((outside,), (API,))
    mixed = [fourth, second, first, third]
    assert sorted(mixed, key=lambda edges: edges.place) == [first, second, third, fourth]


def test_facts_about_an_end_are_asked_about_the_end_of_each_pair() -> None:
    edges = MayEdge((API, WEB), (CACHE, DB), tcp(80), (fact(API), fact(CACHE)))
    assert edges.facts_of(API, CACHE) == edges.facts
    assert edges.facts_of(WEB, DB) == (fact(WEB), fact(DB))
    assert edges.facts_of(API, DB) == (fact(API), fact(DB))


def test_facts_about_neither_end_are_those_of_every_pair() -> None:
    unjudged = fact("NetworkPolicy shop/calico", "Does {} deny it?")
    edges = MayEdge((API, WEB), (DB,), tcp(80), (unjudged,))
    assert edges.facts_of(WEB, DB) == (unjudged,)


def test_a_fact_about_both_ends_of_a_workload_and_itself_is_told_once() -> None:
    edges = MayEdge((API, WEB), (API, WEB), tcp(80), (fact(API), fact(WEB)))
    assert edges.example == (API, WEB)
    assert edges.facts_of(WEB, API) == (fact(WEB), fact(API))
    assert edges.facts_of(WEB, WEB) == (fact(WEB),)


def test_facts_are_asked_about_many_ends_by_one_name() -> None:
    edges = MayEdge((API, WEB), (DB,), tcp(80), (fact(API),))
    assert edges.facts_about("2 workloads", "shop/db") == (fact("2 workloads"),)


def test_causes_in_policies_are_those_of_every_pair() -> None:
    edges = change((API, WEB), (DB,), RULE)
    assert [edges.causes_of(*pair) for pair in edges.pairs()] == [(RULE,), (RULE,)]


def test_causes_in_an_end_are_those_of_its_pairs() -> None:
    new_api, new_web = (of_workload(CauseKind.WORKLOAD_ADDED, end) for end in (API, WEB))
    edges = change((API, WEB), (DB, WEB), RULE, new_api, new_web)
    assert edges.causes_of(API, DB) == (RULE, new_api)
    assert edges.causes_of(WEB, DB) == (RULE, new_web)
    assert edges.causes_of(API, WEB) == (RULE, new_api, new_web)


def test_causes_in_a_namespace_are_those_of_its_pods() -> None:
    elsewhere = workload("bank/web")
    edges = change((elsewhere, WEB), (DB,), of_namespace("shop"), of_namespace("bank"))
    assert edges.causes_of(elsewhere, DB) == (of_namespace("shop"), of_namespace("bank"))
    assert edges.causes_of(WEB, DB) == (of_namespace("shop"),)


def test_workloads_of_one_name_and_different_kinds_have_causes_of_their_own() -> None:
    sets = replace(WEB, kind="StatefulSet")
    renamed = of_workload(CauseKind.PORTS_CHANGED, sets)
    edges = change((API,), (WEB, sets), RULE, renamed)
    assert edges.causes_of(API, WEB) == (RULE,)
    assert edges.causes_of(API, sets) == (RULE, renamed)


def test_addresses_have_no_causes_of_their_own() -> None:
    outside = addresses("10.0.0.0/8")
    edges = change((outside,), (DB, WEB), RULE, of_workload(CauseKind.WORKLOAD_ADDED, WEB))
    assert edges.causes_of(outside, DB) == (RULE,)
