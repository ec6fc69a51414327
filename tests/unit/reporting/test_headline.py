"""What the one sentence of a verdict names, and what it leaves to the lists."""

from dataclasses import replace

import pytest

from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    Members,
    PodSet,
    Reach,
    StatedPorts,
    Statement,
    SymbolicDiff,
)
from edgewarden.reporting.comment import render_comment
from edgewarden.reporting.text import review_text
from edgewarden.reporting.view import review_view
from tests.support.proposals import deployment, namespace, policy, reviewed
from tests.support.reviews import (
    added,
    addresses,
    finding,
    pods,
    problem,
    review,
    rule_allows,
    rule_gone,
    stated,
    tcp,
    workload,
)

RULE = rule_allows("shop/db", Location("k8s/db.yaml", 14))
DB = pods("shop", app="db")
PLAIN = stated(pods("lab"), DB, tcp(5432), RULE)
IF_PROD = PodSet(Values.only("pay"), {"environment": Values.only("prod")})
CONDITIONAL = stated(IF_PROD, DB, tcp(5432), RULE)
LABELS = Cause(
    CauseKind.LABELS_CHANGED,
    Side.HEAD,
    ObjectRef("", "Namespace", "", "lab"),
    Location("l.yaml", 1),
)
HTTP = PortName(Protocol.TCP, "http")


def sentence(*opened: Statement, diff: ReachabilityDiff | None = None) -> str:
    given = replace(diff or ReachabilityDiff(), symbolic=SymbolicDiff(opened=opened))
    return review_view(review(Verdict.PASS, given)).sentence


def test_a_case_that_nothing_shows_is_not_named_beside_one_without_a_condition() -> None:
    assert sentence(CONDITIONAL, PLAIN) == (
        "this change newly allows all pods in namespace lab → pods app=db in namespace shop on "
        "TCP 5432, and 1 more set of connections."
    )


def test_where_all_cases_have_conditions_one_is_named() -> None:
    assert "pay if its labels satisfy environment=prod" in sentence(CONDITIONAL)


def test_conditional_cases_are_counted_beside_connections_of_another_kind() -> None:
    gone = rule_gone("shop/db", Location("k8s/db.yaml", 14))
    known = added(workload("lab/web"), workload("shop/db"), tcp(5432), RULE)
    opened = ReachabilityDiff(added=(known,))
    assert "condition" not in sentence(CONDITIONAL, diff=opened)
    closing = SymbolicDiff(closed=(stated(IF_PROD, DB, tcp(5432), gone),))
    told = review_view(review(Verdict.PASS, replace(opened, symbolic=closing))).sentence
    assert told.endswith(
        "it newly blocks, over all pods that could exist, 1 set of connections on conditions that "
        "nothing here shows to hold."
    )


@pytest.mark.parametrize(
    ("statement", "conditional"),
    [
        (PLAIN, False),
        (CONDITIONAL, True),
        (replace(PLAIN, source=PodSet(Values.all_but("lab"), IF_PROD.namespace_labels)), False),
        (replace(PLAIN, source=replace(IF_PROD, namespace_labels={})), False),
        (replace(PLAIN, destination=replace(DB, addresses=(addresses("10.0.0.0/8"),))), True),
        (replace(PLAIN, ports=StatedPorts(PortSet.of(Protocol.TCP, 1, 65535), (HTTP,))), False),
        (replace(PLAIN, ports=StatedPorts(tcp(443), (HTTP,))), True),
        (replace(PLAIN, ports=StatedPorts(tcp(443), unnamed=(HTTP,))), False),
    ],
)
def test_conditions_are_labels_of_named_namespaces_addresses_of_pods_and_names_of_numbers(
    statement: Statement, conditional: bool
) -> None:
    assert statement.conditional is conditional


def test_conditional_cases_come_last_and_folded() -> None:
    symbolic = SymbolicDiff(opened=(CONDITIONAL, PLAIN))
    given = review(Verdict.PASS, ReachabilityDiff(symbolic=symbolic))
    text = review_text(review_view(given))
    assert text.index("newly allowed: all pods in namespace lab") < text.index("environment=prod")
    comment = render_comment(given, configuration="c", address="", limit=60_000)
    shown, folded = comment.split("<details><summary>1 statement on conditions", 1)
    assert "environment=prod" not in shown
    assert "environment=prod" in folded


ANY_ADDRESS = AddressSet((addresses("0.0.0.0/0"), addresses("::/0")))
ANY_POD = PodSet(Values.all_but("shop"))


def test_what_every_pod_newly_reaches_stands_before_the_pair_that_is_known() -> None:
    everybody = replace(PLAIN, source=ANY_POD, reach=Reach.EVERY_POD)
    seen = replace(everybody, sources=Members(1, 1), destinations=Members(1, 1))
    known = ReachabilityDiff(added=(added(workload("shop/db"), workload("shop/db"), tcp(1), RULE),))
    assert sentence(seen, diff=known) == (
        "this change newly opens pods app=db in namespace shop on TCP 5432 to every pod in every "
        "namespace but some; it newly allows, among known workloads, shop/db → shop/db on TCP 1."
    )


