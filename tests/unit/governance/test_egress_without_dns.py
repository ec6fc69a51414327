from ipaddress import ip_network

import pytest

from edgewarden.governance.findings import Finding, Severity
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import AddressMatch, ClusterProfile
from tests.support.proposals import PROFILE, deployment, found, namespace, policy, proposal

RULES = ("egress-without-dns", "egress-without-dns-by-tcp")
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
KUBE_SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
KUBE_DNS = "podSelector: {matchLabels: {k8s-app: kube-dns}}"
OPENSHIFT_DNS = "podSelector: {matchLabels: {dns.operator.openshift.io/daemonset-dns: default}}"
BOTH = "ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]"
WEB = deployment("shop", "web")
PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16"


def egress(rules: str, pods: str = "{}", name: str = "dns") -> str:
    return policy("shop", name, f"podSelector: {pods}, policyTypes: [Egress], egress: [{rules}]")


def cut_off(
    head: str, base: str = "", workloads: str = WEB, profile: ClusterProfile = PROFILE
) -> list[Finding]:
    return found(proposal([workloads, base], [workloads, head], profile), *RULES)


def test_a_bare_default_deny_cuts_known_workloads_off() -> None:
    (finding,) = cut_off(DENY)
    assert finding.severity is Severity.HIGH
    assert "shop/web[Deployment]" in finding.message
    assert "UDP and TCP port 53 of pods k8s-app=kube-dns" in finding.message
    assert (finding.location.path, finding.location.line) == ("1.yaml", 2)


def test_a_bare_default_deny_is_found_where_no_workload_is_known() -> None:
    (finding,) = cut_off(DENY, workloads="")
    assert finding.message.startswith("Every pod of namespace shop, isolated")


@pytest.mark.parametrize("workloads", [WEB, ""])
@pytest.mark.parametrize(
    "rule",
    [
        f"{{to: [{{{KUBE_SYSTEM}, {KUBE_DNS}}}], {BOTH}}}",
        f"{{to: [{{{KUBE_SYSTEM}}}], {BOTH}}}",
        f"{{to: [{{namespaceSelector: {{}}}}], {BOTH}}}",
        f"{{to: [{{namespaceSelector: {{}}, {KUBE_DNS}}}]}}",
        f"{{{BOTH}}}",
        "{}",
        f"{{to: [{{ipBlock: {{cidr: 169.254.20.10/32}}}}], {BOTH}}}",
        f"{{to: [{{ipBlock: {{cidr: 169.254.0.0/16}}}}], {BOTH}}}",
        "{ports: [{protocol: UDP, port: 1, endPort: 100}, {protocol: TCP}]}",
        f"{{to: [{{{KUBE_SYSTEM}, podSelector: {{matchLabels: {{k8s-app: coredns}}}}}}], {BOTH}}}",
        f"{{to: [{{ipBlock: {{cidr: 10.96.0.10/32}}}}], {BOTH}}}",
        f"{{to: [{{namespaceSelector: {{}}, {OPENSHIFT_DNS}}}], {BOTH}}}",
    ],
)
def test_a_rule_that_lets_names_through_keeps_it_quiet(rule: str, workloads: str) -> None:
    assert cut_off(DENY + egress(rule), workloads=workloads) == []


@pytest.mark.parametrize("workloads", [WEB, ""])
@pytest.mark.parametrize(
    "rule",
    [
        f"{{to: [{{{KUBE_DNS}}}], {BOTH}}}",
        f"{{to: [{{{KUBE_SYSTEM}, podSelector: {{matchLabels: {{app: web}}}}}}], {BOTH}}}",
        "{to: [{namespaceSelector: {matchLabels: {environment: prod}}}]}",
        "{ports: [{port: 443}]}",
        f"{{to: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}], {BOTH}}}",
        f"{{to: [{{ipBlock: {{cidr: 0.0.0.0/0, except: [{PRIVATE}]}}}}]}}",
        "{ports: [{protocol: UDP, port: metrics}, {port: metrics}]}",
    ],
)
def test_a_rule_to_something_else_does_not(rule: str, workloads: str) -> None:
    assert len(cut_off(DENY + egress(rule), workloads=workloads)) == 1


def test_what_had_no_dns_before_is_not_reported() -> None:
    assert cut_off(DENY + egress("{ports: [{port: 443}]}"), base=DENY) == []


