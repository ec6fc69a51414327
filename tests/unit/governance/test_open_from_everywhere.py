from ipaddress import ip_network

import pytest

from edgewarden.governance.findings import Finding, Severity
from edgewarden.reachability.model import ClusterProfile
from tests.support.proposals import PROFILE, deployment, found, namespace, policy, proposal

WORKLOADS = deployment("shop", "web") + deployment("shop", "db") + deployment("other", "client")
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")


def ingress(rule: str, pods: str = "{matchLabels: {app: web}}", name: str = "open") -> str:
    return policy("shop", name, f"podSelector: {pods}, ingress: [{rule}]")


def openings(
    head: str,
    base: str = DENY,
    before: str = WORKLOADS,
    after: str = WORKLOADS,
    profile: ClusterProfile = PROFILE,
) -> list[Finding]:
    return found(
        proposal([before, base], [after, head], profile),
        "open-from-everywhere",
        "database-open-from-everywhere",
    )


NAMED = "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]}"
NOT_DEV = "{matchExpressions: [{key: environment, operator: NotIn, values: [dev]}]}"


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("{ports: [{port: 8080}]}", "everyone"),
        ("{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}", "every pod"),
        (f"{{from: [{{namespaceSelector: {NAMED}}}], ports: [{{port: 8080}}]}}", "every pod"),
        (f"{{from: [{{namespaceSelector: {NOT_DEV}}}], ports: [{{port: 8080}}]}}", "every pod"),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 8080}]}", "the internet"),
        ("{from: [{ipBlock: {cidr: '::/0'}}], ports: [{port: 8080}]}", "the internet"),
        ("{from: [{ipBlock: {cidr: 8.8.8.0/24}}], ports: [{port: 8080}]}", "the internet"),
    ],
)
@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_an_opening_for_all_is_found(rule: str, who: str, workloads: str) -> None:
    (finding,) = openings(DENY + ingress(rule), before=workloads, after=workloads)
    assert f"Newly open to {who}" in finding.message
    assert "TCP 8080" in finding.message
    assert finding.severity is Severity.HIGH
    assert finding.location.path == "1.yaml"
    assert finding.location.line > 10


@pytest.mark.parametrize(
    "rule",
    [
        "{from: [{podSelector: {}}], ports: [{port: 8080}]}",
        "{from: [{namespaceSelector: {matchLabels: {a: b}}}], ports: [{port: 8080}]}",
        "{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}]}",
        "{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8080}]}",
        "{from: [{ipBlock: {cidr: 'fd00::/8'}}], ports: [{port: 8080}]}",
        "{from: [{ipBlock: {cidr: 8.0.0.0/7, except: [8.0.0.0/8, 9.0.0.0/8]}}]}",
    ],
)
@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_a_limited_opening_is_not(rule: str, workloads: str) -> None:
    assert openings(DENY + ingress(rule), before=workloads, after=workloads) == []


def test_ranges_of_the_cluster_itself_are_not_the_internet() -> None:
    rule = ingress("{from: [{ipBlock: {cidr: 8.8.8.0/24}}]}")
    own = (ip_network("8.8.0.0/16"),)
    assert openings(DENY + rule) != []
    assert openings(DENY + rule, profile=ClusterProfile(node_ranges=own)) == []
    assert openings(DENY + rule, profile=ClusterProfile(service_ranges=own)) == []


@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_an_open_database_port_weighs_most(workloads: str) -> None:
    rule = ingress("{from: [{namespaceSelector: {}}], ports: [{port: 5432}]}")
    (finding,) = openings(DENY + rule, before=workloads, after=workloads)
    assert finding.severity is Severity.CRITICAL
    assert "5432 (PostgreSQL)" in finding.message


@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_what_was_open_before_is_not_new(workloads: str) -> None:
    rule = ingress("{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}")
    again = ingress("{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}", name="renamed")
    assert openings(DENY + again, DENY + rule, workloads, workloads) == []


@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_only_the_ports_that_open_are_told(workloads: str) -> None:
    base = ingress("{ports: [{port: 80}]}")
    head = ingress("{ports: [{port: 80}, {port: 8443}]}")
    (finding,) = openings(DENY + head, DENY + base, workloads, workloads)
    assert "TCP 8443" in finding.message
    assert "TCP 80," not in finding.message


def test_the_same_name_in_another_protocol_is_another_port() -> None:
    base = ingress("{ports: [{port: dns, protocol: UDP}]}")
    head = ingress("{ports: [{port: dns, protocol: UDP}, {port: dns, protocol: TCP}]}")
    (finding,) = openings(DENY + head, DENY + base, "", "")
    assert 'TCP port "dns"' in finding.message
    assert "UDP" not in finding.message


@pytest.mark.parametrize(
    "base",
    [
        ["{ports: [{protocol: TCP}]}"],
        ["{ports: [{port: 1, endPort: 999}]}", "{ports: [{port: 1000, endPort: 65535}]}"],
    ],
)
def test_a_name_is_no_new_port_where_its_whole_protocol_was_open(base: list[str]) -> None:
    head = ingress("{ports: [{port: web, protocol: TCP}, {protocol: TCP}]}")
    assert openings(DENY + head, DENY + ingress(", ".join(base)), "", "") == []


@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_a_first_policy_opens_nothing(workloads: str) -> None:
    head = ingress("{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}")
    assert openings(head, "", workloads, workloads) == []


@pytest.mark.parametrize("workloads", [WORKLOADS, ""])
def test_isolation_that_goes_is_told_by_itself(workloads: str) -> None:
    assert openings("", DENY, workloads, workloads) == []


def test_labels_by_which_a_pod_loses_its_isolation_are_no_opening_besides() -> None:
    own = policy("shop", "web", "podSelector: {matchLabels: {app: web}}")
    relabelled = WORKLOADS.replace("app: web", "app: site")
    assert openings(own, own, WORKLOADS, relabelled) == []


def test_an_opening_is_found_where_every_known_pod_was_admitted_before() -> None:
    callers = "{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}"
    others = "{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}"
    strangers = "{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}"
    base = ingress(f"{{from: [{callers}, {others}, {strangers}], ports: [{{port: 80}}]}}")
    head = ingress("{from: [{namespaceSelector: {}}], ports: [{port: 80}]}")
    (finding,) = openings(DENY + head, DENY + base)
    assert "Newly open to every pod in every namespace: pods app=web in namespace shop" in (
        finding.message
    )


def test_a_namespace_that_goes_leaves_nothing_open() -> None:
    assert openings("", namespace("shop") + DENY, "", "") == []


def test_a_new_workload_that_nothing_isolates_is_no_opening() -> None:
    assert openings("", "", before="", after=WORKLOADS) == []


def test_a_new_workload_with_a_rule_for_everyone_is_one() -> None:
    rule = ingress("{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}")
    client = deployment("other", "client")
    (finding,) = openings(DENY + rule, DENY, client, client + deployment("shop", "web"))
    assert "shop/web[Deployment] on TCP 443" in finding.message


def test_one_rule_gives_one_finding_for_all_its_workloads() -> None:
    (finding,) = openings(DENY + ingress("{ports: [{port: 8080}]}", pods="{}"))
    assert "shop/db[Deployment], shop/web[Deployment]" in finding.message


def test_egress_to_everywhere_is_another_matter() -> None:
    base = policy("shop", "out", "podSelector: {}, policyTypes: [Egress]")
    head = policy("shop", "out", "podSelector: {}, egress: [{ports: [{port: 443}]}]")
    assert openings(head, base) == []
    assert openings(head, base, "", "") == []
