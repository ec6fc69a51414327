"""What is said over all pods reads as few sentences."""

import json
from dataclasses import replace

from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Fact, FactKind
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import Bond, Extent, PodSet, SymbolicDiff
from edgewarden.reporting.comment import render_comment
from edgewarden.reporting.json_report import diff_json
from edgewarden.reporting.rows import Kind
from edgewarden.reporting.statement_rows import statement_rows
from edgewarden.reporting.text import review_text
from edgewarden.reporting.view import review_view
from tests.support.reviews import pods, policy, review, rule_allows, stated, tcp

HERE = Location("k8s/allow.yaml", 7)
CALICO = Fact(FactKind.UNJUDGED_POLICY, "calico", "Does the Calico policy deny it?", HERE)
BLOCK = Fact(FactKind.IP_BLOCK, "block", "Does the block match pods?", HERE)
DB = pods("shop", app="db")
ELSEWHERE = PodSet(Values.all_but("lab", "dev"))


def test_where_only_unjudged_policies_could_say_otherwise_one_row_tells_it() -> None:
    certain = stated(ELSEWHERE, DB, tcp(5432), rule_allows("shop/db", HERE))
    doubtful = replace(certain, source=PodSet(Values.only("lab", "dev")), facts=(CALICO,))

    (row,) = statement_rows(SymbolicDiff(opened=(certain, doubtful)))

    assert (row.kind, row.source, row.facts) == (Kind.OPENED, ("any pod",), ())
    assert row.doubt == "not certain in namespaces dev, lab, where other kinds of policies stand"


def test_what_another_rule_or_another_fact_may_open_is_a_row_of_its_own() -> None:
    certain = stated(ELSEWHERE, DB, tcp(5432), rule_allows("shop/db", HERE))
    lab = replace(certain, source=pods("lab"))
    of_another_rule = replace(lab, causes=(rule_allows("shop/web", HERE),), facts=(CALICO,))
    of_another_fact = replace(lab, facts=(CALICO, BLOCK))

    for doubtful in (of_another_rule, of_another_fact):
        rows = statement_rows(SymbolicDiff(opened=(certain, doubtful)))
        assert [row.kind for row in rows] == [Kind.OPENED, Kind.MAY_OPEN]
        assert rows[0].doubt == ""


def test_of_many_questions_the_first_are_told_and_the_others_counted() -> None:
    facts = tuple(replace(CALICO, question=f"Question {number}?") for number in range(5))
    doubtful = replace(stated(ELSEWHERE, DB, tcp(1), rule_allows("shop/db", HERE)), facts=facts)

    (row,) = statement_rows(SymbolicDiff(opened=(doubtful,)))

    assert [fact.text for fact in row.facts] == [
        "Question 0?",
        "Question 1?",
        "Question 2? There are 2 more questions like these.",
    ]


def test_isolation_by_many_policies_is_told_with_the_first_of_them() -> None:
    statement = stated(ELSEWHERE, DB, tcp(5432), rule_allows("shop/db", HERE))
    told = ((policy("shop/deny"), Location("k8s/deny.yaml", 1)),)
    many = replace(statement, before=(Bond(Direction.INGRESS, Extent.ALL, told, left_out=4),))
    diff = ReachabilityDiff(symbolic=SymbolicDiff(opened=(many,)))
    given = review(Verdict.PASS, diff)

    text = review_text(review_view(given))
    told_text = (
        "isolated for ingress by NetworkPolicy shop/deny (k8s/deny.yaml:1 in the base), others"
    )
    assert told_text in " ".join(text.split())
    comment = render_comment(given, configuration="c", address="", limit=60_000)
    assert "and others" in comment
    (told_bond,) = json.loads("".join(diff_json(given)))["symbolic"]["opened"][0]["before"]
    assert (len(told_bond["policies"]), told_bond["policies_left_out"]) == (1, 4)


def test_isolation_in_part_names_its_direction_and_the_policies() -> None:
    statement = stated(ELSEWHERE, DB, tcp(5432), rule_allows("shop/db", HERE))
    some = Bond(Direction.EGRESS, Extent.PART, ((policy("lab/deny"), HERE),))
    none = Bond(Direction.INGRESS, Extent.NONE)
    (row,) = statement_rows(SymbolicDiff(opened=(replace(statement, before=(some, none)),)))
    part, free = row.before
    assert part.text == "source isolated for egress in part"
    assert [why.text for why in part.by] == ["NetworkPolicy lab/deny"]
    assert free.text == "destination not isolated for ingress"
