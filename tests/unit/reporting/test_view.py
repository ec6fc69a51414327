from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.findings import ChecklistItem, Enforcement, Outcome, Severity
from edgewarden.governance.review import Review, Verdict
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reporting.cluster_view import ClusterView
from edgewarden.reporting.grouping import fused
from edgewarden.reporting.rows import Place
from edgewarden.reporting.view import review_view
from tests.support.reviews import (
    added,
    addresses,
    changed,
    finding,
    isolated,
    isolation_added,
    problem,
    review,
    rule_allows,
    rule_gone,
    tcp,
    workload,
)
from tests.unit.reporting.situations import SITUATIONS

DB = workload("shop/db", "StatefulSet")
RULE = rule_allows("shop/allow", Location("k8s/allow.yaml", 7))


def told(review: Review) -> ClusterView:
    """What is shown of the only cluster."""
    (cluster,) = review_view(review).clusters
    return cluster


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_fused_products_cover_a_relation_exactly_and_once(pairs: set[tuple[int, int]]) -> None:
    ends = [workload(f"shop/{number}") for number in range(6)]
    singles = [(frozenset((ends[a],)), frozenset((ends[b],))) for a, b in pairs]

    products = fused(singles)

    covered = [pair for sources, targets in products for pair in product(sources, targets)]
    assert sorted(covered) == sorted((ends[a], ends[b]) for a, b in pairs)
    assert len(products) <= len(pairs)


def test_workloads_that_one_rule_admits_are_one_row() -> None:
    clients = [workload(f"web/client-{number}") for number in range(12)]
    edges = tuple(added(client, DB, tcp(5432), RULE) for client in clients)

    table = told(review(diff=ReachabilityDiff(added=edges))).opened

    assert [row.source.text for row in table.rows] == ["12 workloads in namespace web"]
    assert len(table.rows[0].source.members) == 12
    assert table.pairs == 12


def test_edges_with_other_ports_or_causes_are_other_rows() -> None:
    other = rule_allows("shop/allow", Location("k8s/allow.yaml", 9), 1)
    edges = (
        added(workload("web/a"), DB, tcp(5432), RULE),
        added(workload("web/b"), DB, tcp(5433), RULE),
        added(workload("web/c"), DB, tcp(5432), other),
    )

    table = told(review(diff=ReachabilityDiff(added=edges))).opened

    assert len(table.rows) == 3


@pytest.mark.parametrize(
    ("ranges", "connections"),
    [
        (["0.0.0.0/0", "::/0"], 2),
        (["0.0.0.0/1", "128.0.0.0/1"], 2),
        (["192.0.2.0/24", "2001:db8::/32"], 3),
    ],
)
def test_addresses_that_have_one_name_together_count_as_one_end(
    ranges: list[str], connections: int
) -> None:
    edges = [added(addresses(block), DB, tcp(443), RULE) for block in ranges]
    diff = ReachabilityDiff(added=(*edges, added(workload("web/a"), DB, tcp(443), RULE)))

    assert told(review(diff=diff)).opened.pairs == connections


def test_the_widest_row_comes_first() -> None:
    edges = (
        added(workload("web/a"), DB, tcp(443), RULE),
        added(addresses("0.0.0.0/0"), DB, tcp(80), RULE),
        *(added(workload(f"web/{number}"), DB, tcp(22), RULE) for number in range(9)),
    )

    rows = told(review(diff=ReachabilityDiff(added=edges))).opened.rows

    assert [row.ports for row in rows] == ["TCP 80", "TCP 22", "TCP 443"]


def test_an_edge_that_opens_and_closes_ports_stands_in_both_tables_with_its_causes() -> None:
    gone = rule_gone("shop/old", Location("k8s/old.yaml", 3))
    edge = changed(workload("web/a"), DB, tcp(80), tcp(443), RULE, gone)

    view = told(review(diff=ReachabilityDiff(changed=(edge,))))

    (opened,), (closed,) = view.opened.rows, view.closed.rows
    assert (opened.ports, [why.place.location.path for why in opened.whys]) == (
        "TCP 443",
        ["k8s/allow.yaml"],
    )
    assert (closed.ports, [why.place.location.path for why in closed.whys]) == (
        "TCP 80",
        ["k8s/old.yaml"],
    )


def test_the_kind_is_named_where_the_name_alone_is_not_enough() -> None:
    edges = tuple(
        added(workload("web/a", kind), DB, tcp(1 + number), RULE)
        for number, kind in enumerate(("Deployment", "Job"))
    )

    rows = told(review(diff=ReachabilityDiff(added=edges))).opened.rows

    assert {row.source.text for row in rows} == {"web/a[Deployment]", "web/a[Job]"}
    assert {row.target.text for row in rows} == {"shop/db"}


