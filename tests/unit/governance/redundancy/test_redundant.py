from dataclasses import replace
from itertools import groupby

import pytest

from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.redundancy.redundant import (
    MOST_PARTS,
    IntroducedRedundancy,
    Newcomer,
    Redundant,
    introduced_redundancy,
    redundancies,
)
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Direction,
    NetworkPolicy,
    Rule,
)
from tests.support import clusters
from tests.support.clusters import BOTH, EGRESS, block, pods, rule
from tests.support.proposals import policy, proposal
from tests.support.random_clusters import certain_pair

PROFILE = ClusterProfile()


def ingress(name: str, subject: str, *rules: Rule) -> NetworkPolicy:
    return clusters.policy(f"pay/{name}", subject, ingress=rules)


def found(*policies: NetworkPolicy, profile: ClusterProfile = PROFILE) -> list[str]:
    return [_name(each) for each in redundancies(policies, profile)]


def _name(redundant: Redundant) -> str:
    return f"{_short(redundant.part)} by {', '.join(map(_short, redundant.by))}"


def _short(part: WrittenRule | NetworkPolicy) -> str:
    return part.name if isinstance(part, NetworkPolicy) else f"{part.policy.name}.{part.rule.index}"


def test_a_rule_that_another_contains_is_redundant() -> None:
    wide = ingress("wide", "", rule(pods("app=web"), ports="80-90"))
    narrow = ingress("narrow", "app=api", rule(pods("app=web; tier=front"), ports="80 81"))
    assert found(wide, narrow) == ["narrow by wide"]


def test_rules_contain_one_together() -> None:
    both = ingress("both", "app=api", rule(pods("app=web"), pods("app=batch"), ports="80"))
    web = ingress("web", "app=api", rule(pods("app=web"), ports="80"))
    batch = ingress("batch", "", rule(pods("app=batch"), ports="80"))
    assert found(web, batch, both) == ["both by batch, web"]


def test_a_rule_is_redundant_in_a_policy_that_is_not() -> None:
    two = ingress(
        "two", "app=api", rule(pods("app=web"), ports="80"), rule(pods("app=db"), ports="80")
    )
    web = ingress("web", "", rule(pods("app=web"), ports="80"))
    assert found(web, two) == ["two.0 by web.0"]


def test_a_rule_is_redundant_beside_another_of_its_policy() -> None:
    one = ingress("one", "", rule(ports="80"), rule(pods("app=web"), ports="80"))
    assert found(one) == ["one.1 by one.0"]


def test_of_two_alike_the_later_one_is_redundant() -> None:
    one = ingress("one", "app=api", rule(pods("app=web"), ports="80"))
    other = replace(one, name="other")
    (redundant,) = redundancies([one, other], PROFILE)
    assert _name(redundant) == "other by one"
    assert redundant.alike


def test_own_pods_are_pods_of_every_namespace() -> None:
    everywhere = ingress("everywhere", "", rule(pods("app=web", namespaces="")))
    here = ingress("here", "", rule(pods("app=web")))
    named = ingress(
        "named", "", rule(pods("app=web", namespaces="kubernetes.io/metadata.name=pay"))
    )
    assert found(everywhere, here) == ["here by everywhere"]
    assert found(here, named) == ["named by here"]


@pytest.mark.parametrize(
    "narrow",
    [
        rule(pods("app=web"), ports="80/UDP"),
        rule(pods("app=web"), ports="web"),
        rule(pods("app=web", namespaces="team=a"), ports="80"),
        rule(pods("app exists"), ports="80"),
        rule(block("10.0.0.0/8"), ports="80"),
        rule(pods("app=web"), ports="90-91"),
    ],
)
def test_what_allows_a_little_more_is_needed(narrow: Rule) -> None:
    wide = ingress("wide", "", rule(pods("app=web"), ports="80-90"))
    assert found(wide, ingress("narrow", "", narrow)) == []


def test_labels_that_manifests_give_to_namespaces_prove_nothing() -> None:
    by_label = ingress("label", "", rule(pods(namespaces="team=a")))
    by_name = ingress("name", "", rule(pods(namespaces="kubernetes.io/metadata.name=shop")))
    assert found(by_label, by_name) == []


def test_a_policy_that_isolates_other_pods_is_needed() -> None:
    wide = ingress("wide", "app=api", rule(ports="80"))
    narrow = ingress("narrow", "", rule(pods("app=web"), ports="80"))
    assert found(wide, narrow) == []
    both = replace(narrow, pods=wide.pods, isolates=BOTH)
    assert found(wide, both) == ["narrow.0 by wide.0"]


def test_a_default_deny_is_needed_beside_policies_that_allow() -> None:
    deny = ingress("deny", "")
    allow = ingress("allow", "", rule(pods("app=web")))
    assert found(deny, allow) == []
    assert found(deny, ingress("again", "app=api")) == ["again by deny"]


