from dataclasses import replace
from datetime import timedelta

import pytest

from edgewarden import __version__
from edgewarden.governance.exceptions import PodScope, PolicyException
from edgewarden.governance.findings import Enforcement, Finding, Outcome
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Review, Verdict
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.workflows.codec import decode_review, encode_review
from tests.support.one_by_one import one_by_one
from tests.support.proposals import (
    NOW,
    deployment,
    item,
    namespace,
    policy,
    reviewed,
    shipped_pack,
)
from tests.support.reviews import assumptions_of, only, problems_of, reasons_of

WORKLOADS = (
    namespace("shop", environment="prod")
    + namespace("web", environment="prod")
    + namespace("batch", environment="prod")
    + deployment("shop", "api")
    + deployment("shop", "db")
    + deployment("shop", "frontend")
    + deployment("web", "frontend")
    + deployment("batch", "reports")
)
API = "podSelector: {matchLabels: {app: api}}"
DB = "podSelector: {matchLabels: {app: db}}"
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
PROD = "namespaceSelector: {matchLabels: {environment: prod}}"
FRONTEND = "podSelector: {matchLabels: {app: frontend}}"
AND = policy("shop", "api", f"{API}, ingress: [{{from: [{{{PROD}, {FRONTEND}}}]}}]")
OR = policy("shop", "api", f"{API}, ingress: [{{from: [{{{PROD}}}, {{{FRONTEND}}}]}}]")
OPEN_DB = policy("shop", "db", f"{DB}, ingress: [{{from: [{{{PROD}}}], ports: [{{port: 5432}}]}}]")


def told(review: Review) -> list[Finding]:
    """What is not only recorded."""
    findings = only(review).findings
    return [each for each in findings if each.enforcement is not Enforcement.AUDIT]


def test_a_comment_is_a_quiet_pass() -> None:
    review = reviewed([WORKLOADS, DENY], [WORKLOADS, "# a comment\n" + DENY])
    assert review.verdict is Verdict.PASS
    assert review.quiet
    assert only(review).findings == ()


def test_the_or_mistake_is_found_with_the_edges_that_it_opens() -> None:
    review = reviewed([WORKLOADS, DENY + AND], [WORKLOADS, DENY + OR])
    assert review.verdict is Verdict.ATTENTION
    (finding,) = told(review)
    assert finding.rule == "or-where-and"
    assert "batch/reports[Deployment]" in finding.message
    assert ("batch/reports[Deployment]", "shop/api[Deployment]") in {
        (str(src), str(dst)) for src, dst, _ in one_by_one(only(review).diff.added)
    }


def test_its_repair_is_a_pass_that_blocks_edges() -> None:
    review = reviewed([WORKLOADS, DENY + OR], [WORKLOADS, DENY + AND])
    assert review.verdict is Verdict.PASS
    assert not review.quiet
    assert only(review).diff.removed


def test_an_opened_database_port_is_named_with_file_and_line() -> None:
    review = reviewed([WORKLOADS, DENY], [WORKLOADS, DENY + OPEN_DB])
    ports = item(review, "ports")
    assert ports.outcome is Outcome.ATTENTION
    assert "to shop/db[Deployment] on TCP 5432 (PostgreSQL) (1.yaml:" in ports.evidence


def test_a_default_deny_without_dns_asks_for_attention() -> None:
    deny = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
    review = reviewed([WORKLOADS, ""], [WORKLOADS, deny])
    assert review.verdict is Verdict.ATTENTION
    assert [finding.rule for finding in told(review)] == ["egress-without-dns"]
    assert item(review, "dns").outcome is Outcome.FAIL


def test_policies_for_pods_that_nobody_shows_are_judged_all_the_same() -> None:
    deny = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
    review = reviewed([namespace("shop")], [namespace("shop") + deny])
    assert review.verdict is Verdict.ATTENTION
    assert [finding.rule for finding in told(review)] == ["egress-without-dns"]
    assert [str(each) for each in only(review).diff.symbolic.closed] == [
        "anything → all pods in namespace shop: every port",
        "all pods in namespace shop → any address outside the cluster: every port",
        "all pods in namespace shop → all pods in every namespace except shop: every port",
    ]


