"""Text and JSON of reviews and of connectivity."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from jsonschema import Draft202012Validator

from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reachability.report import Connectivity, Edge, MayEdge
from edgewarden.reporting.connectivity_markdown import render_connectivity
from edgewarden.reporting.connectivity_view import connectivity_view
from edgewarden.reporting.json_report import connectivity_json, diff_json
from edgewarden.reporting.schema import (
    backtest_schema,
    connectivity_schema,
    contract_coverage_schema,
    contract_verification_schema,
    diff_schema,
    explanation_schema,
    posture_schema,
    survey_schema,
)
from edgewarden.reporting.text import connectivity_text, review_text
from edgewarden.reporting.view import review_view
from tests.support.markdown import OURS, REFERENCE, as_github
from tests.support.reviews import addresses, ip_block_fact, problem, tcp, workload
from tests.unit.reporting.situations import SITUATIONS
from tests.unit.reporting.test_comment import hostile_review
from tests.unit.reporting.test_escaping import hostile

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
WEB, DB = workload("shop/web"), workload("shop/db", "StatefulSet")
ANSWER = Connectivity(
    edges=(Edge((WEB,), (DB,), tcp(5432)), Edge((WEB,), (addresses("10.0.0.0/8"),), ALL_PORTS)),
    may_edges=(
        MayEdge((DB,), (WEB,), tcp(80), (ip_block_fact("10.0.0.0/8", Location("k8s/db.yaml", 8)),)),
    ),
)
STATE = ClusterState("shop", assumptions=("Nothing else runs here.",))
UNSURE = replace(STATE, problems=(problem(), problem("Of no weight.", decisive=False)))


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_the_json_of_a_review_keeps_its_published_shape(name: str) -> None:
    report = json.loads("".join(diff_json(SITUATIONS[name])))

    Draft202012Validator(json.loads(diff_schema())).validate(report)


def test_the_json_lists_edges_with_their_ends_ports_and_causes() -> None:
    report = json.loads("".join(diff_json(SITUATIONS["one-narrow-edge"])))

    assert report["verdict"] == "pass"
    assert report["problems"] == []
    assert report["added"] == [
        {
            "src": "shop/api[Deployment]",
            "dst": "shop/db[StatefulSet]",
            "ports": {"TCP": [[5432, 5432]]},
            "because": "policy_changed",
            "causes": [
                {
                    "kind": "rule_allows",
                    "side": "head",
                    "policy": "shop/allow-api",
                    "direction": "ingress",
                    "rule": 0,
                    "file": "k8s/shop/db.yaml",
                    "line": 14,
                }
            ],
            "causes_left_out": 0,
            "clusters": ["cluster"],
        }
    ]


def test_a_changed_edge_has_its_ports_before_and_after() -> None:
    (edge,) = json.loads("".join(diff_json(SITUATIONS["a-conflict-with-the-base"])))["changed"]

    assert edge["before"] == {"TCP": [[5432, 5440]]}
    assert edge["after"] == {"TCP": [[5432, 5432]]}
    assert "ports" not in edge


def test_a_may_edge_carries_the_facts_that_would_settle_it() -> None:
    report = json.loads("".join(diff_json(SITUATIONS["only-may"])))

    assert report["added"] == []
    assert [fact["line"] for fact in report["may_added"][0]["facts"]] == [17]


def test_connectivity_lists_certain_and_uncertain_edges_apart() -> None:
    report = json.loads("".join(connectivity_json(STATE, ANSWER)))

    Draft202012Validator(json.loads(connectivity_schema())).validate(report)
    assert report["verdict"] == "pass"
    assert [edge["dst"] for edge in report["edges"]] == [
        "shop/db[StatefulSet]",
        "10.0.0.0-10.255.255.255",
    ]
    assert [edge["src"] for edge in report["may_edges"]] == ["shop/db[StatefulSet]"]


def test_connectivity_is_inconclusive_where_something_decisive_was_not_judged() -> None:
    report = json.loads("".join(connectivity_json(UNSURE, ANSWER)))

    assert report["verdict"] == "inconclusive"
    assert [found["decisive"] for found in report["problems"]] == [True, False]
    assert connectivity_view(UNSURE, ANSWER, "manifests").verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("diff.schema.json", diff_schema()),
        ("connectivity.schema.json", connectivity_schema()),
        ("explain.schema.json", explanation_schema()),
        ("survey.schema.json", survey_schema()),
        ("posture.schema.json", posture_schema()),
        ("contract-verify.schema.json", contract_verification_schema()),
        ("contract-coverage.schema.json", contract_coverage_schema()),
        ("backtest.schema.json", backtest_schema()),
    ],
)
def test_the_published_schemas_are_those_of_the_code(file: str, schema: str) -> None:
    assert (SCHEMAS / file).read_text(encoding="utf-8") == schema


@settings(deadline=None)
@given(name=hostile)
@example(name="longer-than-a-line-" * 6)
def test_hostile_names_move_no_cursor_and_end_no_line_in_text(name: str) -> None:
    text = review_text(review_view(hostile_review(name)))

    assert all(character.isprintable() or character == "\n" for character in text)
    headings = [line for line in text.splitlines()[1:] if line and not line.startswith(" ")]
    assert len(headings) == 9


@settings(deadline=None)
@given(name=hostile)
def test_hostile_names_are_valid_in_json(name: str) -> None:
    report = "".join(diff_json(hostile_review(name)))

    assert report.isascii()
    assert json.loads(report)["added"][0]["src"].startswith("shop/")
    json.loads(report.encode("utf-8"))


def test_text_tells_the_verdict_first_and_then_causes_with_their_places() -> None:
    lines = review_text(review_view(SITUATIONS["one-narrow-edge"])).splitlines()

    assert lines[0] == "PASSES: this change newly allows shop/api → shop/db on TCP 5432."
    assert "  shop/api → shop/db: TCP 5432" in lines
    assert (
        "      ingress rule 1 of NetworkPolicy shop/allow-api allows it (k8s/shop/db.yaml:14)"
        in lines
    )


def test_text_writes_an_example_line_by_line() -> None:
    lines = review_text(review_view(SITUATIONS["the-shop"])).splitlines()

    start = lines.index("      Remedy: Write one list item with both selectors:")
    assert lines[start + 1 : start + 3] == ["          from:", "          - namespaceSelector:"]


def test_connectivity_as_text_tells_what_is_not_judged() -> None:
    lines = connectivity_text(connectivity_view(UNSURE, ANSWER, "manifests")).splitlines()

    assert lines[0].startswith("INCONCLUSIVE: 0 policies and 0 workloads: 2 connections allowed")
    assert "  k8s/broken.yaml:4: The file is not YAML: a mapping is not closed." in lines


def test_connectivity_that_leaves_nothing_open_is_complete() -> None:
    web = Workload("shop", "web", "Deployment", {}, Location("web.yaml", 1))
    view = connectivity_view(replace(STATE, workloads=(web,)), ANSWER, "manifests")
    assert connectivity_text(view).startswith("COMPLETE: 0 policies and 1 workload: ")


def test_connectivity_of_no_manifests_says_so_and_not_that_it_passes() -> None:
    nothing = ClusterState("empty/")
    answer = Connectivity((), ())
    told = (
        "there is no policy and no workload in manifests, in files that end in .yaml, .yml or .json"
    )
    view = connectivity_view(nothing, answer, "manifests")
    assert " ".join(connectivity_text(view).split()) == f"NOTHING FOUND: {told}."
    assert "**Nothing found:** there is no policy" in render_connectivity(view)
    assert json.loads("".join(connectivity_json(nothing, answer)))["verdict"] == "pass"


def test_connectivity_as_markdown_is_made_of_our_elements_only() -> None:
    rendered = as_github(render_connectivity(connectivity_view(UNSURE, ANSWER, "manifests")))

    assert rendered.elements <= OURS
    assert {"shop/web", "shop/db", "k8s/broken.yaml:4"} <= set(rendered.code)
    assert not [part for part in rendered.plain if REFERENCE.search(part)]


def test_where_no_workload_is_known_nothing_is_said_to_be_closed() -> None:
    nothing = Connectivity(edges=(), may_edges=())
    sentence = connectivity_view(UNSURE, nothing, "manifests").sentence

    assert sentence.startswith("0 policies, and no workload is known: name pods, as in `--to ")
    assert sentence.endswith("; 1 part was not judged.")
