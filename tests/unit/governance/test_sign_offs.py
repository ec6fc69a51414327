"""A sign-off counts for as long as what it rests on is the same, and asks for nothing idle."""

from dataclasses import replace

import pytest

from edgewarden.governance.findings import ChecklistItem, ChecklistTerms, Enforcement, Outcome
from edgewarden.governance.meaning import digest
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Verdict
from edgewarden.governance.sign_offs import Manual, Signers, SignOff, SignOffKind
from edgewarden.governance.signing import signed
from edgewarden.reachability.location import Location
from edgewarden.reachability.ports import PortSet, Protocol
from tests.support.asked import asked, asking
from tests.support.proposals import (
    NOW,
    deployment,
    item,
    policy,
    reviewed,
    shipped_pack,
)
from tests.support.reviews import only

HEAD, LATER = "1" * 40, "2" * 40
WORKLOADS = deployment("shop", "web") + deployment("shop", "db") + deployment("other", "client")
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
WEB = "podSelector: {matchLabels: {app: web}}"
OPEN_WEB = policy("shop", "web", f"{WEB}, ingress: [{{from: [{{podSelector: {{}}}}]}}]")
ALL = policy("shop", "all", "podSelector: {}, ingress: [{}]")
MANUAL = Manual("Who was told?", Signers("operator"))


def judged(
    *head: str, base: str = DENY, pack: PolicyPack | None = None
) -> dict[str, ChecklistItem]:
    review = reviewed([WORKLOADS, base], [WORKLOADS, *head], pack=pack)
    return {each.id: each for each in only(review).checklist}


def basis(*head: str, name: str = "tests", base: str = DENY) -> str:
    found = judged(*head, base=base)[name]
    assert found.asked is not None
    return found.basis


# --- what an answer rests on ----------------------------------------------------------------------


def test_lines_files_names_of_rules_and_order_are_nothing_that_a_test_rests_on() -> None:
    before = basis(DENY + OPEN_WEB)
    assert basis("# a comment\n\n" + DENY, OPEN_WEB) == before
    assert basis(OPEN_WEB + DENY) == before


@pytest.mark.parametrize(
    "head",
    [
        OPEN_WEB.replace("ingress: [{", "ingress: [{ports: [{port: 80}], "),
        OPEN_WEB.replace("app: web", "app: db"),
        OPEN_WEB.replace("{podSelector: {}}", "{podSelector: {}}, {namespaceSelector: {}}"),
        OPEN_WEB + policy("shop", "more", "podSelector: {}, policyTypes: [Egress]"),
        OPEN_WEB + deployment("shop", "late"),
    ],
)
def test_whatever_changes_a_connection_asks_for_the_test_again(head: str) -> None:
    assert basis(DENY + head) != basis(DENY + OPEN_WEB)


def test_policies_that_are_written_otherwise_ask_for_the_test_again() -> None:
    """The connections may be the same: the objects that were tried are not."""
    other = OPEN_WEB.replace("name: web", "name: front")
    assert basis(DENY + other) != basis(DENY + OPEN_WEB)


def test_what_opens_is_nothing_that_an_answer_on_monitoring_rests_on() -> None:
    egress = policy("other", "closed", "podSelector: {}, policyTypes: [Egress]")
    closing = basis(DENY + egress, name="observability")
    assert basis(DENY + egress + OPEN_WEB, name="observability") == closing
    assert basis(egress, name="observability", base="") != closing


def test_trust_in_labels_rests_on_the_rules_that_trust_them() -> None:
    def trusting(label: str) -> str:
        peer = f"{{namespaceSelector: {{matchLabels: {{{label}: a}}}}}}"
        return DENY + policy("shop", "web", f"{WEB}, ingress: [{{from: [{peer}]}}]")

    before = basis(trusting("team"), name="namespace-labels")
    assert basis(trusting("team") + OPEN_WEB.replace("web", "db"), name="namespace-labels") == (
        before
    )
    assert basis(trusting("tenant"), name="namespace-labels") != before


def test_what_cannot_be_read_is_asked_of_nobody_and_changes_every_answer() -> None:
    broken = policy("shop", "other", "podSelector: {}") + "  x: [\n"
    items = judged(DENY + OPEN_WEB, broken)
    assert items["tests"].asked is not None
    assert items["tests"].basis != basis(DENY + OPEN_WEB)
    assert items["dns"].unread
    assert items["dns"].asked is None