def test_what_selects_nothing_is_not_redundant() -> None:
    wide = ingress("wide", "", rule())
    nothing = ingress("nothing", "", rule(pods("app=a; app=b"), ports="80"))
    assert "nothing.0" not in " ".join(found(wide, nothing))


def test_blocks_contain_pods_only_where_they_match_them() -> None:
    everything = clusters.policy(
        "pay/all", isolates=EGRESS, egress=(rule(block("0.0.0.0/0"), block("::/0")),)
    )
    web = clusters.policy("pay/web", isolates=EGRESS, egress=(rule(pods("app=web")),))
    matches = ClusterProfile(ip_block_matches_pods=AddressMatch.MATCHES)
    assert found(everything, web, profile=matches) == ["web by all"]
    assert found(everything, web) == []


def test_what_takes_too_long_is_not_called_redundant() -> None:
    """Each of the others cuts what is left of the first in two."""
    halves = [ingress(f"p{n:02}", "", rule(pods(f"a{n}=x; b{n}=x"))) for n in range(20)]
    assert found(*halves, ingress("whole", "", rule(pods("")))) == [
        f"p{n:02} by whole" for n in reversed(range(20))
    ]
    some = ingress("some", "", rule(pods("app exists")))
    assert found(*halves, some) == []


@pytest.mark.parametrize("seed", range(120))
def test_nothing_differs_without_all_that_is_redundant(seed: int) -> None:
    state, _ = certain_pair(seed)
    assert compare(state, _reduced(state)).empty


def _reduced(state: ClusterState) -> ClusterState:
    gone: set[object] = set()
    for _, several in groupby(
        sorted(state.policies, key=lambda p: p.namespace), key=lambda p: p.namespace
    ):
        for each in redundancies(list(several), state.profile):
            part = each.part
            gone.add(
                part.ref
                if isinstance(part, NetworkPolicy)
                else (part.policy.ref, part.direction, part.rule.index)
            )
    left = (each for each in state.policies if each.ref not in gone)
    return replace(state, policies=tuple(_without(each, gone) for each in left))


def _without(policy: NetworkPolicy, gone: set[object]) -> NetworkPolicy:
    left = {
        direction: tuple(
            rule
            for rule in policy.rules(direction)
            if (policy.ref, direction, rule.index) not in gone
        )
        for direction in Direction
    }
    return replace(policy, ingress=left[Direction.INGRESS], egress=left[Direction.EGRESS])


WEB = "podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: "
NARROW = policy("pay", "narrow", WEB + "{app: web}}}], ports: [{port: 80}]}]")
WIDE = policy("pay", "wide", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]")
OTHER = policy("pay", "other", WEB + "{app: batch}}}], ports: [{port: 80}]}]")


def introduced(base: list[str], head: list[str]) -> list[IntroducedRedundancy]:
    return list(introduced_redundancy(proposal(base, head)))


def test_a_change_adds_what_has_no_effect() -> None:
    (told,) = introduced([WIDE], [WIDE, NARROW])
    assert told.newcomer is Newcomer.REDUNDANT
    assert told.location.path == "1.yaml"


def test_a_change_deprives_others_of_their_effect() -> None:
    (told,) = introduced([NARROW], [NARROW, WIDE])
    assert told.newcomer is Newcomer.COVERING
    assert told.redundant.location.path == "0.yaml"
    assert told.location.path == "1.yaml"


def test_a_change_adds_both() -> None:
    (told,) = introduced([OTHER], [OTHER, NARROW, NARROW.replace("narrow", "again")])
    assert told.newcomer is Newcomer.BOTH


def test_what_was_redundant_before_is_not_introduced() -> None:
    (told,) = introduced([WIDE, NARROW, ""], [WIDE, NARROW, OTHER])
    assert _short(told.redundant.part) == "other"
    assert introduced([WIDE, NARROW], [WIDE, NARROW.replace("narrow", "renamed")]) == []


def test_of_two_alike_the_new_one_is_redundant() -> None:
    (told,) = introduced([NARROW], [NARROW, NARROW.replace("narrow", "aaa")])
    assert _short(told.redundant.part) == "aaa"


@pytest.mark.parametrize(("others", "told"), [(1, True), (MOST_PARTS, False)])
def test_of_a_namespace_with_very_many_policies_nothing_is_told(others: int, told: bool) -> None:
    twins = [policy("pay", name, "podSelector: {}, ingress: [{}]") for name in ("one", "two")]
    many = [
        policy("pay", f"p{n}", f"podSelector: {{matchLabels: {{n: '{n}'}}}}") for n in range(others)
    ]
    assert any(introduced_redundancy(proposal([], [*twins, *many]))) is told