def test_a_dns_rule_that_is_removed_is_named() -> None:
    base = DENY + egress(f"{{to: [{{{KUBE_SYSTEM}}}], {BOTH}}}")
    (finding,) = cut_off(DENY, base=base)
    assert "What allowed it before: egress rule 1 of policy shop/dns (1.yaml:" in finding.message


def test_udp_alone_is_a_small_loss_and_tcp_alone_a_large_one() -> None:
    (no_tcp,) = cut_off(DENY + egress("{ports: [{protocol: UDP, port: 53}]}"))
    assert no_tcp.severity is Severity.LOW
    assert "by UDP only" in no_tcp.message
    (no_udp,) = cut_off(DENY + egress("{ports: [{port: 53}]}"))
    assert no_udp.severity is Severity.HIGH
    assert "by TCP only" in no_udp.message


def test_a_rule_for_some_pods_leaves_the_others_cut_off() -> None:
    both = WEB + deployment("shop", "batch")
    head = DENY + egress(f"{{{BOTH}}}", pods="{matchLabels: {app: web}}")
    (finding,) = cut_off(head, workloads=both)
    assert "shop/batch[Deployment]" in finding.message
    assert "shop/web[Deployment]" not in finding.message


def test_workloads_of_one_policy_share_a_finding() -> None:
    (finding,) = cut_off(DENY, workloads=WEB + deployment("shop", "batch"))
    assert "shop/batch[Deployment], shop/web[Deployment]" in finding.message


def test_a_selector_within_a_broader_one_is_not_told_twice() -> None:
    narrow = egress("{ports: [{port: 443}]}", pods="{matchLabels: {app: api}}")
    assert len(cut_off(DENY + narrow, workloads="")) == 1


def test_where_some_pods_are_let_through_nobody_knows_whether_others_are_cut_off() -> None:
    spared = egress(f"{{{BOTH}}}", pods="{matchLabels: {app: web}}")
    assert cut_off(DENY + spared, workloads="") == []
    (finding,) = found(proposal([""], [DENY + spared]), "egress-without-dns-for-some")
    assert "may not be able to ask for names" in finding.message
    assert "bound by shop/dns" in finding.message


def test_pods_may_carry_the_labels_of_the_policy_that_lets_ask() -> None:
    part = egress(f"{{{BOTH}}}", pods="{matchLabels: {part-of: shop}}")
    api = egress("{ports: [{port: 443}]}", pods="{matchLabels: {app: api}}", name="api")
    assert cut_off(part + api, workloads="") == []


def test_a_selector_that_nothing_spares_is_told_within_one_that_some_are_spared_of() -> None:
    spared = egress(f"{{{BOTH}}}", pods="{matchLabels: {app: web}}")
    api = egress("{ports: [{port: 443}]}", pods="{matchLabels: {app: api}}", name="api")
    (finding,) = cut_off(DENY + spared + api, workloads="")
    assert "ods app=api" in finding.message
    assert "every pod" not in finding.message


def test_policies_of_one_namespace_share_a_finding() -> None:
    web = egress("{ports: [{port: 443}]}", pods="{matchLabels: {app: web}}", name="web")
    api = egress("{ports: [{port: 443}]}", pods="{matchLabels: {app: api}}", name="api")
    (finding,) = cut_off(web + api, workloads="")
    assert "ods app=api of namespace shop, pods app=web of namespace shop" in finding.message
    assert "by policies shop/api (1.yaml:11), shop/web (1.yaml:2)" in finding.message


def test_the_profile_says_where_dns_is() -> None:
    openshift = ClusterProfile(
        dns_namespace="openshift-dns",
        dns_pods=LabelSelector.matching({"dns.operator.openshift.io/daemonset-dns": "default"}),
        dns_ports=(5353,),
    )
    to = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}"
    ports = "ports: [{protocol: UDP, port: 5353}, {protocol: TCP, port: 5353}]"
    rule = egress(f"{{to: [{{{to}}}], {ports}}}")
    assert cut_off(DENY + rule, profile=openshift) == []
    assert len(cut_off(DENY + rule)) == 1


