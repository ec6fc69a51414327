import pytest

from edgewarden.governance.peer_spans.spans import Extent, NamespaceSpans, PeerSpan
from edgewarden.governance.proposal import rules_of
from edgewarden.reachability.model import ClusterState
from tests.support import clusters
from tests.support.clusters import block, pods, rule

STATE = ClusterState(
    "prod",
    namespaces=(
        clusters.namespace("shop", "env=prod"),
        clusters.namespace("pay", "env=prod"),
        clusters.namespace("test", "env=test"),
    ),
    workloads=(clusters.workload("bare/web", "app=web"),),
)


def spans(*selectors: str) -> list[PeerSpan]:
    peers = (pods("app=web", namespaces=each) for each in selectors)
    policy = clusters.policy("shop/p", ingress=(rule(pods("a=b"), block("10.0.0.0/8"), *peers),))
    known = NamespaceSpans(STATE)
    return [each for written in rules_of((policy,)) for each in known.of_rule(written)]


@pytest.mark.parametrize(
    ("selector", "extent", "matched", "text"),
    [
        ("", Extent.EVERY, 4, "every namespace, those to come included"),
        ("env notin test", Extent.ALL_BUT, 3, "every namespace but test, those to come included"),
        ("env absent", Extent.ALL_BUT, 1, "every namespace but pay, shop, test, those to come"),
        ("team notin a", Extent.ALL_BUT, 4, "every known namespace, and those to come"),
        ("env=prod", Extent.LABELLED, 2, "2 of 4 known namespaces"),
        ("env exists", Extent.LABELLED, 3, "3 of 4 known namespaces"),
        ("kubernetes.io/metadata.name exists", Extent.ALL_BUT, 4, "every known namespace, and"),
        ("kubernetes.io/metadata.name=bare", Extent.LABELLED, 1, "1 of 4 known namespaces"),
    ],
)
def test_namespaces_of_a_peer(selector: str, extent: Extent, matched: int, text: str) -> None:
    (span,) = spans(selector)
    assert (span.extent, span.matched, span.known) == (extent, matched, 4)
    assert str(span).startswith(text)


def test_pods_of_the_own_namespace_and_addresses_have_none() -> None:
    assert spans() == []


def test_each_peer_of_a_rule_has_its_own() -> None:
    assert [each.matched for each in spans("env=prod", "env=test")] == [2, 1]
    assert len({each.key for each in spans("env=prod", "env=test")}) == 2
