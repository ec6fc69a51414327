"""``edgewarden backtest``: merged history, judged as the service would have judged it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import backtest_schema
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository

QUIET = Path(__file__).parents[3] / "examples" / "quiet"
PODS = {"pods.yaml": "---\n".join(map(deployment, ("web", "db")))}
CLOSED: dict[str, str] = {**PODS, "db.yaml": ingress_policy("db", "db", "db", 5432)}
OPEN: dict[str, str] = {**PODS, "db.yaml": ingress_policy("db", "db", "web", 5432)}
REFORMATTED: dict[str, str] = {
    **OPEN,
    "db.yaml": "# moved\n" + ingress_policy("db", "db", "web", 5432),
}
WIDE: dict[str, str] = {
    **PODS,
    "db.yaml": ingress_policy("db", "db", "web", 5432).partition("  ingress:")[0]
    + "  ingress: [{}]\n",
}
BROKEN: dict[str, str] = {**WIDE, "db.yaml": "kind: ["}
STORY = (CLOSED, OPEN, REFORMATTED, {**REFORMATTED, "README.md": "a"}, WIDE, BROKEN, CLOSED)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which ``STORY`` happened, one commit each."""
    repository = BareRepository.create(tmp_path_factory.mktemp("story") / "shop.git")
    commits: list[str] = []
    for number, files in enumerate(STORY):
        commits.append(repository.commit("main", files, *commits[-1:], message=f"Chapter {number}"))
    return repository.path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["backtest", *map(str, arguments)])


def report_of(*arguments: str | Path) -> dict[str, object]:
    report = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(json.loads(backtest_schema())).validate(report)
    assert isinstance(report, dict)
    return report


def test_each_change_gets_the_verdict_that_a_review_would_have_given_it(told: Path) -> None:
    report = report_of(told)
    judged = report["judged"]
    assert isinstance(judged, list)
    assert [(each["title"], each["verdict"], each["quiet"]) for each in judged] == [
        ("Chapter 6", "inconclusive", False),
        ("Chapter 5", "inconclusive", False),
        ("Chapter 4", "attention", False),
        ("Chapter 2", "pass", True),
        ("Chapter 1", "pass", False),
    ]


def test_the_sentence_is_the_one_that_diff_begins_with(told: Path) -> None:
    judged = report_of(told)["judged"]
    assert isinstance(judged, list)
    for each in judged:
        said = CliRunner().invoke(
            main, ["diff", each["parent"], each["commit"], "--repo", str(told)]
        )
        verdict, _, rest = " ".join(said.stdout.split()).partition(": ")
        assert each["quiet"] or rest.startswith(each["sentence"]), verdict


def test_changes_are_counted_with_those_that_were_not_looked_into(told: Path) -> None:
    report = report_of(told)
    counted = {key: report[key] for key in ("changes", "comments", "skipped", "parentless")}
    assert counted == {"changes": 6, "comments": 4, "skipped": 1, "parentless": 1}
    assert report["verdicts"] == {"pass": 3, "attention": 1, "blocked": 0, "inconclusive": 2}


def test_the_text_tells_noise_verdicts_what_to_read_and_time(told: Path) -> None:
    said = run(told).stdout
    lines = said.splitlines()
    assert lines[0].startswith("BACKTEST: 4 comments in 6 changes of HEAD;")
    assert "  passes: 3" in lines
    assert "      2 of them quiet, without a comment" in lines
    assert "      1 of those not looked into: nothing changes there that is read" in lines
    read = [line.split()[2] for line in lines if " Chapter " in line]
    assert read == ["4", "6", "1", "5"]
    assert "  Of the 5 that were judged: median " in said
    assert "  The first commit has no parent, so it is no change" in lines


def test_markdown_has_the_same_parts(told: Path) -> None:
    said = run(told, "--format", "markdown").stdout
    assert said.startswith("### Edgewarden backtest\n\n**Backtest:** 4 comments in 6 changes")
    headings = [line[5:] for line in said.splitlines() if line.startswith("#### ")]
    assert headings == ["Changes by verdict", "To read", "Findings by rule", "Time", "Not judged"]