def test_nobody_is_asked_about_a_change_of_nothing() -> None:
    peer = "{namespaceSelector: {matchLabels: {team: a}}}"
    idle = policy("shop", "idle", f"podSelector: {{}}, ingress: [{{from: [{peer}]}}]")
    for head, base in ((f"# comment\n{DENY}", DENY), (DENY + ALL + idle, DENY + ALL)):
        assert [each.id for each in judged(head, base=base).values() if each.asked] == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Location("a.yaml", 1), Location("b.yaml", 9), True),
        (frozenset({"b", "a", "c"}), frozenset({"c", "a", "b"}), True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": "b"}, {"a": "c"}, False),
        (("a", "bc"), ("ab", "c"), False),
        ((("a",), "b"), ("a", ("b",)), False),
        (None, "", False),
        (1, "1", False),
        (PortSet.of(Protocol.TCP, 80), PortSet.of(Protocol.UDP, 80), False),
    ],
)
def test_values_have_one_digest_where_they_mean_the_same(
    one: object, other: object, *, same: bool
) -> None:
    assert (digest(one) == digest(other)) is same


def test_what_has_no_meaning_of_its_own_has_no_digest() -> None:
    with pytest.raises(TypeError, match="object has no meaning"):
        digest(object())


# --- what counts ----------------------------------------------------------------------------------


def entry(kind: SignOffKind = SignOffKind.SIGNED, **changes: str) -> SignOff:
    said = SignOff(kind, "tests", "cluster", HEAD, asked().basis, "ada", NOW, "Tried.")
    return replace(said, **changes)  # type: ignore[arg-type] # only texts are changed


def outcome(*record: SignOff, head: str = HEAD) -> tuple[Outcome, list[tuple[str, bool]]]:
    found = item(signed(asking(asked()), head, record), "tests")
    return found.outcome, [(each.sign_off.actor, each.carried) for each in found.signed]


def test_the_newest_that_is_not_taken_back_counts() -> None:
    revoked = entry(SignOffKind.REVOKED, actor="grace")
    assert outcome() == (Outcome.MANUAL, [])
    assert outcome(entry(), entry(actor="eve")) == (Outcome.SIGNED, [("eve", False)])
    assert outcome(entry(), revoked) == (Outcome.MANUAL, [])
    assert outcome(entry(), revoked, entry(actor="eve")) == (Outcome.SIGNED, [("eve", False)])


def test_what_was_said_of_anything_else_does_not_count() -> None:
    for other in (entry(item="dns"), entry(cluster="prod"), entry(basis="00" * 32)):
        assert outcome(other) == (Outcome.MANUAL, [])


def test_what_was_said_of_another_head_is_carried_over_where_its_ground_is_the_same() -> None:
    assert outcome(entry(), head=LATER) == (Outcome.SIGNED, [("ada", True)])


def test_a_sign_off_never_takes_a_failure_away() -> None:
    failing = replace(asked(), outcome=Outcome.FAIL)
    found = item(signed(asking(failing), HEAD, [entry()]), "tests")
    assert (found.outcome, found.signed) == (Outcome.FAIL, ())


# --- items of an organisation ---------------------------------------------------------------------


def own(*head: str, enforcement: Enforcement | None = None, manual: Manual | None) -> ChecklistItem:
    """An item of its own; bound to the rule on allow-all where an ``enforcement`` is given."""
    pack = shipped_pack()
    rules = ("allow-all",) if enforcement is not None else ()
    terms = ChecklistTerms("own", "Own", "Own.", rules, manual)
    stated = tuple(
        replace(rule, enforcement=enforcement or rule.enforcement, checklist_item="")
        for rule in pack.rules
    )
    changed = replace(pack, rules=stated, checklist=(*pack.checklist, terms))
    return judged(*head, pack=changed)["own"]


def test_a_question_of_ones_own_is_asked_wherever_connections_change() -> None:
    assert own(DENY, manual=MANUAL).outcome is Outcome.NOT_APPLICABLE
    assert own(DENY + OPEN_WEB, manual=MANUAL).asked == MANUAL


def test_rules_of_an_item_fail_it_as_they_fail_others() -> None:
    for manual in (None, MANUAL):
        failing = own(DENY + ALL, enforcement=Enforcement.WARN, manual=manual)
        assert (failing.outcome, failing.asked) == (Outcome.FAIL, None)
    passing = own(DENY + OPEN_WEB, enforcement=Enforcement.WARN, manual=None)
    assert passing.outcome is Outcome.PASS
    assert own(DENY, enforcement=Enforcement.WARN, manual=None).outcome is Outcome.NOT_APPLICABLE


def test_rules_that_only_record_say_where_a_person_is_asked() -> None:
    found = own(DENY + ALL, enforcement=Enforcement.AUDIT, manual=MANUAL)
    assert found.asked == MANUAL
    assert "shop/all" in found.evidence
    elsewhere = own(DENY + OPEN_WEB, enforcement=Enforcement.AUDIT, manual=MANUAL)
    assert elsewhere.outcome is Outcome.PASS
    unasked = own(DENY + ALL, enforcement=Enforcement.AUDIT, manual=None)
    assert unasked.outcome is Outcome.PASS


def test_a_review_that_asks_somebody_is_not_silent() -> None:
    review = asking(asked())
    (cluster,) = review.clusters
    assert not replace(cluster, verdict=Verdict.PASS).silent
    assert replace(cluster, verdict=Verdict.PASS, checklist=()).silent
