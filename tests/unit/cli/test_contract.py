"""``edgewarden contract``: what people see, and with which status it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import contract_coverage_schema, contract_verification_schema
from tests.support.manifests import deployment, ingress_policy, write

SHOP = {
    "shop/workloads.yaml": "---\n".join(map(deployment, ("web", "job", "db"))),
    "shop/db.yaml": ingress_policy("db", "db", "web", 5432),
}
HEAD = "version: 1\nentries:\n"
WEB = "- {name: web, source: shop/web, destination: shop/db, ports: 5432, expected: allow}\n"
NOBODY = "- {name: nobody, source: '*/*', destination: outside, expected: deny}\n"
TYPO = "- {name: typo, source: shop/wed, destination: shop/db, expected: allow}\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["contract", *map(str, arguments)])


def agreed(place: Path, *entries: str) -> Path:
    path = place / "agreed.yml"
    path.write_text(HEAD + "".join(entries), encoding="utf-8")
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", SHOP)


@pytest.mark.parametrize(
    ("entries", "status", "said"),
    [
        ((WEB,), 0, "HOLDS: the one entry holds.\n"),
        ((WEB, NOBODY), 1, "BROKEN: of 2 entries 1 breaks, 1 holds.\n"),
        ((WEB, TYPO), 3, "NOT SETTLED: of 2 entries 1 is vacuous, 1 holds.\n"),
        ((NOBODY, TYPO), 1, "BROKEN: of 2 entries 1 breaks, 1 is vacuous.\n"),
    ],
)
def test_the_status_is_that_of_the_worst_entry(
    shop: Path, tmp_path: Path, entries: tuple[str, ...], status: int, said: str
) -> None:
    answer = run("verify", shop, "--contract", agreed(tmp_path, *entries))
    assert answer.exit_code == status
    assert answer.stdout.startswith(said)


def test_a_breach_is_told_with_what_makes_it(shop: Path, tmp_path: Path) -> None:
    shut = WEB.replace("shop/web", "[shop/web, shop/job]")
    said = " ".join(run("verify", shop, "--contract", agreed(tmp_path, shut)).stdout.split())
    assert "shop/job[Deployment] → shop/db[Deployment]: TCP 5432 is blocked" in said
    assert "isolates for ingress, and no rule admits it" in said
    assert "shop/db.yaml:" in said


def test_the_contract_that_the_repository_names_is_taken(shop: Path) -> None:
    write(
        shop,
        {
            ".edgewarden.yaml": "version: 1\ncontract: [network]\n",
            "network/a.yaml": HEAD + WEB,
            "network/deep/b.yaml": HEAD + TYPO,
        },
    )
    assert "of 2 entries" in run("verify", shop).stdout


def test_where_there_is_no_contract_it_says_how_to_get_one(shop: Path) -> None:
    answer = run("verify", shop)
    assert answer.exit_code == 2
    assert "edgewarden contract import writes a first one" in answer.stderr


@pytest.mark.parametrize("command", ["verify", "coverage"])
def test_faults_of_all_files_are_told_with_their_places(
    shop: Path, tmp_path: Path, command: str
) -> None:
    place = write(tmp_path / "agreed", {"a.yaml": HEAD + WEB, "b.yaml": HEAD + WEB, "c.yml": "x"})
    answer = run(command, shop, "--contract", place)
    assert answer.exit_code == 2
    assert "b.yaml:3:3: A second entry is called web" in answer.stderr
    assert "c.yml:1:1: This is no contract." in answer.stderr


def test_a_file_that_is_not_there_is_refused(shop: Path, tmp_path: Path) -> None:
    answer = run("verify", shop, "--contract", tmp_path / "none.yaml")
    assert answer.exit_code == 2
    assert "name a file of the contract" in answer.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("verify", shop, "--contract", empty).exit_code == 2


def test_the_reports_follow_their_schemas(shop: Path, tmp_path: Path) -> None:
    contract = agreed(tmp_path, WEB, NOBODY, TYPO)
    verified = json.loads(run("verify", shop, "--contract", contract, "--format", "json").stdout)
    Draft202012Validator(json.loads(contract_verification_schema())).validate(verified)
    assert verified["verdict"] == "blocked"
    assert verified["counts"] == {"holds": 1, "breaks": 1, "undetermined": 0, "vacuous": 1}
    assert [each["standing"] for each in verified["entries"]] == ["holds", "breaks", "vacuous"]
    covered = json.loads(run("coverage", shop, "--contract", contract, "--format", "json").stdout)
    Draft202012Validator(json.loads(contract_coverage_schema())).validate(covered)
    assert covered["idle"] == ["typo"]
    assert covered["unwritten"] == ["web", "nobody", "typo"]


def test_markdown_has_the_same_parts(shop: Path, tmp_path: Path) -> None:
    contract = agreed(tmp_path, WEB, TYPO)
    said = run("verify", shop, "--contract", contract, "--format", "markdown").stdout
    assert said.startswith("### Edgewarden contract\n\n**Not settled:** of 2 entries")
    assert "#### Vacuous: 1" in said
    covered = run("coverage", shop, "--contract", contract, "--format", "markdown").stdout
    assert covered.startswith("### Edgewarden contract\n\n**Not whole:**")


def test_what_import_writes_holds_and_is_whole(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "first.yaml"
    answer = run("import", shop, "-o", target)
    assert answer.exit_code == 0
    assert "written" in answer.stderr
    assert run("verify", shop, "--contract", target).exit_code == 0
    covered = run("coverage", shop, "--contract", target, "--exit-code")
    assert covered.exit_code == 0
    assert covered.stdout.startswith("WHOLE: ")


def test_coverage_tells_connections_without_an_entry(shop: Path, tmp_path: Path) -> None:
    answer = run("coverage", shop, "--contract", agreed(tmp_path, WEB), "--exit-code")
    assert answer.exit_code == 1
    assert answer.stdout.startswith("NOT WHOLE: of ")
    assert "Without an entry: " in answer.stdout


def test_where_no_workload_is_known_import_asks_for_an_inventory(tmp_path: Path) -> None:
    bare = write(tmp_path, {"db.yaml": SHOP["shop/db.yaml"]})
    answer = run("import", bare)
    assert answer.exit_code == 2
    assert "--inventory" in answer.stderr


def test_each_cluster_is_told_by_its_name(tmp_path: Path) -> None:
    clusters = "version: 1\nclusters:\n- {name: a, paths: [a]}\n- {name: b, paths: [b]}\n"
    root = write(
        tmp_path / "two",
        {
            ".edgewarden.yaml": clusters,
            "a/all.yaml": "---\n".join(SHOP.values()),
            "b/all.yaml": SHOP["shop/db.yaml"],
        },
    )
    contract = agreed(tmp_path, WEB)
    both = run("verify", root, "--contract", contract)
    assert both.exit_code == 3
    assert "Vacuous in b: 1" in both.stdout
    assert run("verify", root, "--contract", contract, "--cluster", "a").exit_code == 0
