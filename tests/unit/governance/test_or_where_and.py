import pytest
import yaml

from edgewarden.governance.findings import Finding
from tests.support.proposals import deployment, found, namespace, policy, proposal

PODS = "podSelector: {matchLabels: {app: api}}"
NS = "namespaceSelector: {matchLabels: {environment: prod}}"
FRONTEND = "podSelector: {matchLabels: {app: frontend}}"
BASE = policy("pay", "api", f"{PODS}, ingress: [{{from: [{{{NS}, {FRONTEND}}}]}}]")


def slips(head: str, *others: str, base: str = BASE) -> list[Finding]:
    return found(proposal([base, *others], [head, *others]), "or-where-and")


def with_peers(peers: str) -> str:
    return policy("pay", "api", f"{PODS}, ingress: [{{from: [{peers}]}}]")


def test_one_dash_too_many_is_found() -> None:
    head = with_peers(f"{{{NS}}}, {{{FRONTEND}}}")
    (finding,) = slips(head)
    assert "every pod in namespaces environment=prod, and pods app=frontend of namespace pay" in (
        finding.message
    )
    assert finding.location.path == "0.yaml"


def test_the_remedy_is_the_list_as_it_should_be() -> None:
    (finding,) = slips(with_peers(f"{{{NS}}}, {{{FRONTEND}}}"))
    written = yaml.safe_load(finding.remedy.split("\n", 1)[1])
    assert written == {
        "from": [
            {
                "namespaceSelector": {"matchLabels": {"environment": "prod"}},
                "podSelector": {"matchLabels": {"app": "frontend"}},
            }
        ]
    }


def test_expressions_are_kept_in_the_remedy() -> None:
    tiers = "podSelector: {matchExpressions: [{key: tier, operator: In, values: [a, b]}]}"
    (finding,) = slips(with_peers(f"{{{NS}}}, {{{tiers}}}"))
    (peer,) = yaml.safe_load(finding.remedy.split("\n", 1)[1])["from"]
    assert peer["podSelector"] == {
        "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]
    }


def test_egress_has_the_same_trap() -> None:
    head = policy("pay", "api", f"{PODS}, egress: [{{to: [{{{FRONTEND}}}, {{{NS}}}]}}]")
    (finding,) = slips(head)
    assert "allows traffic to every pod in namespaces environment=prod" in finding.message
    assert finding.remedy.split("\n")[1] == "to:"


@pytest.mark.parametrize(
    "peers",
    [
        f"{{{NS}, {FRONTEND}}}",
        f"{{{NS}}}, {{namespaceSelector: {{matchLabels: {{environment: stage}}}}}}",
        f"{{{FRONTEND}}}, {{podSelector: {{matchLabels: {{app: batch}}}}}}",
        f"{{{NS}}}, {{podSelector: {{}}}}",
        f"{{namespaceSelector: {{}}}}, {{{FRONTEND}}}",
        f"{{{NS}}}, {{ipBlock: {{cidr: 10.0.0.0/8}}}}",
        f"{{{NS}}}",
    ],
)
def test_other_lists_are_not_it(peers: str) -> None:
    assert slips(with_peers(peers), base="") == []


def test_two_rules_are_not_one_list() -> None:
    head = policy(
        "pay", "api", f"{PODS}, ingress: [{{from: [{{{NS}}}]}}, {{from: [{{{FRONTEND}}}]}}]"
    )
    assert slips(head) == []


def test_what_the_base_holds_already_is_not_new() -> None:
    head = with_peers(f"{{{NS}}}, {{{FRONTEND}}}")
    assert slips("# moved\n" + head, base=head) == []


def test_known_pods_beyond_the_and_are_named() -> None:
    prod = namespace("prod", environment="prod")
    others = (prod, deployment("prod", "frontend"), deployment("prod", "batch"))
    (finding,) = slips(with_peers(f"{{{NS}}}, {{{FRONTEND}}}"), *others)
    assert "prod/batch[Deployment]" in finding.message
    assert "prod/frontend[Deployment]" not in finding.message


def test_two_items_are_meant_where_the_pods_live_only_beside_the_policy() -> None:
    others = (namespace("prod", environment="prod"), deployment("pay", "frontend"))
    assert slips(with_peers(f"{{{NS}}}, {{{FRONTEND}}}"), *others) == []


def test_they_are_not_known_to_be_meant_where_the_pods_live_in_both() -> None:
    others = (
        namespace("prod", environment="prod"),
        deployment("pay", "frontend"),
        deployment("prod", "frontend"),
    )
    assert len(slips(with_peers(f"{{{NS}}}, {{{FRONTEND}}}"), *others)) == 1


def test_a_second_pair_in_a_rule_that_has_one_is_new() -> None:
    one = f"{{{NS}}}, {{{FRONTEND}}}"
    second = f"{{{NS.replace('prod', 'test')}}}, {{{FRONTEND.replace('frontend', 'batch')}}}"
    (finding,) = slips(with_peers(f"{one}, {second}"), base=with_peers(one))
    assert "namespaces environment=test, and pods app=batch" in finding.message


def test_a_policy_for_the_very_pods_shows_that_they_live_beside_it() -> None:
    head = with_peers(f"{{{NS}}}, {{{FRONTEND}}}")
    there = policy("pay", "frontend", FRONTEND)
    elsewhere = policy("prod", "frontend", FRONTEND)
    assert slips(head, there) == []
    assert len(slips(head, elsewhere)) == 1
    assert (
        len(
            slips(
                head, there, namespace("prod", environment="prod"), deployment("prod", "frontend")
            )
        )
        == 1
    )
