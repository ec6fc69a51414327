from dataclasses import replace

import pytest

from edgewarden.governance.case import Case
from edgewarden.governance.checklist import ITEMS, checklist
from edgewarden.governance.findings import ChecklistItem, Enforcement, Outcome
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.rules.evaluation import findings
from edgewarden.reachability.model import ClusterProfile
from tests.support.proposals import (
    PROFILE,
    deployment,
    namespace,
    policy,
    proposal,
    shipped_pack,
)

WORKLOADS = (
    deployment("shop", "web")
    + deployment("shop", "db")
    + deployment("other", "client")
    + deployment("monitoring", "prometheus")
)
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
WEB = "podSelector: {matchLabels: {app: web}}"
DB = "podSelector: {matchLabels: {app: db}}"
DNS = "egress: [{ports: [{protocol: UDP, port: 53}, {port: 53}]}]"
PASS, FAIL, ATTENTION = Outcome.PASS, Outcome.FAIL, Outcome.ATTENTION
MANUAL, NOT_APPLICABLE = Outcome.MANUAL, Outcome.NOT_APPLICABLE


def item(
    name: str,
    head: str,
    base: str = DENY,
    workloads: str = WORKLOADS,
    profile: ClusterProfile = PROFILE,
    pack: PolicyPack | None = None,
) -> ChecklistItem:
    terms = pack or shipped_pack()
    proposed = proposal([workloads, base], [workloads, head], profile)
    items = checklist(proposed, terms, findings(Case(proposed, terms)))
    return next(each for each in items if each.id == name)


def test_a_change_of_nothing_leaves_nothing_to_check_but_the_cluster() -> None:
    proposed = proposal([WORKLOADS, DENY], [WORKLOADS, "# comment\n" + DENY])
    items = checklist(proposed, shipped_pack(), ())
    assert {each.id for each in items} == set(ITEMS)
    assert {each.id for each in items if each.outcome is not NOT_APPLICABLE} == {"cni-support"}


@pytest.mark.parametrize(("says", "outcome"), [(True, PASS), (False, FAIL), (None, ATTENTION)])
def test_only_the_profile_knows_whether_policies_are_enforced(
    says: bool | None, outcome: Outcome
) -> None:
    profile = ClusterProfile(cni="calico", enforces_policies=says)
    assert item("cni-support", DENY, profile=profile).outcome is outcome


class TestDirection:
    def test_new_isolation_is_told_and_passes(self) -> None:
        found = item("direction", DENY, base="")
        assert found.outcome is PASS
        assert "Newly isolated: shop/db[Deployment] for ingress (1.yaml:2)" in found.evidence

    @pytest.mark.parametrize("workloads", [WORKLOADS, ""])
    def test_lost_isolation_fails(self, workloads: str) -> None:
        found = item("direction", "", workloads=workloads)
        assert found.outcome is FAIL
        assert "Isolation is lost" in found.evidence
        assert found.locations

    def test_isolation_is_lost_for_pods_that_nobody_knows(self) -> None:
        own = policy("shop", "web", WEB) + policy("shop", "db", DB)
        found = item("direction", own, base=DENY + own)
        assert found.outcome is FAIL
        assert "pods app not in (db, web) in namespace shop for ingress" in found.evidence

    def test_a_rule_in_a_direction_that_is_left_out_fails(self) -> None:
        dead = policy("shop", "web", f"{WEB}, policyTypes: [Ingress], {DNS}")
        found = item("direction", DENY + dead)
        assert found.outcome is FAIL
        assert "policyTypes leaves out" in found.evidence


class TestSelectedPods:
    def test_known_pods_are_named(self) -> None:
        found = item("selected-pods", DENY + policy("shop", "web", WEB))
        assert found.outcome is PASS
        assert "shop/web selects shop/web[Deployment]" in found.evidence

    def test_a_selector_that_finds_nothing_asks_for_attention(self) -> None:
        typo = policy("shop", "web", "podSelector: {matchLabels: {app: wbe}}")
        found = item("selected-pods", DENY + typo)
        assert found.outcome is ATTENTION
        assert "selects no pod that is seen here" in found.evidence

    def test_rules_for_a_whole_namespace_ask_for_attention(self) -> None:
        whole = policy("shop", "all", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]")
        assert item("selected-pods", DENY + whole).outcome is ATTENTION

    def test_a_default_deny_is_meant_for_the_whole_namespace(self) -> None:
        assert item("selected-pods", DENY, base="").outcome is PASS


