"""Selectors made to be expensive get an answer all the same, and it says how exact it is."""

from collections.abc import Iterable

import pytest

from edgewarden.reachability.model import NetworkPolicy, Rule
from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.statements import Precision, Statement, SymbolicDiff
from tests.support.clusters import (
    BOTH,
    EGRESS,
    INGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
)


def ingress(rules: Iterable[Rule]) -> NetworkPolicy:
    return policy("a/p", isolates=INGRESS, ingress=tuple(rules))


def precisions(diff: SymbolicDiff) -> set[Precision]:
    return {each.precision for each in (*diff.opened, *diff.closed)}


def only(statements: tuple[Statement, ...]) -> Statement:
    (statement,) = statements
    return statement


def test_ten_thousand_rules_for_one_peer_are_one_statement() -> None:
    head = ingress(rule(pods("app=x"), ports=str(i + 1)) for i in range(10_000))
    diff = difference(state(ingress(())), state(head))
    statement = only(diff.opened)
    assert statement.precision is Precision.EXACT
    assert str(statement.ports) == "TCP 1-10000"
    assert len(statement.causes) == 10_000


def test_a_thousand_rules_that_all_change_are_told_one_by_one() -> None:
    base = ingress(rule(pods(f"app=x{i}"), ports=str(i + 1)) for i in range(1_000))
    head = ingress(rule(pods(f"app=x{i}"), ports=str(i + 2)) for i in range(1_000))
    diff = difference(state(base), state(head))
    assert diff.exact
    assert (len(diff.opened), len(diff.closed)) == (1_000, 1_000)


def test_a_thousand_address_blocks_of_one_rule_are_one_statement() -> None:
    blocks = [block(f"203.{i // 250}.{i % 250}.0/25") for i in range(1_000)]
    diff = difference(state(ingress(())), state(ingress([rule(*blocks, ports="80")])))
    assert only(diff.opened).precision is Precision.EXACT


def test_rules_that_cut_each_other_to_pieces_are_told_as_an_upper_bound() -> None:
    base = ingress(rule(pods(f"k{i}=x; j{i}=y; l{i}=z")) for i in range(200))
    diff = difference(state(base), state(ingress([rule()])))
    statement = only(diff.opened)
    assert statement.precision is Precision.UPPER_BOUND
    assert statement.unsubtracted == 200
    assert str(statement) == (
        "anything → all pods in namespace a: every port, at most this, as 200 other rules "
        "may allow part of it anyway, and only as far as the egress policies of the source let it "
        "through"
    )
    assert diff.closed == ()


def test_a_selector_of_a_thousand_requirements_is_answered() -> None:
    base = ingress([rule(pods(";".join(f"k{i}=x" for i in range(1_000))))])
    diff = difference(state(base), state(ingress([rule()])))
    assert precisions(diff) == {Precision.UPPER_BOUND}


def test_many_peers_times_many_port_names_are_widened_to_their_protocol() -> None:
    peers = [pods(f"k{i} exists") for i in range(100)]
    before = ingress([rule(*peers, ports=" ".join(f"n{i}" for i in range(100)))])
    after = ingress([rule(*peers, ports=" ".join(f"n{i + 1}" for i in range(100)))])
    diff = difference(state(before), state(after))
    assert precisions(diff) == {Precision.UPPER_BOUND}
    assert {str(each.ports) for each in diff.opened} == {"every TCP port"}
    assert difference(state(before), state(before)).empty


def test_a_relabelled_namespace_under_widened_rules_is_an_upper_bound() -> None:
    peers = [pods(f"k{i} exists", namespaces="env=prod") for i in range(100)]
    widened = ingress([rule(*peers, ports=" ".join(f"n{i}" for i in range(100)))])
    base, head = (state(namespace("b", f"env={env}"), widened) for env in ("dev", "prod"))
    diff = difference(base, head)
    assert precisions(diff) == {Precision.UPPER_BOUND}
    assert diff.opened


def test_a_guard_that_is_too_long_to_expand_is_named_instead() -> None:
    guards = [
        policy(
            f"n{i}/out",
            f"app=x{i}; t{i} exists",
            isolates=EGRESS,
            egress=tuple(rule(pods(f"z{j}=1; y{j}=2")) for j in range(20)),
        )
        for i in range(50)
    ]
    base, head = state(*guards, ingress(())), state(*guards, ingress([rule(pods(namespaces=""))]))
    statement = only(difference(base, head, budget=400).opened)
    assert statement.precision is Precision.GUARDED
    assert str(statement) == (
        "any pod → all pods in namespace a: every port, "
        "as far as the egress policies of the source let it through"
    )
    assert difference(base, head).exact


def test_an_expensive_change_leaves_the_others_exact() -> None:
    expensive = ingress(rule(pods(f"k{i}=x; j{i}=y; l{i}=z")) for i in range(200))
    cheap = policy("b/p", isolates=INGRESS)
    base = state(expensive, cheap)
    head = state(ingress([rule()]), policy("b/p", isolates=INGRESS, ingress=(rule(pods("app=x")),)))
    exact = [each for each in difference(base, head).opened if each.precision is Precision.EXACT]
    assert [str(each) for each in exact] == [
        "pods app=x in namespace b → all pods in namespace b: every port"
    ]


@pytest.mark.parametrize("namespaces", [10, 1_000])
def test_the_work_for_one_changed_policy_does_not_grow_with_the_cluster(namespaces: int) -> None:
    """The budget is enough for the changed policy, and for no more, whatever stands around it."""
    around = [policy(f"n{i}/p", f"app=a{i}", isolates=BOTH) for i in range(namespaces)]
    base = state(*around, ingress([rule(pods("app=x"), ports="80")]))
    head = state(*around, ingress([rule(pods("app=x"), ports="80 443")]))
    assert difference(base, head, budget=1_000).exact
    assert not difference(base, head, budget=100).exact


def test_contradictory_requirements_open_nothing() -> None:
    diff = difference(state(ingress(())), state(ingress([rule(pods("a in x,y; a notin x,y"))])))
    assert diff.empty


def test_isolations_that_cut_each_other_to_pieces_go_back_to_one_policy_each() -> None:
    """Told as they are written, and not each with the causes of all that it meets."""

    def isolating(other: int) -> list[NetworkPolicy]:
        return [
            policy(f"a/p{i}", f"k{i % 40} notin {i + other}; k{(i + 1) % 40} notin {i + other}")
            for i in range(300)
        ]

    diff = difference(state(*isolating(0)), state(*isolating(1)), budget=120_000)
    assert len(diff.isolation) == 600
    assert {(each.exact, len(each.causes)) for each in diff.isolation} == {(False, 1)}


def test_of_many_policies_that_isolated_some_pods_the_first_are_told_and_others_counted() -> None:
    around = [policy(f"a/p{i:03}", isolates=INGRESS) for i in range(300)]
    base = state(*around, ingress(()))
    opened = only(difference(base, state(*around, ingress([rule(ports="80")]))).opened)
    bond = opened.before[-1]
    assert ([ref.name for ref, _ in bond.policies], bond.left_out) == (
        ["p", *(f"p{i:03}" for i in range(9))],
        291,
    )
