import json
from dataclasses import replace
from textwrap import dedent

import pytest

from edgewarden.governance.findings import Enforcement, Finding, Severity
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.fixes.quick_fix import QuickFix
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Comparison
from edgewarden.governance.rules.terms import RuleScope, RuleTerms
from edgewarden.manifests.snapshot import Rendering, Snapshot, SourceFile
from edgewarden.reachability.location import Location
from edgewarden.workflows.assess import assess, judge, propose
from edgewarden.workflows.codec import decode_review, encode_review
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.configuration.configuration import NO_CONFIGURATION
from edgewarden.workflows.fixes import MOST_TRIALS, Workbench, with_fixes
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.states import changed_clusters
from tests.support.proposals import NOW, deployment, namespace, pack_of_shown, policy, shipped_pack
from tests.support.reviews import only

AROUND = (
    namespace("shop")
    + namespace("prod", environment="prod")
    + deployment("shop", "api")
    + deployment("prod", "frontend")
    + deployment("prod", "batch")
    + policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
)
OR = dedent("""\
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: api}}
      ingress:
      - from:
        # the frontend in production
        - namespaceSelector: {matchLabels: {environment: prod}}
        - podSelector: {matchLabels: {app: frontend}}
    """)
EGRESS = dedent("""\
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: api}}
      policyTypes: [Egress]
    """)
DNS = (
    "  egress:\n  - to:\n"
    "    - namespaceSelector:\n        matchLabels:\n"
    "          kubernetes.io/metadata.name: kube-system\n"
    "      podSelector:\n        matchLabels:\n          k8s-app: kube-dns\n"
    "    ports:\n"
    "    - protocol: UDP\n      port: 53\n"
    "    - protocol: TCP\n      port: 53\n"
)
KUBE_DNS = deployment("kube-system", "coredns").replace("app: coredns", "k8s-app: kube-dns")


def snapshot(files: dict[str, str], renderings: tuple[Rendering, ...] = ()) -> Snapshot:
    given = sorted({"around.yaml": AROUND, **files}.items())
    return Snapshot(tuple(SourceFile(path, text.encode()) for path, text in given), renderings)


def findings(head: Snapshot, pack: PolicyPack | None = None) -> tuple[Finding, ...]:
    trees = TreePair(snapshot({}), head, Comparison.TREES, "base", "head", "", "")
    review = assess(trees, pack=pack or pack_of_shown(), platform=NO_CLAIMS, exceptions=(), now=NOW)
    assert decode_review(encode_review(review)) == review
    return only(review).findings


def fixes(files: dict[str, str]) -> list[Fix]:
    return [each.fix for each in findings(snapshot(files)) if each.fix]


def fixed(text: str, fix: Fix) -> str:
    lines = text.split("\n")
    assert tuple(lines[fix.first - 1 : fix.last]) == fix.before
    return "\n".join((*lines[: fix.first - 1], *fix.lines, *lines[fix.last :]))


def test_an_or_becomes_an_and_and_closes_what_was_not_meant() -> None:
    (fix,) = fixes({"api.yaml": OR})
    assert (fix.path, fix.first, fix.last) == ("api.yaml", 10, 10)
    assert fixed(OR, fix) == OR.replace("- podSelector", "  podSelector")
    assert "closes 1 known connection, and nothing else changes" in fix.effect


def test_a_review_that_was_stored_before_there_were_fixes_has_none() -> None:
    head = snapshot({"api.yaml": OR})
    trees = TreePair(snapshot({}), head, Comparison.TREES, "base", "head", "", "")
    review = assess(trees, pack=pack_of_shown(), platform=NO_CLAIMS, exceptions=(), now=NOW)
    stored = json.loads(encode_review(review))
    (finding,) = stored[0]["clusters"][0]["findings"]
    del finding["fix"]
    (old,) = only(decode_review(json.dumps(stored).encode())).findings
    assert (old.rule, old.fix) == ("or-where-and", None)


def test_dns_is_allowed_by_a_rule_of_its_own() -> None:
    (fix,) = fixes({"api.yaml": EGRESS, "dns.yaml": KUBE_DNS})
    assert fixed(EGRESS, fix) == EGRESS + DNS
    assert "opens 1 known connection, and nothing else changes" in fix.effect


def test_dns_is_allowed_by_the_protocol_that_is_lost() -> None:
    by_udp = EGRESS + DNS.replace("    - protocol: TCP\n      port: 53\n", "")
    (fix,) = fixes({"api.yaml": by_udp, "dns.yaml": KUBE_DNS})
    assert fixed(by_udp, fix) == by_udp + DNS.replace("  egress:\n", "").replace(
        "    - protocol: UDP\n      port: 53\n", ""
    )


def test_a_missing_separator_is_put_in() -> None:
    text = OR.replace("- podSelector", "  podSelector") + OR.replace(
        "name: api", "name: other"
    ).replace("- podSelector", "  podSelector")
    (fix,) = fixes({"api.yaml": text})
    assert fix.lines[-1] == "---"
    assert findings(snapshot({"api.yaml": fixed(text, fix)})) == ()