class TestPeerSelectors:
    @pytest.mark.parametrize(
        ("peer", "outcome"),
        [
            ("{podSelector: {matchLabels: {app: db}}}", PASS),
            ("{podSelector: {}}", PASS),
            (
                "{namespaceSelector: {matchLabels: {a: b}}, podSelector: {matchLabels: {c: d}}}",
                PASS,
            ),
            ("{namespaceSelector: {matchLabels: {a: b}}}", ATTENTION),
            ("{namespaceSelector: {}}", FAIL),
            ("{ipBlock: {cidr: 8.0.0.0/8}}", FAIL),
            ("{ipBlock: {cidr: 10.1.0.0/16}}", PASS),
            (
                "{namespaceSelector: {matchLabels: {a: b}}}, {podSelector: {matchLabels: {c: d}}}",
                FAIL,
            ),
        ],
    )
    def test_broad_peers_are_told(self, peer: str, outcome: Outcome) -> None:
        rule = policy("shop", "web", f"{WEB}, ingress: [{{from: [{peer}], ports: [{{port: 80}}]}}]")
        found = item("peer-selectors", DENY + rule)
        assert found.outcome is outcome
        assert "1.yaml:" in found.evidence

    def test_a_rule_that_only_moves_is_not_new(self) -> None:
        rule = f"{WEB}, ingress: [{{from: [{{namespaceSelector: {{}}}}]}}]"
        head = DENY + policy("shop", "renamed", rule)
        found = item("peer-selectors", head, DENY + policy("shop", "web", rule))
        assert found.outcome is NOT_APPLICABLE


class TestDns:
    def test_isolation_with_dns_passes(self) -> None:
        head = DENY + policy("shop", "out", f"podSelector: {{}}, {DNS}")
        assert item("dns", head).outcome is PASS

    def test_isolation_without_dns_fails(self) -> None:
        head = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
        found = item("dns", head)
        assert found.outcome is FAIL
        assert "shop/web[Deployment] (UDP and TCP)" in found.evidence

    def test_dns_pods_with_other_labels_than_before_fail_whom_they_answered(self) -> None:
        base = deployment("kube-system", "dns").replace("app: dns", "k8s-app: kube-dns")
        rules = policy(
            "shop",
            "out",
            "podSelector: {}, egress: [{to: [{namespaceSelector: {}, "
            "podSelector: {matchLabels: {k8s-app: kube-dns}}}]}]",
        )
        found = item("dns", rules + base.replace("kube-dns", "other"), rules + base)
        assert found.outcome is FAIL
        assert "Cut off from DNS: shop/db[Deployment] (UDP and TCP), shop/web" in found.evidence

    def test_a_wall_around_dns_fails_whoever_asked_it(self) -> None:
        base = deployment("kube-system", "dns").replace("app: dns", "k8s-app: kube-dns")
        wall = policy("kube-system", "wall", "podSelector: {}, policyTypes: [Ingress]")
        found = item("dns", base + wall, base)
        assert found.outcome is FAIL
        assert "other/client[Deployment] (UDP and TCP)" in found.evidence

    def test_dns_over_udp_alone_asks_for_attention(self) -> None:
        udp = "podSelector: {}, egress: [{ports: [{protocol: UDP, port: 53}]}]"
        assert item("dns", DENY + policy("shop", "out", udp)).outcome is ATTENTION

    def test_dns_pods_with_other_labels_than_the_profile_knows_ask_for_attention(self) -> None:
        peer = (
            "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, "
            "podSelector: {matchLabels: {app.kubernetes.io/name: coredns}}}"
        )
        rule = f"podSelector: {{}}, egress: [{{to: [{peer}]}}]"
        found = item("dns", DENY + policy("shop", "out", rule))
        assert found.outcome is ATTENTION
        assert "not certain" in found.evidence

    def test_a_rule_that_is_only_recorded_does_not_hide_the_loss(self) -> None:
        rules = tuple(replace(each, enforcement=Enforcement.AUDIT) for each in shipped_pack().rules)
        pack = replace(shipped_pack(), rules=rules)
        head = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
        assert item("dns", head, pack=pack).outcome is FAIL