def test_labels_of_the_dns_namespace_come_from_its_manifest() -> None:
    rule = egress(f"{{to: [{{namespaceSelector: {{matchLabels: {{zone: system}}}}}}], {BOTH}}}")
    labelled = WEB + namespace("kube-system", zone="system")
    assert cut_off(DENY + rule, workloads=labelled) == []
    assert len(cut_off(DENY + rule)) == 1


def test_address_ranges_do_not_reach_dns_pods_where_the_plugin_keeps_them_apart() -> None:
    cilium = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
    rule = egress(f"{{to: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}], {BOTH}}}")
    assert cut_off(DENY + rule) == []
    assert len(cut_off(DENY + rule, profile=cilium)) == 1
    ranges = ClusterProfile(pod_ranges=(ip_network("198.18.0.0/15"),))
    other = egress(f"{{to: [{{ipBlock: {{cidr: 198.18.0.0/16}}}}], {BOTH}}}")
    assert cut_off(DENY + other, profile=ranges) == []


def test_ingress_isolation_alone_is_no_matter_of_dns() -> None:
    assert cut_off(policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")) == []


def test_policies_of_other_kinds_are_mentioned() -> None:
    cilium = (
        "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: names, namespace: shop}\nspec: {}\n"
    )
    (finding,) = cut_off(DENY + cilium, base=cilium)
    assert "CiliumNetworkPolicy shop/names" in finding.message


def test_the_policy_that_allows_nothing_is_the_one_to_point_at() -> None:
    (finding,) = cut_off(egress("{ports: [{port: 443}]}", name="allow") + DENY)
    assert finding.subject is not None
    assert finding.subject.name == "deny"


def coredns(label: str = "kube-dns", spec: str = "") -> str:
    return (
        "---\napiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: coredns, namespace: kube-system}\n"
        f"spec: {{template: {{metadata: {{labels: {{k8s-app: {label}}}}}, spec: {{{spec}}}}}}}\n"
    )


ALLOWED = DENY + egress(f"{{to: [{{{KUBE_SYSTEM}, {KUBE_DNS}}}], {BOTH}}}")


@pytest.mark.parametrize("after", [coredns("coredns"), coredns(spec="hostNetwork: true")])
def test_dns_pods_that_no_rule_selects_any_more_cut_off_whoever_was_isolated_before(
    after: str,
) -> None:
    lost = proposal([WEB + ALLOWED, coredns()], [WEB + ALLOWED, after])
    (finding,) = found(lost, *RULES)
    assert "shop/web[Deployment] cannot ask for names by UDP and TCP any more" in finding.message
    assert "kube-system/coredns[Deployment] (1.yaml:2)" in finding.message
    assert "egress rule 1 of policy shop/dns (0.yaml:" in finding.message
    assert (finding.location.path, finding.location.line) == ("1.yaml", 2)
    regained = proposal([WEB + ALLOWED, after], [WEB + ALLOWED, coredns()])
    assert found(regained, *RULES) == []


def test_dns_pods_that_are_relabelled_together_with_the_rules_cut_nobody_off() -> None:
    followed = ALLOWED.replace("kube-dns", "coredns")
    change = proposal([WEB + ALLOWED, coredns()], [WEB + followed, coredns("coredns")])
    assert found(change, *RULES) == []


def test_dns_pods_that_other_ones_replace_cut_nobody_off() -> None:
    other = coredns().replace("name: coredns", "name: other")
    change = proposal([WEB + ALLOWED, coredns()], [WEB + ALLOWED, coredns("old") + other])
    assert found(change, *RULES) == []
    assert found(proposal([WEB + ALLOWED, coredns()], [WEB + ALLOWED, other]), *RULES) == []


def test_dns_pods_that_are_isolated_for_ingress_refuse_pods_that_nothing_isolates() -> None:
    wall = policy("kube-system", "wall", "podSelector: {}, policyTypes: [Ingress]")
    (finding,) = found(proposal([WEB, coredns()], [WEB, coredns() + wall]), *RULES)
    assert finding.message.startswith("shop/web[Deployment] cannot ask kube-system/coredns[")
    assert "NetworkPolicy kube-system/wall (1.yaml:" in finding.message
    gate = policy("kube-system", "gate", f"podSelector: {{}}, ingress: [{{{BOTH}}}]")
    assert found(proposal([WEB, coredns()], [WEB, coredns() + wall + gate]), *RULES) == []