def test_what_the_internet_newly_reaches_stands_before_all_else() -> None:
    everybody = replace(PLAIN, source=PodSet(), destination=pods("a"), reach=Reach.EVERY_POD)
    outside = replace(PLAIN, source=ANY_ADDRESS, reach=Reach.INTERNET)
    partner = AddressSet((addresses("203.0.113.0/24"),))
    partly = replace(PLAIN, source=partner, destination=pods("pay"), reach=Reach.INTERNET)
    told = sentence(everybody, outside, partly)
    assert told == (
        "this change newly opens pods app=db in namespace shop on TCP 5432 to the internet, all "
        "pods in namespace pay on TCP 5432 to 203.0.113.0/24, and 1 more set of pods as widely."
    )


def test_of_several_sets_that_come_the_internet_is_never_the_one_that_is_counted() -> None:
    lab = replace(PLAIN, source=pods("a-lab"), destination=ANY_ADDRESS)
    assert "→ any address outside the cluster (and 1 more set) on" in sentence(
        lab, replace(lab, destination=pods("a-lab"))
    )


def test_everybody_is_every_pod_and_the_internet() -> None:
    told = sentence(replace(PLAIN, source=Anything(), reach=Reach.EVERYTHING))
    assert told.endswith(" to the internet and every pod in every namespace.")


def test_a_list_in_parentheses_is_closed_before_it_is_cut_off() -> None:
    values = Values.only(*(f"application-number-{number:02}" for number in range(30)))
    told = sentence(replace(PLAIN, source=PodSet(Values.only("lab"), labels={"app": values})))
    assert "application-number-03 and more) … →" in told


def test_a_pair_of_two_workloads_stands_before_one_of_a_workload_with_itself() -> None:
    db, web = workload("shop/db"), workload("shop/web")
    edges = (added(db, db, tcp(1), RULE), added(web, db, tcp(2), RULE))
    assert sentence(diff=ReachabilityDiff(added=edges)) == (
        "this change newly allows shop/web → shop/db on TCP 2, shop/db → shop/db on TCP 1."
    )


def test_addresses_are_cut_between_two_of_them() -> None:
    networks = (f"2001:db8:{number}::/48" for number in range(8, 30, 3))
    many = AddressSet(tuple(map(addresses, networks)))
    told = sentence(replace(PLAIN, source=many))
    shown = told.removeprefix("this change newly allows ").partition(" …")[0]
    assert all(network.endswith("::/48") for network in shown.split(", "))


def test_a_sentence_names_the_object_whose_labels_changed() -> None:
    database = policy(
        "shop",
        "db",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}}]}]",
    )
    files = database + deployment("shop", "db") + deployment("lab", "toy")
    given = reviewed([namespace("lab", env="dev") + files], [namespace("lab", env="prod") + files])
    told = review_view(given).sentence
    assert told.startswith("this change newly allows lab/toy → shop/db on every port;")
    assert told.endswith("; all of this because the labels of Namespace lab changed.")


def test_a_sentence_says_where_other_labels_are_only_one_cause_of_many() -> None:
    ends = workload("lab/web"), workload("shop/db")
    edges = (added(*ends, tcp(80), RULE), added(*ends[::-1], tcp(80), LABELS))
    told = sentence(diff=ReachabilityDiff(added=edges))
    assert told.endswith("; some of this because the labels of Namespace lab changed.")


@pytest.mark.parametrize(
    ("titles", "expected"),
    [("A", "1 finding: A."), ("AAA", "3 x A."), ("AAAB", "4 findings: 3 x A, B.")],
)
def test_findings_of_one_title_are_told_once_with_their_number(titles: str, expected: str) -> None:
    findings = tuple(finding(title=each) for each in titles)
    assert review_view(review(findings=findings)).sentence.endswith(f"; {expected}")


def test_several_sets_read_apart_where_one_is_a_list_itself() -> None:
    gone = replace(PLAIN, source=PodSet(Values.all_but("data", "pay"), {"e": Values.only("x")}))
    other = replace(PLAIN, source=pods("pay", app="web"))
    given = review(Verdict.PASS, ReachabilityDiff(symbolic=SymbolicDiff(opened=(gone, other))))
    (row,) = review_view(given).clusters[0].statements
    assert len(row.source) == 2
    assert "; and " in " ".join(review_text(review_view(given)).split())


FILES = "in files that end in .yaml, .yml or .json"


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ("shop", "", "no policy and no workload is left: this change takes away"),
        ("", "shop", "there was no policy and no workload before: this change allows"),
        ("", "", f"there is no policy and no workload on either side, {FILES}: this change opens"),
        ("shop", "shop", "this change opens and closes nothing"),
    ],
)
def test_a_sentence_says_where_a_tree_holds_nothing(base: str, head: str, expected: str) -> None:
    trees = ([deployment("shop", "web") if side else "# nothing"] for side in (base, head))
    assert review_view(reviewed(*trees)).sentence.startswith(expected)


@pytest.mark.parametrize(
    ("bare", "where"),
    [
        ((Side.BASE,), "in the base"),
        ((Side.HEAD,), "in the head"),
        (tuple(Side), "on either side"),
    ],
)
def test_what_could_not_be_read_is_not_said_to_be_missing(
    bare: tuple[Side, ...], where: str
) -> None:
    given = review(Verdict.INCONCLUSIVE, problems=(problem(),))
    (cluster,) = given.clusters
    told = review_view(replace(given, clusters=(replace(cluster, bare=bare),))).sentence
    assert told.startswith(f"no policy and no workload could be read {where}: ")