def test_findings_that_deny_come_first_and_audited_ones_are_not_shown() -> None:
    findings = (
        finding("a", severity=Severity.CRITICAL),
        finding("b", enforcement=Enforcement.DENY, severity=Severity.LOW),
        finding("c", enforcement=Enforcement.AUDIT),
        finding("d", severity=Severity.MEDIUM),
    )

    rows = told(review(Verdict.BLOCKED, findings=findings)).findings

    assert [row.rule for row in rows] == ["b", "a", "d"]


def test_the_sentence_of_an_inconclusive_review_says_that_more_may_change() -> None:
    view = review_view(review(Verdict.INCONCLUSIVE, problems=(problem(),)))

    assert "k8s/broken.yaml:4" in view.sentence
    assert "more may change than is listed" in view.sentence


def test_a_long_place_keeps_its_file_and_line_in_the_sentence() -> None:
    place = Location(f"{'directory/' * 20}policy.yaml", 12)

    sentence = review_view(review(Verdict.INCONCLUSIVE, problems=(problem(place=place),))).sentence

    assert "/policy.yaml:12, so more may change" in sentence


def test_a_sentence_names_workloads_and_ports() -> None:
    sentence = review_view(SITUATIONS["one-narrow-edge"]).sentence

    assert sentence == "this change newly allows shop/api → shop/db on TCP 5432."


def test_what_is_cut_in_a_sentence_are_names_and_never_the_ports() -> None:
    edge = added(workload(f"web/{'a' * 200}"), workload(f"web/{'b' * 200}"), ALL_PORTS, RULE)

    sentence = review_view(review(diff=ReachabilityDiff(added=(edge,)))).sentence

    assert sentence.endswith("… on every port.")
    assert len(sentence) < 250


def test_a_place_that_the_evidence_names_is_not_told_again() -> None:
    here, there = Location("a.yaml", 1), Location("a.yaml", 12)
    item = ChecklistItem("dns", "DNS", Outcome.FAIL, "See a.yaml:12, aa.yaml:1.", (here, there))
    (row,) = told(review(items=(item,))).open_checks
    assert row.evidence == ("See ", Place(there), ", aa.yaml:1.")
    assert row.places == (Place(here),)


def test_pods_that_one_policy_isolates_in_both_directions_are_one_row() -> None:
    causes = [isolation_added("shop/deny", Location("d.yaml", 1), each) for each in Direction]
    changes = [isolated(DB, each, cause) for each, cause in zip(Direction, causes, strict=True)]
    (row,) = told(review(diff=ReachabilityDiff(isolation=tuple(changes)))).isolated
    assert row.text == "shop/db: newly isolated for ingress and egress"
    assert [why.text for why in row.whys] == ["NetworkPolicy shop/deny now isolates it"]


def test_pods_that_two_policies_isolate_are_one_row_that_tells_them_apart() -> None:
    ingress, egress = Direction
    changes = (
        isolated(DB, ingress, isolation_added("shop/in", Location("d.yaml", 1), ingress)),
        isolated(DB, egress, isolation_added("shop/out", Location("d.yaml", 9), egress)),
    )
    (row,) = told(review(diff=ReachabilityDiff(isolation=changes))).isolated
    assert [why.text for why in row.whys] == [
        "NetworkPolicy shop/in now isolates ingress",
        "NetworkPolicy shop/out now isolates egress",
    ]


def test_items_that_only_what_was_not_read_leaves_open_are_one_row() -> None:
    unread = tuple(
        ChecklistItem(name, f"Item {name}", Outcome.MANUAL, "x", (Location("a.yaml", 1),), True)
        for name in "abc"
    )
    failed = ChecklistItem("d", "Item d", Outcome.FAIL, "y")

    first, rest = told(review(items=(*unread, failed))).open_checks

    assert (first.title, first.items) == ("Item d", 1)
    assert (rest.title, rest.items) == ("3 items", 3)
    assert "Item a; Item b; Item c" in str(rest.evidence[0])
    (only,) = told(review(items=unread[:1])).open_checks
    assert only.title == "Item a"


def test_what_is_assumed_of_clusters_stands_once_and_says_of_which() -> None:
    shown = SITUATIONS["several-clusters"]
    east, dev = shown.clusters[:2]
    assumed = (
        replace(east, assumptions=("Nothing else runs.", "It prunes.")),
        replace(dev, assumptions=("Nothing else runs.",)),
    )

    view = review_view(replace(shown, clusters=assumed, assumptions=("Of all.",)))

    assert view.assumptions == (
        "Of all.",
        "Nothing else runs.",
        "In clusters production/east and production/west: It prunes.",
    )
    assert not any(cluster.assumptions for cluster in view.clusters)
