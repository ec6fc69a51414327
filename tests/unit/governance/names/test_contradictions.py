from dataclasses import replace

import pytest

from edgewarden.governance.names.contradictions import Contradiction, misleading_names
from edgewarden.reachability.model import ClusterState, Direction, Rule
from tests.support import clusters
from tests.support.clusters import BOTH, EGRESS, INGRESS, block, pods, rule

WEB = replace(clusters.namespace("web", "team=a"), complete=True)
STATE = ClusterState("prod", namespaces=(WEB, clusters.namespace("batch")))
HERE = rule(pods(""))
EVERYONE = rule()
DNS = rule(pods("k8s-app=kube-dns", namespaces=""), ports="53/UDP 53")


def found(
    name: str,
    ingress: tuple[Rule, ...] = (),
    egress: tuple[Rule, ...] = (),
    isolates: frozenset[Direction] = INGRESS,
) -> list[Contradiction]:
    policy = clusters.policy(f"shop/{name}", isolates=isolates, ingress=ingress, egress=egress)
    return [each.contradiction for each in misleading_names([policy], STATE)]


@pytest.mark.parametrize("name", ["default-deny", "default-deny-all", "deny-all", "web-deny-all"])
def test_what_denies_everything_allows_nothing(name: str) -> None:
    assert found(name) == []
    assert found(name, (HERE,)) == [Contradiction.DENIES]
    assert found(name, egress=(EVERYONE,), isolates=BOTH) == [Contradiction.DENIES]


def test_who_blocks_a_direction_blocks_all_of_it() -> None:
    assert found("block-egress", egress=(EVERYONE,), isolates=EGRESS) == [Contradiction.DENIES]
    assert found("block-egress", egress=(DNS,), isolates=EGRESS) == []
    assert found("block-egress-metadata", egress=(EVERYONE,), isolates=EGRESS) == []


@pytest.mark.parametrize(
    "name",
    [
        "deny-from-other-namespaces",
        "deny-all-except-same-namespace",
        "default-deny-allow-dns",
        "deny-metadata",
        "default",
        "default-deny-not-dns",
    ],
)
def test_names_that_leave_something_out_of_a_denial(name: str) -> None:
    assert found(name, (HERE,)) == []


def test_a_denial_may_spare_dns_and_name_what_it_denies() -> None:
    assert found("default-deny-egress", egress=(DNS,), isolates=EGRESS) == []
    metadata = rule(block("0.0.0.0/0", "169.254.169.254/32"))
    assert found("default-deny-egress", egress=(metadata,), isolates=EGRESS) == []
    both = found("default-deny-egress", ingress=(HERE,), isolates=BOTH)
    assert Contradiction.DENIES not in both


def test_what_allows_allows_something() -> None:
    assert found("allow-all") == [Contradiction.ALLOWS]
    assert found("allow-web", (HERE,)) == []
    assert found("web-allow") == []


def test_a_name_says_the_other_direction() -> None:
    assert found("deny-egress") == [Contradiction.DIRECTION]
    assert found("allow-dns-egress", (HERE,)) == [Contradiction.DIRECTION]
    assert found("deny-egress", isolates=EGRESS) == []
    assert found("deny-ingress-egress", isolates=EGRESS) == []


def test_a_name_says_one_direction_of_two() -> None:
    told = found("allow-dns-egress", egress=(DNS,), isolates=BOTH)
    assert told == [Contradiction.BOTH_DIRECTIONS]
    assert found("default-deny-egress", isolates=BOTH) == [Contradiction.BOTH_DIRECTIONS]
    assert found("web-egress", ingress=(HERE,), egress=(DNS,), isolates=BOTH) == []


@pytest.mark.parametrize(
    "name",
    [
        "allow-ingress-controllers",
        "allow-from-ingress",
        "allow-nginx-ingress",
        "allow-to-egress-proxy",
        "allow-egress-gateway",
        "allow-via-egress",
    ],
)
def test_things_are_called_by_directions(name: str) -> None:
    assert found(name, (HERE,)) == []
    assert found(name, egress=(HERE,), isolates=EGRESS) == []


def test_who_names_a_source_does_not_admit_everyone() -> None:
    assert found("allow-from-prometheus", (EVERYONE,)) == [Contradiction.EVERYONE]
    every_pod = rule(pods(namespaces=""))
    assert found("allow-from-web-to-api", (every_pod,)) == [Contradiction.EVERYONE]
    for many in ("allow-from-all", "allow-from-other-namespaces", "allow-http", "allow-web"):
        assert found(many, (EVERYONE,)) == []
    assert found("allow-from-prometheus", (rule(pods(namespaces="team=x")),)) == []


@pytest.mark.parametrize("name", ["allow-web", "allow-from-web", "allow-web-to-api"])
def test_who_names_a_namespace_is_about_it(name: str) -> None:
    there = rule(pods(namespaces="team=a"))
    by_name = rule(pods(namespaces="kubernetes.io/metadata.name=web"))
    other = rule(pods(namespaces="kubernetes.io/metadata.name=wbe"))
    assert found(name, (other,)) == [Contradiction.WHOM]
    assert found(name, (HERE,)) == []
    assert found(name, (rule(pods("app=web", namespaces="team=b")),)) == []
    assert found(name, (other, by_name)) == []
    assert found(name, (there,)) == []
    assert found(name, (rule(block("10.0.0.0/8")),)) == []
    assert found(name, egress=(there,), isolates=EGRESS) == []


def test_labels_that_a_manifest_does_not_name_may_be_there() -> None:
    assert found("allow-batch", (rule(pods(namespaces="team=x")),)) == []
    assert found("allow-web", (rule(pods(namespaces="zone=x")),)) == [Contradiction.WHOM]


def test_the_own_namespace_is_meant_by_its_pods() -> None:
    policy = clusters.policy("web/allow-web", ingress=(HERE,))
    assert list(misleading_names([policy], STATE)) == []


def test_what_is_told_says_what_the_policy_does() -> None:
    policy = clusters.policy("shop/deny-all", ingress=(rule(ports="80"),))
    (told,) = misleading_names([policy], STATE)
    assert told.text == "allows ingress from everyone on TCP 80"