class TestPorts:
    def test_an_opened_database_edge_is_named_with_its_line(self) -> None:
        rule = "{from: [{namespaceSelector: {matchLabels: {a: b}}}], ports: [{port: 5432}]}"
        workloads = WORKLOADS + namespace("other", a="b")
        head = DENY + policy("shop", "db", f"{DB}, ingress: [{rule}]")
        found = item("ports", head, workloads=workloads)
        line = head.splitlines().index(f"  {{{DB}, ingress: [{rule}]}}") + 1
        assert found.outcome is ATTENTION
        assert "other/client[Deployment] to shop/db[Deployment] on TCP 5432 (PostgreSQL)" in (
            found.evidence
        )
        assert f"(1.yaml:{line})" in found.evidence
        assert line in {place.line for place in found.locations}

    def test_a_database_rule_for_pods_that_are_not_known_is_named_too(self) -> None:
        rule = "{from: [{namespaceSelector: {matchLabels: {a: b}}}], ports: [{port: 6379}]}"
        found = item("ports", DENY + policy("shop", "db", f"{DB}, ingress: [{rule}]"), workloads="")
        assert found.outcome is ATTENTION
        assert "6379 (Redis)" in found.evidence

    @pytest.mark.parametrize("ports", ["", ", ports: [{protocol: TCP}]"])
    def test_a_rule_for_every_port_asks_for_attention(self, ports: str) -> None:
        rule = f"{WEB}, ingress: [{{from: [{{podSelector: {{}}}}]{ports}}}]"
        assert item("ports", DENY + policy("shop", "web", rule)).outcome is ATTENTION

    def test_a_rule_with_its_ports_passes(self) -> None:
        rule = f"{WEB}, ingress: [{{from: [{{podSelector: {{}}}}], ports: [{{port: http}}]}}]"
        found = item("ports", DENY + policy("shop", "web", rule))
        assert found.outcome is PASS
        assert 'port "http"' in found.evidence


class TestNamespaceLabels:
    def rule(self, selector: str) -> str:
        peer = f"{{namespaceSelector: {selector}}}"
        return DENY + policy("shop", "web", f"{WEB}, ingress: [{{from: [{peer}]}}]")

    def test_the_name_needs_no_trust(self) -> None:
        name = "{matchLabels: {kubernetes.io/metadata.name: other}}"
        assert item("namespace-labels", self.rule(name)).outcome is PASS

    def test_other_labels_are_for_a_person_to_confirm(self) -> None:
        found = item("namespace-labels", self.rule("{matchLabels: {zone: trusted}}"))
        assert found.outcome is MANUAL
        assert "labels zone" in found.evidence

    def test_a_change_that_sets_a_trusted_label_asks_for_attention(self) -> None:
        policies = self.rule("{matchLabels: {zone: trusted}}")
        base = proposal(
            [policies, namespace("other")], [policies, namespace("other", zone="trusted")]
        )
        items = checklist(base, shipped_pack(), ())
        found = next(each for each in items if each.id == "namespace-labels")
        assert found.outcome is ATTENTION
        assert "zone of namespace other (1.yaml:2)" in found.evidence

    def test_rules_without_namespaces_trust_none(self) -> None:
        head = DENY + policy("shop", "web", f"{WEB}, ingress: [{{from: [{{podSelector: {{}}}}]}}]")
        assert item("namespace-labels", head).outcome is NOT_APPLICABLE


