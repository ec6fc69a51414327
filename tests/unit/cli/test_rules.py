"""``edgewarden rules``: the shipped rules hold what they say, and own ones are held to it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.adapters.resources import shipped_rules
from edgewarden.cli.main import main
from edgewarden.governance.findings import Enforcement
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.reporting.schema import findings_schema, rules_schema
from tests.support.manifests import write
from tests.unit.cli.rule_pages import DOCS, pages

RULE = """\
id: own-rule
title: A policy called bad
severity: low
enforcement: deny
scope: policy
assert: policy.name != "bad"
key: policy.name
message: Policy {policy.text} is called bad.
remediation: Call it otherwise.
docs: {means: It is called bad., why: It is., fix: Rename it.}
tests:
  - name: bad
    after: |
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: bad, namespace: shop}
      spec: {podSelector: {}}
    finds: [shop/bad is called bad]
  - name: good
    after: |
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: good, namespace: shop}
      spec: {podSelector: {}}
    finds: []
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: bad, namespace: shop}
spec: {podSelector: {}}
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def test_the_shipped_rules_pass_their_tests_which_notice_wrong_versions_of_them() -> None:
    done = run("test", "--mutate")
    assert done.exit_code == 0, done.stdout
    assert done.stdout.startswith("PASSED: ")


def test_the_shipped_rules_block_nothing() -> None:
    assert Enforcement.DENY not in {each.terms.enforcement for each in shipped_rules()}


@pytest.mark.parametrize("path", sorted(pages()))
def test_the_pages_of_the_rules_are_those_of_their_files(path: str) -> None:
    assert (DOCS / path).read_text(encoding="utf-8") == pages()[path]


@pytest.mark.parametrize("rule", [each.terms for each in shipped_rules()], ids=lambda r: r.id)
def test_what_a_page_shows_of_its_rule_can_be_written_into_a_file(rule: RuleTerms) -> None:
    page = (DOCS / "rules" / f"{rule.id}.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(page.partition("## The rule\n\n```yaml\n")[2].partition("```")[0])
    assert shown.get("when", "true") == " ".join(rule.when.split())
    assert shown["assert"] == " ".join(rule.assertion.split())
    assert shown["scope"] == rule.scope
    assert shown.get("each") == (rule.items and {rule.items.name: rule.items.listed})


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    there = {f"rules/{file.name}" for file in (DOCS / "rules").iterdir()}
    assert there == {path for path in pages() if path.startswith("rules/")}


def test_a_failing_test_is_told_with_its_place_and_ends_with_1(tmp_path: Path) -> None:
    write(tmp_path, {"own.yaml": RULE.replace("finds: []", "finds: [anything]")})
    done = run("test", tmp_path)
    assert done.exit_code == 2
    assert "write at least one test that finds something and one with `finds: []`" in done.stderr

    write(tmp_path, {"own.yaml": RULE.replace("name: good,", "name: bad,")})
    done = run("test", tmp_path)
    assert done.exit_code == 1
    assert "own-rule: good" in done.stdout
    assert "own.yaml:19" in done.stdout
    assert "Expected 0 findings, found 1: Policy shop/bad is called bad." in done.stdout


def test_a_rule_whose_tests_hang_on_nothing_does_not_pass_mutation(tmp_path: Path) -> None:
    write(tmp_path, {"own.yaml": RULE.replace("key: policy.name", 'when: policy.name != "x"')})
    done = run("test", tmp_path, "--mutate")
    assert done.exit_code == 1
    assert "`when` left out" in done.stdout


def test_manifests_of_a_test_that_cannot_be_judged_pass_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"own.yaml": RULE.replace("{name: good, namespace: shop}", "[")})
    done = run("test", tmp_path)
    assert done.exit_code == 1
    assert "The files of the test could not be judged" in done.stdout

    write(tmp_path, {"own.yaml": RULE.replace("{name: bad, namespace: shop}", "[")})
    assert "The files of the test could not be judged" in run("test", tmp_path).stdout


def test_a_rule_that_finds_nothing_says_what_was_expected(tmp_path: Path) -> None:
    write(tmp_path, {"own.yaml": RULE.replace('name != "bad"', 'name != "worse"')})
    done = run("test", tmp_path)
    assert "Expected a finding that says 'shop/bad is called bad', found none." in done.stdout


def test_no_rule_at_all_is_a_failure(tmp_path: Path) -> None:
    done = run("test", tmp_path)
    assert done.exit_code == 2
    assert f"no rule is in {tmp_path}" in done.stderr


