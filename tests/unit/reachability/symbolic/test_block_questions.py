"""Whether ``ipBlock`` matches pods is asked at a block that decides on what is said."""

from dataclasses import replace

import pytest

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import IPBlock, NetworkPolicy
from edgewarden.reachability.reasons import Fact, FactKind, Side
from edgewarden.reachability.symbolic.diff import difference
from tests.support.clusters import EGRESS, block, policy, rule, state

DENY = policy("lab/deny", "", line=1)
OTHER = policy("pay/other", "app=other", isolates=EGRESS, egress=(rule(block("10.0.0.0/8")),))


def sending(*blocks: IPBlock) -> NetworkPolicy:
    return policy("pay/api", "app=api", isolates=EGRESS, egress=(rule(*blocks, ports="443"),))


def asked(base: tuple[NetworkPolicy, ...], head: tuple[NetworkPolicy, ...]) -> set[Fact]:
    found = difference(state(*base), state(*head))
    return {
        fact
        for statement in (*found.opened, *found.closed)
        for fact in statement.facts
        if fact.kind is FactKind.IP_BLOCK
    }


def test_it_is_asked_at_a_block_in_a_policy_that_did_not_change() -> None:
    api = sending(block("10.1.0.0/16", line=16))
    (fact,) = asked((api,), (api, DENY))

    assert (fact.location, fact.side) == (Location("policies.yaml", 16), Side.HEAD)


def test_it_is_asked_where_the_head_has_the_block() -> None:
    (fact,) = asked(
        (sending(block("10.1.0.0/16", line=7)),), (sending(block("10.0.0.0/8", line=8)),)
    )

    assert (fact.location.line, fact.side) == (8, Side.HEAD)


def test_it_is_asked_in_the_base_where_only_that_has_the_block() -> None:
    closed = policy("pay/api", "app=api", isolates=EGRESS)
    (fact,) = asked((sending(block("10.1.0.0/16", line=7)),), (closed,))

    assert (fact.location.line, fact.side) == (7, Side.BASE)


@pytest.mark.parametrize("first", ["a", "z"])
def test_blocks_of_rules_for_other_pods_or_addresses_are_not_asked_about(first: str) -> None:
    other = replace(OTHER, location=Location(f"{first}.yaml", 1))
    blocks = block("10.1.0.0/16", line=3), block("10.2.0.0/16", line=4)
    (fact,) = asked((sending(blocks[0]), other), (sending(*blocks), other))

    assert fact.location.line == 4
