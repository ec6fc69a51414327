"""How an explanation reads, and the shape of its JSON."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.designations import parse_end, parse_port
from edgewarden.reachability.explain.change import explain_change
from edgewarden.reachability.explain.reasoning import explain
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState, Direction, PodPeer, Rule
from edgewarden.reachability.questions import ask
from edgewarden.reporting.explanation_blocks import explanation_blocks
from edgewarden.reporting.explanation_json import explanation_json
from edgewarden.reporting.explanation_limits import limits_of
from edgewarden.reporting.explanation_markdown import render_explanation
from edgewarden.reporting.explanation_view import explanation_view
from edgewarden.reporting.manifest_lines import rule_lines
from edgewarden.reporting.schema import explanation_schema
from edgewarden.reporting.text import plain_text
from tests.support.clusters import (
    EGRESS,
    HERE,
    INGRESS,
    block,
    namespace,
    pods,
    policy,
    port,
    rule,
    state,
    unjudged,
    workload,
)
from tests.support.reviews import problem
from tests.unit.reporting.test_escaping import hostile

WEB = workload("shop/web", "app=web")
DB = workload("shop/db", "app=db", ports="sql:5432")
NODE = workload("shop/node", "app=node", host_network=True)
GUARDED = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="5432", line=7),))
CLOSED = policy("shop/all", "", isolates=INGRESS | EGRESS, line=3)
BY_NAMESPACE = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="env=prod", line=9)),))
BUT_PRIVATE = policy(
    "shop/web",
    "app=web",
    isolates=EGRESS,
    egress=(rule(block("0.0.0.0/0", "10.0.0.0/8", line=8), ports="443"),),
)
BY_NAME = policy("shop/db", "", ingress=(rule(pods("app=web"), ports="sql", line=6),))
CALICO = unjudged("shop/calico")
MANY = tuple(policy(f"shop/p{number}", "app=db") for number in range(9))
DEV, PROD = namespace("shop", "env=dev"), namespace("shop", "env=prod")

CASES = {
    "allowed": (state(WEB, DB, GUARDED), None, "shop/web shop/db sql"),
    "blocked": (state(WEB, DB, CLOSED), None, "shop/web shop/db 5432"),
    "other-port": (state(WEB, DB, GUARDED), None, "shop/web shop/db 80"),
    "outside": (state(WEB, DB, GUARDED), None, "192.0.2.7 shop/db 5432"),
    "excepted": (state(WEB, BUT_PRIVATE), None, "shop/web 10.1.2.3 443"),
    "nodes": (state(NODE, DB, GUARDED), None, "shop/node shop/db 5432"),
    "only-nodes": (state(NODE), None, "shop/node shop/node 80"),
    "not-judged": (state(WEB, DB, GUARDED, CALICO), None, "shop/web shop/db 5432"),
    "imagined": (state(DB, GUARDED), None, "shop/app=web shop/db 5432"),
    "imagined-name": (state(DB, BY_NAME), None, "shop/app=web shop/app=sql sql"),
    "imagined-port": (state(WEB, BY_NAME), None, "shop/web shop/app=db 5432"),
    "many-policies": (state(WEB, DB, *MANY), None, "shop/web shop/db 5432"),
    "relabelled": (
        state(WEB, DB, PROD, BY_NAMESPACE),
        state(WEB, DB, DEV, BY_NAMESPACE),
        "shop/web shop/db 80",
    ),
    "closed": (state(WEB, DB, CLOSED), state(WEB, DB), "shop/web shop/db 80"),
    "as-before": (state(WEB, DB), state(WEB, DB), "shop/web shop/db 80"),
    "new-end": (state(WEB, DB), state(DB), "shop/web shop/db 80"),
    "end-gone": (state(DB), state(WEB, DB), "shop/web shop/db 80"),
}
"""A state, the base where there is one, and the question."""


@dataclass(frozen=True)
class Shown:
    """An explanation in all its forms."""

    text: list[str]
    markdown: str
    report: dict[str, Any]


def shown(name: str, *problems: Problem) -> Shown:
    head, base, question = CASES[name]
    return explained(replace(head, problems=problems), base, question)


def explained(head: ClusterState, base: ClusterState | None, question: str) -> Shown:
    source, destination, number = question.split()
    states = (head,) if base is None else (base, head)
    asked = ask(states, parse_end(source), parse_end(destination), parse_port(number))
    index = Index.of(asked.states[0])
    explanation = (
        explain(index, asked.question)
        if base is None
        else explain_change(transition(index, asked.states[1]), asked.question)
    )
    limits = limits_of(asked)
    view = explanation_view(explanation, limits)
    return Shown(
        plain_text(explanation_blocks(view)).splitlines(),
        render_explanation(view),
        json.loads(explanation_json(explanation, limits)),
    )


@pytest.mark.parametrize("name", CASES)
def test_the_json_keeps_its_published_shape(name: str) -> None:
    Draft202012Validator(json.loads(explanation_schema())).validate(shown(name).report)


@pytest.mark.parametrize("name", CASES)
def test_text_keeps_to_its_width_and_says_the_answer_first(name: str) -> None:
    first, *rest = shown(name).text

    assert all(len(line) <= 100 for line in (first, *rest))
    assert re.match(r"(NEWLY )?(ALLOWED|BLOCKED)|MAY BE ALLOWED|NOT CHANGED", first)


def test_the_answer_says_where_it_is_blocked_and_what_to_add() -> None:
    text = shown("blocked").text

    assert text[0] == (
        "BLOCKED: shop/web → shop/db on TCP 5432 at egress of shop/web and ingress of shop/db."
    )
    assert "  NetworkPolicy shop/all isolates it (policies.yaml:3)" in text
    assert "  No egress rule admits shop/db on TCP 5432" in text
    assert "To allow it, all of these" in text
    (reason,) = (line for line in text if "those that isolate ingress of shop/db" in line)
    assert reason.startswith("  Add this policy, since those")
    assert "select every pod of namespace" in reason
    assert "          podSelector: {matchLabels: {app: db}}" in text


def test_the_answer_names_the_rule_that_admits() -> None:
    text = shown("allowed").text

    assert text[0] == "ALLOWED: shop/web → shop/db on TCP 5432 (sql)."
    assert "  Ingress rule 1 of NetworkPolicy shop/db admits shop/web (policies.yaml:7)" in text


def test_a_rule_for_other_ports_is_shown_beside_the_denial() -> None:
    text = " ".join(shown("other-port").text)

    assert "No ingress rule admits shop/web on TCP 80" in text
    assert "Ingress rule 1 of NetworkPolicy shop/db admits shop/web, but only on TCP 5432" in text


def test_an_except_that_takes_the_address_out_is_shown_beside_the_denial() -> None:
    found = shown("excepted")

    assert (
        "Egress rule 1 of NetworkPolicy shop/web admits 0.0.0.0/0, but its except 10.0.0.0/8 takes"
        " 10.1.2.3 out (policies.yaml:8)"
    ) in " ".join(line.strip() for line in found.text)
    (end,) = found.report["state"]["ends"]
    assert [(each["rule"], each["hole"]) for each in end["excepted"]] == [(0, "10.0.0.0/8")]


def test_a_rule_for_other_ports_is_no_matter_where_the_connection_passes() -> None:
    admin = policy("shop/admin", "app=db", ingress=(rule(pods("app=web"), ports="8080"),))
    text = " ".join(explained(state(WEB, DB, GUARDED, admin), None, "shop/web shop/db 5432").text)

    assert "Ingress rule 1 of NetworkPolicy shop/db admits shop/web" in text
    assert "but only on" not in text


def test_an_end_outside_has_no_policies() -> None:
    text = shown("outside").text

    assert text[text.index("Egress of 192.0.2.7") + 1].strip().startswith("It is outside")


def test_what_no_policy_binds_no_policy_blocks() -> None:
    text = shown("only-nodes").text

    assert "between two of its pods" in text[0]
    assert "  It runs with hostNetwork, so no policy binds it" in text
    assert "  No NetworkPolicy can: none binds either end" in text


def test_a_policy_left_without_egress_rules_has_to_keep_isolating_egress() -> None:
    out = rule(block("203.0.113.0/24"), line=8)
    one = policy("shop/db", "app=db", isolates=EGRESS, egress=(out,))
    two = policy("shop/db", "app=db", isolates=EGRESS, egress=(out, rule(pods("app=web"))))

    emptied, kept = (
        " ".join(explained(state(DB, each), None, "shop/db 203.0.113.5 443").text)
        for each in (one, two)
    )

    assert "write Egress into policyTypes of NetworkPolicy shop/db" in " ".join(emptied.split())
    assert "policyTypes" not in kept


def test_what_is_not_certain_comes_with_the_question_that_settles_it() -> None:
    text = shown("not-judged").text

    assert text[0] == "MAY BE ALLOWED: shop/web → shop/db on TCP 5432."
    assert "To settle it" in text
    assert any(line.strip().startswith("Does NetworkPolicy shop/calico of crd") for line in text)


def test_many_questions_are_counted_beyond_the_first() -> None:
    blocks = tuple(block(f"10.{number}.0.0/16") for number in range(9))
    guarded = policy("shop/db", "app=db", ingress=(rule(*blocks),))
    found = explained(state(WEB, DB, guarded), None, "shop/web shop/db 80")

    assert "  4 more questions" in found.text
    assert len(found.report["state"]["facts"]) == 9


def test_what_is_assumed_of_a_pod_by_its_labels_is_said() -> None:
    found = shown("imagined")
    sentence = "shop/app=web is taken for one pod with these labels and no others."

    assert f"  {sentence}" in found.text
    assert found.report["assumptions"] == [sentence]


def test_a_port_name_that_a_pod_by_labels_may_give_is_asked_beside_the_rule() -> None:
    text = " ".join(line.strip() for line in shown("imagined-port").text)

    assert text.startswith("MAY BE ALLOWED: shop/web → shop/app=db on TCP 5432.")
    assert (
        "Ingress rule 1 of NetworkPolicy shop/db admits shop/web by the port name sql"
        " (policies.yaml:6) if: Do the pods of shop/app=db[Pod] call this TCP port sql?"
    ) in text


def test_a_port_asked_about_by_a_name_alone_has_no_number() -> None:
    found = shown("imagined-name")

    assert found.text[0] == "ALLOWED: shop/app=web → shop/app=sql on TCP sql."
    assert (found.report["port"], found.report["port_name"]) == (None, "sql")
    assert "TCP sql is taken for one that no rule names by its number" in " ".join(found.text)


def test_many_policies_are_counted_beyond_the_first() -> None:
    text = " ".join(line.strip() for line in shown("many-policies").text)

    assert "NetworkPolicy shop/p4 isolates it" in text
    assert "NetworkPolicy shop/p5 isolates it" not in text
    assert "4 more policies that isolate it" in text
    assert "or 4 more that isolate it" in text
    report = shown("many-policies").report
    assert len(report["state"]["to_allow"]["rules"][0]["policies"]) == 9


def test_a_relabelled_namespace_is_explained_by_the_selector() -> None:
    found = shown("relabelled")
    text = " ".join(line.strip() for line in found.text)

    assert found.text[0] == (
        "NEWLY ALLOWED: shop/web → shop/db on TCP 80 was blocked and now is allowed."
    )
    assert (
        "env=prod, a peer's namespaceSelector in NetworkPolicy shop/db, now matches Namespace shop,"
        " where env was dev and is prod (policies.yaml:9)"
    ) in text
    (flipped,) = found.report["change"]["selectors"]
    assert flipped["labels"] == [{"key": "env", "before": "dev", "after": "prod"}]
    assert flipped["written"] == "peer_namespace_selector"


def test_only_what_an_end_said_otherwise_is_repeated_for_the_base() -> None:
    text = shown("relabelled").text

    assert "Ingress of shop/db in the base: blocked" in text
    assert "Egress of shop/web in the base: allowed" not in text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("as-before", "NOT CHANGED: shop/web → shop/db on TCP 80 is allowed, as it was."),
        ("closed", "NEWLY BLOCKED: shop/web → shop/db on TCP 80 was allowed and now is blocked."),
        ("new-end", "was not there and now is allowed."),
        ("end-gone", "was allowed and now is not there."),
    ],
)
def test_a_change_is_told_in_one_sentence(name: str, sentence: str) -> None:
    assert sentence in shown(name).text[0]


def test_what_was_not_judged_near_the_ends_is_told_and_what_lies_elsewhere_is_not() -> None:
    here = replace(problem("Near."), namespaces=frozenset({"shop"}))
    elsewhere = replace(problem("Far."), namespaces=frozenset({"other"}))
    found = shown("blocked", here, elsewhere, problem("Anywhere."))

    assert [each["message"] for each in found.report["problems"]] == ["Near.", "Anywhere."]
    assert " ".join(map(str.strip, found.text[:2])) == (
        "INCONCLUSIVE: shop/web → shop/db on TCP 5432 is blocked at egress of shop/web and ingress"
        " of shop/db as far as it was judged; 2 parts were not judged."
    )
    assert "Near." in found.markdown


@pytest.mark.parametrize("name", CASES)
def test_no_answer_is_firm_beside_what_was_not_judged(name: str) -> None:
    found = shown(name, problem("Unread."))

    assert found.text[0].startswith("INCONCLUSIVE: ")
    assert found.markdown.startswith("### Edgewarden explain\n\n**Inconclusive:** ")


def test_proposed_yaml_is_a_list_item_that_says_what_is_proposed() -> None:
    for name in ("blocked", "outside", "imagined"):
        head, base, question = CASES[name]
        blocking = policy("shop/web", "app=web", isolates=EGRESS), policy("shop/db", "app=db")
        closed = state(*head.workloads, *blocking)
        opening = explained(closed, base, question).report["state"]["to_allow"]
        for added in opening["rules"]:
            (written,) = yaml.safe_load(added["yaml"])
            assert written["ports"] == [{"protocol": "TCP", "port": 5432}]
            assert len(written["to" if added["direction"] == "egress" else "from"]) == 1


@pytest.mark.parametrize("value", ["true", "1e3", "0x1f", "no", "", "a: b", "web"])
def test_a_label_value_stays_text_in_the_proposed_yaml(value: str) -> None:
    peer = PodPeer(None, LabelSelector.matching({"app": value}), HERE)
    lines = rule_lines(Direction.INGRESS, Rule(0, (peer,), (port("80"),), HERE))

    (written,) = yaml.safe_load("\n".join(lines))
    assert written["from"] == [{"podSelector": {"matchLabels": {"app": value}}}]


def test_a_proposed_policy_with_a_rule_is_one_that_kubernetes_takes() -> None:
    egress, ingress = shown("blocked").report["state"]["to_allow"]["rules"]

    assert (egress["policies"], ingress["policies"]) == ([], [])
    assert yaml.safe_load(ingress["yaml"])["spec"] == {
        "podSelector": {"matchLabels": {"app": "db"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"podSelector": {"matchLabels": {"app": "web"}}}],
                "ports": [{"protocol": "TCP", "port": 5432}],
            }
        ],
    }
    assert [*yaml.safe_load(egress["yaml"])["spec"]["egress"][0]] == ["to", "ports"]


def test_a_proposed_policy_is_one_that_kubernetes_takes() -> None:
    report = shown("closed").report["change"]["before"]
    written = yaml.safe_load(report["to_block"][0]["yaml"])

    assert written["kind"] == "NetworkPolicy"
    assert written["metadata"] == {"name": "isolate-egress", "namespace": "shop"}
    assert written["spec"] == {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Egress"],
    }


def test_markdown_quotes_names_and_fences_yaml() -> None:
    markdown = shown("blocked").markdown

    assert markdown.startswith("### Edgewarden explain\n\n**Blocked:** `shop/web` → `shop/db` on")
    assert "```yaml\n" in markdown.replace("  ```yaml", "```yaml")


CHANGED_SECTIONS = shown("closed").markdown.count("\n#")


@settings(deadline=None, max_examples=40)
@given(name=hostile)
def test_hostile_names_move_no_cursor_and_end_no_line(name: str) -> None:
    odd = replace(CLOSED, name=name)
    found = explained(state(WEB, DB, odd), state(WEB, DB), "shop/web shop/db 80")

    assert all(line.isprintable() for line in found.text)
    assert found.markdown.count("\n#") == CHANGED_SECTIONS