class TestExternalAccess:
    def egress(self, rule: str) -> str:
        return policy("shop", "out", f"podSelector: {{}}, egress: [{rule}]")

    def test_an_explicit_range_passes(self) -> None:
        head = DENY + self.egress("{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}")
        found = item("external-access", head)
        assert found.outcome is PASS
        assert "203.0.113.0/24" in found.evidence
        assert "recorded is not evaluated" in found.evidence

    @pytest.mark.parametrize(
        "rule", ["{ports: [{port: 443}]}", "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}", "{}"]
    )
    def test_egress_to_anywhere_asks_for_attention(self, rule: str) -> None:
        assert item("external-access", DENY + self.egress(rule)).outcome is ATTENTION

    @pytest.mark.parametrize("workloads", [WORKLOADS, ""])
    def test_so_does_egress_isolation_that_goes(self, workloads: str) -> None:
        base = policy("shop", "out", "podSelector: {}, policyTypes: [Egress]")
        found = item("external-access", "", base=base, workloads=workloads)
        assert found.outcome is ATTENTION

    def test_so_does_ingress_from_the_internet_which_also_fails_its_peers(self) -> None:
        rule = f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]"
        head = DENY + policy("shop", "web", rule)
        assert item("external-access", head).outcome is ATTENTION
        assert item("peer-selectors", head).outcome is FAIL


class TestObservability:
    def test_monitoring_that_is_cut_off_is_named(self) -> None:
        found = item("observability", DENY, base="")
        assert found.outcome is ATTENTION
        assert "monitoring/prometheus[Deployment] to shop/db[Deployment]" in found.evidence

    def test_where_no_monitoring_is_seen_a_person_looks(self) -> None:
        found = item("observability", DENY, base="", workloads=deployment("shop", "web"))
        assert found.outcome is MANUAL
        assert "not evaluated" in found.evidence

    def test_monitoring_that_still_gets_through_is_no_attention(self) -> None:
        name = "{matchLabels: {kubernetes.io/metadata.name: monitoring}}"
        rule = f"{{from: [{{namespaceSelector: {name}}}]}}"
        head = DENY + policy("shop", "watch", f"podSelector: {{}}, ingress: [{rule}]")
        assert item("observability", head, base="").outcome is MANUAL

    def test_a_policy_that_only_opens_is_no_matter_of_monitoring(self) -> None:
        wider = DENY + policy("shop", "open", "podSelector: {}, ingress: [{ports: [{port: 80}]}]")
        found = item("observability", wider)
        assert (found.outcome, found.evidence) == (NOT_APPLICABLE, "Nothing is newly blocked.")


class TestTests:
    def test_nothing_is_claimed_to_have_been_tried(self) -> None:
        found = item("tests", DENY, base="")
        assert found.outcome is MANUAL
        assert "No connection was tried" in found.evidence


class TestRollback:
    def test_an_added_policy_stays_unless_pruning_is_on(self) -> None:
        assert item("rollback", DENY, base="").outcome is ATTENTION
        prunes = ClusterProfile(prunes=True)
        assert item("rollback", DENY, base="", profile=prunes).outcome is PASS

    def test_what_a_revert_means_is_told(self) -> None:
        changed = policy("shop", "deny", f"{WEB}")
        gone = policy("shop", "gone", DB)
        found = item("rollback", changed, base=DENY + gone)
        assert found.outcome is PASS
        assert "restores shop/deny; brings back shop/gone" in found.evidence


class TestDocumentation:
    def test_reason_and_owner_are_looked_for(self) -> None:
        found = item("documentation", DENY, base="")
        assert found.outcome is ATTENTION
        assert "shop/deny lacks owner and reason" in found.evidence

    @pytest.mark.parametrize(
        "annotations",
        [
            "{edgewarden.io/owner: team-shop, edgewarden.io/reason: Baseline}",
            "{owner: team-shop, reason: Baseline}",
            "{example.com/team: team-shop, example.com/ticket: OPS-1}",
        ],
    )
    def test_common_keys_are_understood(self, annotations: str) -> None:
        head = policy("shop", "deny", "podSelector: {}", annotations)
        found = item("documentation", head, base="")
        assert found.outcome is PASS
        assert "owned by team-shop" in found.evidence


def test_nothing_passes_on_what_could_not_be_read() -> None:
    broken = policy("shop", "other", "podSelector: {}") + "  x: [\n"
    proposed = proposal([WORKLOADS, DENY, ""], [WORKLOADS, DENY, broken])
    items = checklist(proposed, shipped_pack(), ())
    assert {each.id: each.outcome for each in items if not each.unread} == {
        "cni-support": ATTENTION
    }
    assert {each.outcome for each in items if each.unread} == {MANUAL}
