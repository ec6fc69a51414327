import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import explanation_schema
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.repositories import BareRepository

BASE = {
    "workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "db.yaml": ingress_policy("db", "db", "api", 5432),
}
OPENED = {**BASE, "more.yaml": ingress_policy("more", "db", "web", 5432)}
BROKEN = {**BASE, "more.yaml": OPENED["more.yaml"] + "  egress: [\n"}
WEB_TO_DB = ("shop/web", "shop/db", "5432")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    return write(tmp_path / "opened", OPENED)


def test_a_denial_names_the_policy_with_file_and_line_and_the_rule_to_add(base: Path) -> None:
    result = run(base, *WEB_TO_DB)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("BLOCKED: shop/web → shop/db on TCP 5432 at ingress of shop/db.")
    assert "  NetworkPolicy shop/db isolates it (db.yaml:1)" in lines
    assert "          - podSelector: {matchLabels: {app: web}}" in lines


def test_two_directories_tell_why_the_answer_changed(base: Path, opened: Path) -> None:
    result = run(opened, *WEB_TO_DB, "--base", base)

    assert result.exit_code == 0
    assert result.stdout.startswith("NEWLY ALLOWED: shop/web → shop/db on TCP 5432 was blocked")
    assert "Ingress rule 1 of NetworkPolicy shop/more allows it (more.yaml:10)" in result.stdout


@pytest.mark.parametrize("two", [True, False])
def test_the_json_has_its_published_shape(base: Path, opened: Path, *, two: bool) -> None:
    compared = ("--base", base) if two else ()
    report = json.loads(run(opened, *WEB_TO_DB, *compared, "--format", "json").stdout)

    Draft202012Validator(json.loads(explanation_schema())).validate(report)
    assert (report["src"], report["port"]) == ("shop/web[Deployment]", 5432)
    assert report["state"]["answer"] == "allowed"
    assert (report["change"] is not None) == two


def test_markdown_can_be_pasted(base: Path) -> None:
    text = run(base, *WEB_TO_DB, "--format", "markdown").stdout

    assert text.startswith("### Edgewarden explain\n\n**Blocked:** `shop/web` → `shop/db` on")


def test_revisions_of_a_repository_are_explained_like_directories(
    base: Path, opened: Path, tmp_path: Path
) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", BASE)
    repository.commit("change", OPENED, first)

    one = run("main", *WEB_TO_DB, "--repo", repository.path)
    two = run("change", *WEB_TO_DB, "--base", "main", "--repo", repository.path)

    assert one.stdout == run(base, *WEB_TO_DB).stdout
    assert two.stdout == run(opened, *WEB_TO_DB, "--base", base).stdout


@pytest.mark.parametrize(
    ("question", "status"),
    [
        (("shop/api", "shop/db", "5432"), 0),
        (("shop/web", "shop/db", "5432"), 1),
        (("shop/node", "shop/db", "5432"), 3),
    ],
)
def test_the_exit_status_is_the_answer_where_it_is_asked_for(
    tmp_path: Path, question: tuple[str, ...], status: int
) -> None:
    node = deployment("node").replace("containers:", "hostNetwork: true, containers:")
    cluster = write(tmp_path / "cluster", {**BASE, "node.yaml": node})

    assert run(cluster, *question).exit_code == 0
    assert run(cluster, *question, "--exit-code").exit_code == status


def test_what_was_not_judged_near_the_ends_makes_the_answer_uncertain(tmp_path: Path) -> None:
    broken = write(tmp_path / "broken", BROKEN)

    result = run(broken, *WEB_TO_DB, "--exit-code")

    assert result.exit_code == 3
    assert result.stdout.startswith("INCONCLUSIVE: shop/web → shop/db on TCP 5432 is blocked")
    assert "1 part was not judged" in result.stdout


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (("shop/wbe", "shop/db", "5432"), "did you mean shop/web[Deployment]?"),
        (("web", "shop/db", "5432"), "write namespace/name for a workload"),
        (("shop/web", "shop/db", "http"), "called http (it names none): ask for a port by its"),
        (("shop/web", "shop/db", "99999"), "write a number from 1 to 65535"),
        (("192.0.2.7", "192.0.2.8", "80"), "name a workload at one end"),
        (("shop/*", "shop/db", "80"), "is many ends"),
    ],
)
def test_a_question_that_makes_no_sense_is_bad_input(
    base: Path, question: tuple[str, ...], message: str
) -> None:
    result = run(base, *question)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_directory_that_does_not_exist_is_bad_input(base: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere", *WEB_TO_DB).exit_code == 2
    assert run(base, *WEB_TO_DB, "--base", tmp_path / "nowhere").exit_code == 2


def test_a_pod_that_no_manifest_shows_can_be_asked_about(base: Path) -> None:
    assert run(base, "shop/app=api", "shop/db", "5432", "--exit-code").exit_code == 0
    assert run(base, "other/app=api", "shop/db", "5432", "--exit-code").exit_code == 1