def test_labels_beside_a_selector_are_put_into_it() -> None:
    text = OR.replace(
        "- podSelector: {matchLabels: {app: frontend}}",
        "- podSelector:\n      matchLabels: {app: frontend}",
    )
    (finding,) = findings(snapshot({"api.yaml": text}))
    assert finding.fix is not None
    assert finding.fix.lines == ("        matchLabels: {app: frontend}",)


def test_every_policy_of_a_file_is_mended_by_itself() -> None:
    text = f"{OR}---\n{OR.replace('name: api', 'name: more').replace('app: api', 'app: more')}"
    one, other = fixes({"api.yaml": text})
    assert {one.first, other.first} == {10, 21}


def test_what_rules_of_one_policy_share_is_mended_for_all_of_them() -> None:
    text = OR.replace("- from:", "- from: &peers") + "  - {from: *peers, ports: [{port: 1}]}\n"
    (fix,) = fixes({"api.yaml": text})
    assert fixed(text, fix) == text.replace("- podSelector", "  podSelector")


def test_what_several_policies_share_is_not_mended_for_one_of_them() -> None:
    text = dedent("""\
        apiVersion: v1
        kind: List
        items:
        - apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: api, namespace: shop}
          spec:
            podSelector: {matchLabels: {app: api}}
            ingress: &rules
            - from:
              - namespaceSelector: {matchLabels: {environment: prod}}
              - podSelector: {matchLabels: {app: frontend}}
        - apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: other, namespace: shop}
          spec:
            podSelector: {matchLabels: {app: other}}
            ingress: *rules
        """)
    assert [each.rule for each in findings(snapshot({"a.yaml": text}))] == ["or-where-and"] * 2
    assert fixes({"a.yaml": text}) == []


def test_what_is_rendered_is_not_mended_in_its_source() -> None:
    files = {"app/kustomization.yaml": "resources: [api.yaml]\n", "app/api.yaml": OR}
    head = snapshot(files, (Rendering("app", OR.encode()),))
    (finding,) = findings(head)
    assert finding.location.path == "app/api.yaml"
    assert finding.fix is None


def test_what_nobody_is_shown_is_not_mended() -> None:
    pack = pack_of_shown()
    silent = replace(
        pack, rules=tuple(replace(each, enforcement=Enforcement.AUDIT) for each in pack.rules)
    )
    (finding,) = findings(snapshot({"api.yaml": OR}), pack=silent)
    assert (finding.rule, finding.fix) == ("or-where-and", None)


DEAD = EGRESS.replace("[Egress]", "[Ingress]") + DNS


def test_a_direction_that_has_rules_is_named() -> None:
    (fix,) = fixes({"api.yaml": DEAD, "dns.yaml": KUBE_DNS})
    assert fixed(DEAD, fix) == DEAD.replace("[Ingress]", "[Ingress, Egress]")
    # every other workload, the internet by both families; DNS alone stays
    assert "closes 5 known connections, and nothing else changes" in fix.effect


def test_a_direction_is_not_named_where_a_rule_would_object() -> None:
    text = DEAD.replace("port: 53", "port: 80")
    rules = [(each.rule, each.fix) for each in findings(snapshot({"api.yaml": text}))]
    assert rules == [("rule-without-effect", None)]


PORTS = (
    OR.replace("- podSelector", "  podSelector")
    + "    ports:\n    - port: 53\n    - protocol: UDP\n"
)
OBJECTING = RuleTerms(
    id="split-port",
    title="",
    severity=Severity.LOW,
    enforcement=Enforcement.WARN,
    scope=RuleScope.POLICY,
    assertion="false",
    message="",
    remedy="",
    quick_fix=QuickFix.JOIN_PORTS,
)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_port_and_its_protocol_become_one_item(ending: str) -> None:
    head = snapshot({"api.yaml": PORTS.replace("\n", ending)})
    (pair,) = map(propose, changed_clusters(snapshot({}), head, NO_CONFIGURATION).touched)
    pack = replace(shipped_pack(), rules=(OBJECTING,))
    judged = judge(pair, pack=pack, exceptions=(), now=NOW)
    (found,) = (each for each in judged.findings if each.location.path == "api.yaml")
    there = replace(found, location=Location("api.yaml", 13, 7))
    content = replace(pack, rules=(replace(OBJECTING, assertion="true"),))
    (review,) = with_fixes(
        [(pair, replace(judged, findings=(there,)))], Workbench(head, content, NO_CONFIGURATION)
    )
    (fix,) = (each.fix for each in review.findings)
    assert fix is not None
    assert fixed(PORTS, fix) == PORTS.replace("- protocol", "  protocol")
    assert "closes 1 known connection" in fix.effect


def test_only_so_many_are_tried() -> None:
    files = {
        f"{number}.yaml": OR.replace("name: api", f"name: p{number}").replace(
            "app: api", f"app: a{number}"
        )
        for number in range(MOST_TRIALS + 3)
    }
    assert len(fixes(files)) == MOST_TRIALS