def test_results_are_written_as_junit_xml(tmp_path: Path) -> None:
    rules = write(tmp_path / "rules", {"own.yaml": RULE.replace("name: good,", "name: bad,")})
    run("test", rules, "--junit", tmp_path / "junit.xml")
    root = ET.fromstring((tmp_path / "junit.xml").read_text(encoding="utf-8"))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    failures = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failures == ["good"]


def test_a_fixture_names_all_that_is_found(tmp_path: Path) -> None:
    rules = write(tmp_path / "rules", {"own.yaml": RULE})
    fixture = {
        "one/before/.keep": "",
        "one/after/shop.yaml": POLICY,
        "one/expected.yaml": "findings: [{rule: own-rule, path: shop.yaml, line: 1}]\n",
    }
    assert run("test", rules, "--fixtures", write(tmp_path / "a", fixture)).exit_code == 0

    wrong = {**fixture, "one/expected.yaml": "findings: [{rule: own-rule, line: 9}]\n"}
    done = run("test", rules, "--fixtures", write(tmp_path / "b", wrong))
    assert done.exit_code == 1
    assert "Not found: own-rule :9. Not expected: own-rule shop.yaml:1" in done.stdout

    done = run("test", rules, "--fixtures", write(tmp_path / "c", {"x.yaml": "1"}))
    assert done.exit_code == 2
    assert "no expected.yaml is below" in done.stderr


def test_the_list_follows_its_schema(tmp_path: Path) -> None:
    report = json.loads(run("list", write(tmp_path, {"own.yaml": RULE}), "--format", "json").stdout)
    Draft202012Validator(json.loads(rules_schema())).validate(report)
    assert [each["id"] for each in report["rules"]] == ["own-rule"]
    assert "1 rule blocks a change (deny)" in run("list", tmp_path).stdout


def test_a_rule_is_explained_by_its_tests() -> None:
    said = run("explain", "or-where-and").stdout
    for part in ("## What it means", "## Bad", "## Good", "## Why", "## How to fix it"):
        assert part in said
    assert "did you mean or-where-and?" in run("explain", "or-where-end").stderr


def test_what_stands_is_told_by_the_rules_of_the_tree(tmp_path: Path) -> None:
    config = {".edgewarden.yaml": "version: 1\nrules: [rules]\n", "rules/own.yaml": RULE}
    tree = write(tmp_path, {**config, "bad.yaml": POLICY})
    said = run("check", tree).stdout
    assert said.startswith("CHECKED: ")
    assert "A policy called bad (low, deny, own-rule): 1" in said
    report = json.loads(run("check", tree, "--format", "json").stdout)
    Draft202012Validator(json.loads(findings_schema())).validate(report)
    assert "own-rule" in {each["rule"] for each in report["findings"]}


def test_the_strictest_rule_is_told_first(tmp_path: Path) -> None:
    deny = RULE.replace("id: own-rule", "id: z-last")
    config = {".edgewarden.yaml": "version: 1\nrules: [rules]\n", "rules/own.yaml": deny}
    said = run("check", write(tmp_path, {**config, "bad.yaml": POLICY})).stdout
    assert said.index("deny, z-last") < said.index("audit, missing-owner")


def test_who_asks_for_a_rule_that_edgewarden_does_not_have_is_told_where_to_name_it(
    tmp_path: Path,
) -> None:
    done = run("explain", "own-rule")
    assert done.exit_code == 2
    assert "Behind a rule of your own name its file." in done.stderr
    named = run("explain", "own-rule", write(tmp_path, {"own.yaml": RULE}))
    assert named.stdout.startswith("# A policy called bad\n")


def test_what_stands_is_not_told_by_rules_that_cannot_be_used(tmp_path: Path) -> None:
    config = {".edgewarden.yaml": "version: 1\nrules: [rules]\n", "rules/own.yaml": "id: x"}
    done = run("check", write(tmp_path, config))
    assert done.exit_code == 2
    first, *more = done.stderr.splitlines()
    assert first == "Error: rules/own.yaml:1:1: `title` is missing. Add it."
    assert more
    assert all(line.startswith("rules/own.yaml:1:1: ") for line in more)


def test_of_a_file_that_is_no_rule_nothing_else_is_told(tmp_path: Path) -> None:
    done = run("test", write(tmp_path, {"bad.yaml": POLICY}))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "bad.yaml:1:1: This is no rule. Begin it with `id`" in done.stderr
