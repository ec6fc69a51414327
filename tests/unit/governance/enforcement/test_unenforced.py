from ipaddress import ip_network

import pytest

from edgewarden.governance.enforcement.plugin import (
    Enforces,
    Feature,
    Installed,
    Limit,
    Plugin,
)
from edgewarden.governance.enforcement.unenforced import Unenforced, unenforced
from edgewarden.reachability.model import ClusterProfile, NetworkPolicy, Rule
from tests.support import clusters
from tests.support.clusters import BOTH, EGRESS, block, pods, rule

NOTHING = Plugin(
    "Nothing",
    ("nothing",),
    (),
    Enforces.YES,
    "docs",
    tuple(Limit(each, "It has no effect.", "docs") for each in Feature),
)
PROFILE = ClusterProfile(pod_ranges=(ip_network("10.244.0.0/16"),))


def found(policy: NetworkPolicy, plugin: Plugin = NOTHING) -> list[Unenforced]:
    return list(unenforced(policy, Installed(plugin, None), PROFILE))


def ingress(*rules: Rule) -> NetworkPolicy:
    return clusters.policy("shop/p", ingress=rules)


@pytest.mark.parametrize(
    ("policy", "feature", "what"),
    [
        (clusters.policy("shop/p", isolates=EGRESS), Feature.EGRESS, "egress isolation"),
        (
            ingress(rule(ports="80-90")),
            Feature.END_PORT,
            "the range of ports 80 to 90",
        ),
        (ingress(rule(ports="80/SCTP")), Feature.SCTP, "a port of SCTP"),
        (ingress(rule(ports="/SCTP")), Feature.SCTP, "a port of SCTP"),
        (
            ingress(rule(block("203.0.113.0/24", "203.0.113.0/28"))),
            Feature.IP_BLOCK_EXCEPT,
            "the except of ipBlock 203.0.113.0/24",
        ),
        (
            ingress(rule(block("10.0.0.0/8"))),
            Feature.IP_BLOCK_OF_PODS,
            "ipBlock 10.0.0.0/8 over addresses of pods",
        ),
        (
            ingress(rule(block("203.0.113.0/24")), rule(block("2001:db8::/32"))),
            Feature.BOTH_FAMILIES,
            "ipBlock 203.0.113.0/24 beside 2001:db8::/32",
        ),
    ],
)
def test_what_a_policy_uses(policy: NetworkPolicy, feature: Feature, what: str) -> None:
    (told,) = found(policy)
    assert (told.use.feature, str(told), told.certain) == (feature, what, True)


@pytest.mark.parametrize(
    "policy",
    [
        ingress(rule(pods("app=web"), ports="80 53/UDP http")),
        ingress(rule(ports="80-80")),
        ingress(rule()),
        ingress(rule(block("203.0.113.0/24"), block("198.51.100.0/24"))),
        ingress(rule(block("0.0.0.0/0"))),
        ingress(rule(block("10.96.0.0/12"))),
    ],
)
def test_what_every_plugin_enforces(policy: NetworkPolicy) -> None:
    assert found(policy) == []


def test_each_feature_is_told_once_where_it_is_used_first() -> None:
    policy = clusters.policy(
        "shop/p",
        isolates=BOTH,
        ingress=(rule(ports="80-90", line=7), rule(ports="1-2", line=9)),
    )
    told = found(policy)
    assert [each.use.feature for each in told] == [Feature.EGRESS, Feature.END_PORT]


def test_a_plugin_without_limits_enforces_everything() -> None:
    free = Plugin("Free", ("free",), (), Enforces.YES, "docs")
    assert found(ingress(rule(ports="80-90/SCTP")), free) == []


def test_a_version_that_nobody_knows_makes_it_a_may() -> None:
    limit = Limit(Feature.END_PORT, "Only the first port.", "docs", (1, 16))
    some = Plugin("Some", ("some",), (), Enforces.YES, "docs", (limit,))
    (told,) = found(ingress(rule(ports="80-90")), some)
    assert not told.certain