def test_a_head_that_does_not_parse_is_inconclusive_and_named() -> None:
    review = reviewed([WORKLOADS, DENY], [WORKLOADS, DENY + "  x: [\n"])
    assert review.verdict is Verdict.INCONCLUSIVE
    assert only(review).diff.empty
    assert [finding.rule for finding in only(review).findings] == ["parse-problem"]
    assert only(review).findings[0].location.path == "1.yaml"


def denying(pack: PolicyPack) -> PolicyPack:
    return replace(
        pack,
        rules=tuple(replace(rule, enforcement=Enforcement.DENY) for rule in pack.rules),
    )


def test_a_rule_that_denies_blocks_even_where_something_is_not_judged() -> None:
    review = reviewed(
        [WORKLOADS, DENY + AND, ""],
        [WORKLOADS, DENY + OR, DENY.replace("shop", "other") + "  x: [\n"],
        pack=denying(shipped_pack()),
    )
    assert review.verdict is Verdict.BLOCKED
    assert review.inconclusive
    assert reasons_of(review)[0].startswith("OR where AND was likely meant: see 1.yaml:")


def test_a_rule_that_is_only_recorded_leaves_the_verdict_alone() -> None:
    pack = shipped_pack()
    recording = replace(
        pack, rules=tuple(replace(rule, enforcement=Enforcement.AUDIT) for rule in pack.rules)
    )
    review = reviewed([WORKLOADS, DENY + AND], [WORKLOADS, DENY + OR], pack=recording)
    assert review.verdict is Verdict.PASS
    assert {finding.enforcement for finding in only(review).findings} == {Enforcement.AUDIT}


EXCEPTION = PolicyException(
    number=12,
    reason="Month-end reports.",
    owner="payments",
    ticket="T-1",
    test="curl",
    source=PodScope(LabelSelector.matching({"environment": "prod"}), LabelSelector()),
    destination=PodScope(
        LabelSelector.matching({"kubernetes.io/metadata.name": "shop"}),
        LabelSelector.matching({"app": "db"}),
    ),
    ports=PortSet.of(Protocol.TCP, 5432),
    starts_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=1),
)


def test_an_exception_is_shown_and_improves_nothing() -> None:
    trees = ([WORKLOADS, DENY + AND], [WORKLOADS, DENY + OR + OPEN_DB])
    without, with_it = reviewed(*trees), reviewed(*trees, exceptions=[EXCEPTION])
    assert with_it.verdict is without.verdict is Verdict.ATTENTION
    assert only(with_it).findings == only(without).findings
    assert only(without).covered == ()
    assert {str(end) for each in only(with_it).covered for end in each.change.destinations} == {
        "shop/db[Deployment]"
    }
    assert {each.exception.name for each in only(with_it).covered} == {"EXC-12"}


def test_the_same_arguments_give_the_same_review() -> None:
    trees = ([WORKLOADS, DENY + AND], [WORKLOADS, DENY + OR + OPEN_DB])
    one, other = reviewed(*trees), reviewed(*trees)
    assert encode_review(one) == encode_review(other)
    assert decode_review(encode_review(one)) == one


def test_a_review_names_what_it_was_made_from() -> None:
    provenance = reviewed([DENY], [DENY]).provenance
    assert (provenance.base, provenance.head) == ("base", "head")
    assert provenance.tool_version == __version__
    assert provenance.policy_pack == shipped_pack().digest


def test_a_deletion_says_that_it_assumes_pruning() -> None:
    review = reviewed([WORKLOADS, DENY], [WORKLOADS, ""])
    assert any("shop/deny" in sentence for sentence in assumptions_of(review))


@pytest.mark.parametrize("side", ["base", "head"])
def test_problems_of_both_sides_are_told_once(side: str) -> None:
    broken = DENY + "  x: [\n"
    review = reviewed([broken], [DENY]) if side == "base" else reviewed([DENY], [broken])
    assert len(problems_of(review)) == 1
    assert review.verdict is Verdict.INCONCLUSIVE