def test_one_rule_is_told_change_by_change_with_its_places(told: Path) -> None:
    said = " ".join(run(told, "--rule", "open-from-everywhere").stdout.split())
    assert "1 finding in 1 change of 6, 3.3 per 20." in said
    assert "Chapter 4 db.yaml:" in said
    assert "Chapter 6" not in said
    report = report_of(told, "--rule", "open-from-everywhere")
    judged = list_of(report, "judged")
    findings = [found for each in judged if isinstance(each, dict) for found in each["findings"]]
    assert [(each["rule"], each["path"]) for each in findings] == [
        ("open-from-everywhere", "db.yaml")
    ]


def test_a_rule_that_finds_nothing_says_so_and_one_that_is_none_is_refused(told: Path) -> None:
    said = run(told, "--rule", "or-where-and").stdout
    assert "or-where-and finds nothing in 6 changes of HEAD" in " ".join(said.split())
    refused = run(told, "--rule", "or-where-or")
    assert (refused.exit_code, "there is no rule or-where-or" in refused.stderr) == (2, True)


def test_an_example_counts_the_findings_of_many_clones(told: Path) -> None:
    said = subprocess.run(
        [sys.executable, QUIET, told, told], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert said[0] == "12 changes in 2 repositories, 8 comments"
    assert "| open-from-everywhere | warn | 2 | 2 | 3.33 |" in said


def test_only_the_last_changes_are_judged(told: Path) -> None:
    report = report_of(told, "--last", "2")
    assert (report["changes"], report["parentless"]) == (2, 0)


def test_a_history_without_a_change_is_told(told: Path, tmp_path: Path) -> None:
    shown = tmp_path / "cluster.json"
    shown.write_text('{"apiVersion": "v1", "kind": "List", "items": []}')
    result = run(told, "--since", "2999-01-01", "--inventory", shown)
    said = "NOTHING FOUND: HEAD holds no change here since 2999-01-01.\n"
    assert (result.exit_code, result.stdout.partition("\n\n")[0] + "\n") == (0, said)


def test_no_progress_is_told_where_nobody_looks_on(told: Path) -> None:
    assert run(told, "--last", "1").stderr == ""


def test_what_cannot_be_read_is_told_and_the_rest_is_judged(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", CLOSED)
    second = repository.commit("main", OPEN, first)
    lost = repository.git("rev-parse", f"{second}:db.yaml")
    third = repository.commit("main", CLOSED, second)
    repository.commit("main", {**CLOSED, "db.yaml": "# also\n"}, third)
    (repository.path / "objects" / lost[:2] / lost[2:]).unlink()
    report = report_of(repository.path)
    assert (report["changes"], len(list_of(report, "unreadable"))) == (3, 2)
    assert len(list_of(report, "judged")) == 1
    said = run(repository.path).stdout
    assert "2 changes cannot be judged here" in said
    assert f"lacks the file with the id {lost}" in " ".join(said.split())


def list_of(report: dict[str, object], key: str) -> list[object]:
    found = report[key]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("arguments", [("--branch", "nowhere"), ("--last", "0"), ("--since", "x")])
def test_what_makes_no_sense_ends_with_two(told: Path, arguments: tuple[str, str]) -> None:
    assert run(told, *arguments).exit_code == 2


def test_a_directory_without_a_repository_cannot_be_read(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "there is no Git repository" in result.stderr


def test_titles_of_a_repository_move_no_cursor(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", CLOSED)
    repository.commit("main", OPEN, first, message="\x1b[2J \u202e title")
    said = run(repository.path).stdout
    assert all(character.isprintable() or character == "\n" for character in said)
    assert "\\x1b[2J \\u202e title" in said


def test_what_the_cluster_holds_besides_is_taken_from_its_inventory(tmp_path: Path) -> None:
    named = {".edgewarden.yaml": "version: 1\nclusters: [{name: prod}]\n"}
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", {**named, "db.yaml": CLOSED["db.yaml"]})
    repository.commit("main", {**named, "db.yaml": OPEN["db.yaml"]}, first)
    live = [yaml.safe_load(deployment(name)) for name in ("web", "db")]
    shown = tmp_path / "cluster.json"
    shown.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": live}))
    sentence = "this change newly allows shop/web → shop/db"
    assert sentence in run(repository.path, "--inventory", shown).stdout
    assert sentence not in run(repository.path).stdout
    assert run(repository.path, "--inventory", tmp_path / "nowhere").exit_code == 2
