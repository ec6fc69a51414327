"""``edgewarden posture``: where namespaces stand."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import posture_schema
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.proposals import namespace, policy

TREE = {
    "shop/workloads.yaml": "---\n".join(map(deployment, ("web", "db"))),
    "shop/db.yaml": ingress_policy("db", "db", "web", 5432),
    "payments/deny.yaml": policy("payments", "deny", "podSelector: {}, policyTypes: [Ingress]"),
    "idle.yaml": namespace("idle"),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["posture", *map(str, arguments)])


def report_of(*arguments: str | Path) -> dict[str, Any]:
    report = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(json.loads(posture_schema())).validate(report)
    assert isinstance(report, dict)
    return report


def test_namespaces_stand_side_by_side(tmp_path: Path) -> None:
    said = run(write(tmp_path, TREE)).stdout
    assert said.startswith(
        "POSTURE: 3 namespaces: 1 inventory, 1 baseline, 1 ingress isolated; 1 sensitive without"
    )
    lines = [line.split("  ") for line in said.splitlines()]
    table = {line[1].strip(): [cell.strip() for cell in line if cell] for line in lines if line[1:]}
    assert table["payments"][1:6] == ["ingress isolated", "all", "none", "yes", "open"]
    assert table["shop"][1:6] == ["baseline", "some", "none", "yes", "open"]


def test_a_namespace_that_is_named_is_told_in_full(tmp_path: Path) -> None:
    said = run(write(tmp_path, TREE), "shop").stdout
    assert "\nshop: baseline\n" in said
    assert "  Ingress: some pods are isolated, but not pods app!=db in namespace shop\n" in said
    assert "      by shop/db (shop/db.yaml:1)\n" in said
    assert "What shop lacks\n" in said
    assert "payments" not in said


def test_the_report_follows_its_schema(tmp_path: Path) -> None:
    (cluster,) = report_of(write(tmp_path, TREE))["clusters"]
    shop = next(each for each in cluster["namespaces"] if each["namespace"] == "shop")
    assert (shop["phase"], shop["ingress"]["isolated"], shop["dns"][0]["refused"]) == (
        "baseline",
        "part",
        [],
    )
    assert shop["ingress"]["workloads"] == ["shop/web[Deployment]"]
    assert [each["phase"] for each in shop["lacks"]][:2] == ["ingress_isolated", "egress_isolated"]


def test_markdown_has_a_table(tmp_path: Path) -> None:
    said = run(write(tmp_path, TREE), "--format", "markdown").stdout
    assert "| Namespace | Phase | Ingress |" in said
    assert "| payments | ingress isolated | all | none |" in said


def test_an_inventory_shows_what_is_live(tmp_path: Path) -> None:
    root = write(tmp_path / "tree", TREE)
    inventory = tmp_path / "live.json"
    inventory.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": []}))
    lacking = "Nothing shows what the cluster itself holds."
    assert lacking in run(root, "shop").stdout
    assert lacking not in run(root, "shop", "--inventory", inventory).stdout


def test_of_several_clusters_each_is_told(tmp_path: Path) -> None:
    clusters = (
        "version: 1\nclusters: [{name: one, paths: [shop]}, {name: two, paths: [payments]}]\n"
    )
    root = write(tmp_path, {**TREE, ".edgewarden.yaml": clusters})
    said = run(root).stdout
    assert "Namespaces of cluster one\n" in said
    assert "Namespaces of cluster two\n" in said
    assert "Namespaces of cluster one" not in run(root, "--cluster", "two").stdout
    assert "payments in cluster two: ingress isolated\n" in run(root, "payments").stdout


def test_what_cannot_be_read_leaves_it_incomplete(tmp_path: Path) -> None:
    result = run(write(tmp_path, {**TREE, "cut.yaml": "kind: ["}), "--exit-code")
    assert result.exit_code == 3
    assert result.stdout.startswith("INCOMPLETE: ")
    assert "  shop       baseline?" in result.stdout


def test_a_namespace_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    result = run(write(tmp_path, TREE), "shop", "shopp")
    assert result.exit_code == 2
    assert "nothing here is in namespace shopp" in result.stderr


@pytest.mark.parametrize("content", ["", "# nothing\n"])
def test_where_nothing_is_there_that_is_said(content: str, tmp_path: Path) -> None:
    said = run(write(tmp_path, {"a.yaml": content})).stdout
    assert said.startswith("NOTHING FOUND: there is no namespace here")
