import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import connectivity_schema, diff_schema
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.repositories import BareRepository

BASE = {
    "workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "db.yaml": ingress_policy("db", "db", "api", 5432),
}
OPENED = {**BASE, "more.yaml": ingress_policy("more", "db", "web", 5432)}
UNCLOSED = ingress_policy("db", "db", "api", 5432) + "  egress: [\n"
BROKEN = {**BASE, "db.yaml": UNCLOSED}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    return write(tmp_path / "opened", OPENED)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return write(tmp_path / "broken", BROKEN)


def test_a_newly_opened_edge_is_named_with_file_and_line(base: Path, opened: Path) -> None:
    result = run("diff", base, opened)

    assert result.exit_code == 0
    first, *rest = result.stdout.splitlines()
    assert "newly allows shop/web → shop/db on TCP 5432" in first
    assert any("NetworkPolicy shop/more allows it (more.yaml:10)" in line for line in rest)


def test_the_json_of_a_diff_holds_the_edge_and_its_cause(base: Path, opened: Path) -> None:
    report = json.loads(run("diff", base, opened, "--format", "json").stdout)

    Draft202012Validator(json.loads(diff_schema())).validate(report)
    (edge,) = report["added"]
    assert (edge["src"], edge["dst"]) == ("shop/web[Deployment]", "shop/db[Deployment]")
    assert edge["ports"] == {"TCP": [[5432, 5432]]}
    assert {(cause["file"], cause["rule"]) for cause in edge["causes"]} == {("more.yaml", 0)}
    assert report["removed"] == report["changed"] == []


def test_markdown_is_the_comment_of_the_service(base: Path, opened: Path) -> None:
    text = run("diff", base, opened, "--format", "markdown").stdout

    assert text.splitlines()[0] == "<!-- edgewarden:review:command-line -->"
    assert "| `shop/web` | `shop/db` | TCP 5432 |" in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_input_gives_the_same_bytes(base: Path, opened: Path, form: str) -> None:
    once, again = (run("diff", base, opened, "--format", form).stdout for _ in range(2))

    assert once == again


def test_swapped_directories_close_what_was_opened(base: Path, opened: Path) -> None:
    report = json.loads(run("diff", opened, base, "--format", "json").stdout)

    assert report["added"] == []
    assert [edge["src"] for edge in report["removed"]] == ["shop/web[Deployment]"]


@pytest.mark.parametrize(
    ("head", "plain", "with_exit_code"), [("base", 0, 0), ("opened", 0, 1), ("broken", 0, 3)]
)
def test_the_exit_status_tells_more_where_it_is_asked_to(
    base: Path, opened: Path, broken: Path, head: str, plain: int, with_exit_code: int
) -> None:
    other = {"base": base, "opened": opened, "broken": broken}[head]

    assert run("diff", base, other).exit_code == plain
    assert run("diff", base, other, "--exit-code").exit_code == with_exit_code


def test_what_was_not_judged_outweighs_what_differs(base: Path, tmp_path: Path) -> None:
    both = write(tmp_path / "both", {**OPENED, "db.yaml": UNCLOSED})

    report = run("diff", base, both, "--format", "json", "--exit-code")

    assert json.loads(report.stdout)["added"]
    assert report.exit_code == 3


def test_an_unreadable_manifest_is_a_problem_with_its_line_and_not_bad_input(
    base: Path, broken: Path
) -> None:
    result = run("diff", base, broken, "--format", "json")

    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["verdict"] == "inconclusive"
    assert report["removed"] == []
    assert "db.yaml" in {problem["file"] for problem in report["problems"]}


def test_a_directory_that_does_not_exist_is_bad_input(base: Path, tmp_path: Path) -> None:
    result = run("diff", base, tmp_path / "nowhere", "--exit-code")

    assert result.exit_code == 2
    assert "does not exist: name a directory of manifests, or give --repo" in result.stderr
    assert result.stdout == ""


def test_a_file_is_not_a_directory(base: Path) -> None:
    result = run("diff", base, base / "db.yaml")

    assert result.exit_code == 2
    assert "is not a directory" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("one",), ("a", "b", "--format", "xml")])
def test_a_wrong_call_is_bad_input(arguments: tuple[str, ...]) -> None:
    assert run("diff", *arguments).exit_code == 2


def test_the_answer_can_be_written_to_a_file(base: Path, opened: Path, tmp_path: Path) -> None:
    target = tmp_path / "review.json"

    result = run("diff", base, opened, "--format", "json", "-o", target)

    assert result.stdout == ""
    assert json.loads(target.read_text(encoding="utf-8"))["added"]


def test_a_file_that_cannot_be_written_is_bad_input(base: Path, tmp_path: Path) -> None:
    result = run("diff", base, base, "-o", tmp_path / "no" / "such" / "place")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_revisions_of_a_repository_are_compared_like_directories(
    base: Path, opened: Path, tmp_path: Path
) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", BASE)
    repository.commit("change", OPENED, first)

    result = run("diff", "main", "change", "--repo", repository.path, "--format", "json")

    assert result.exit_code == 0
    by_directories = run("diff", base, opened, "--format", "json").stdout
    assert result.stdout == by_directories


@pytest.mark.parametrize("revision", ["nowhere", "--help-me", "main:db.yaml"])
def test_a_revision_that_is_not_there_is_bad_input(tmp_path: Path, revision: str) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    repository.commit("main", BASE)

    result = run("diff", "--repo", repository.path, "--", "main", revision)

    assert result.exit_code == 2
    assert result.stderr.strip()


def test_a_directory_without_a_repository_is_bad_input(tmp_path: Path) -> None:
    assert run("diff", "a", "b", "--repo", tmp_path / "none").exit_code == 2


def test_connectivity_lists_the_edges_of_one_directory(base: Path) -> None:
    result = run("connectivity", base, "--format", "json")

    report = json.loads(result.stdout)
    Draft202012Validator(json.loads(connectivity_schema())).validate(report)
    assert report["verdict"] == "pass"
    into_db = {edge["src"]: edge["ports"] for edge in report["edges"] if "/db[" in edge["dst"]}
    assert into_db == {"shop/api[Deployment]": {"TCP": [[5432, 5432]]}}


def test_connectivity_as_text_groups_and_as_markdown_quotes(base: Path) -> None:
    assert "  shop/api → shop/db: TCP 5432" in run("connectivity", base).stdout.splitlines()
    assert (
        "| `shop/api` | `shop/db` | TCP 5432 |"
        in run("connectivity", base, "--format", "markdown").stdout
    )


def test_connectivity_of_what_cannot_be_judged_is_inconclusive(broken: Path) -> None:
    assert run("connectivity", broken).exit_code == 0
    result = run("connectivity", broken, "--exit-code", "--format", "json")

    assert result.exit_code == 3
    assert json.loads(result.stdout)["verdict"] == "inconclusive"


def test_connectivity_of_no_directory_is_bad_input(tmp_path: Path) -> None:
    assert run("connectivity", tmp_path / "nowhere", "--exit-code").exit_code == 2


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": paths, **extra}


def process(*arguments: str | Path, **extra: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "edgewarden", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        env=environment(extra),
    )


def test_the_command_runs_as_a_process_of_its_own(base: Path, opened: Path) -> None:
    done = process("diff", base, opened, "--exit-code")

    assert (done.returncode, done.stderr) == (1, b"")
    assert "shop/web → shop/db" in done.stdout.decode("utf-8")
    assert b"\x1b" not in done.stdout


def test_a_terminal_without_the_characters_gets_their_codes(base: Path, opened: Path) -> None:
    done = process("diff", base, opened, PYTHONIOENCODING="latin-1")

    assert done.returncode == 0
    assert b"shop/web \\u2192 shop/db" in done.stdout


def test_colours_are_only_for_those_who_want_them(base: Path, opened: Path) -> None:
    coloured = process("diff", base, opened, FORCE_COLOR="1", COLUMNS="100")
    plain = process("diff", base, opened, FORCE_COLOR="1", NO_COLOR="1", COLUMNS="100")

    assert b"\x1b[3" in coloured.stdout
    assert b"\x1b[3" not in plain.stdout
    shown = re.sub(r"\x1b\[[0-9;]*m", "", plain.stdout.decode("utf-8")).splitlines()
    assert "PASSES" in shown[0]
    assert {len(line) for line in shown[:2]} == {100}
    assert all(len(line) <= 100 for line in shown)


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("diff", "--help")])
def test_a_comparison_does_not_wait_for_the_service(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from edgewarden.cli.main import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'git', 'httpx', 'huey', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'imported: {sorted(heavy)}' if heavy else 0)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=False,
        timeout=60,
        env=environment({}),
    )

    assert done.returncode == 0, done.stderr.decode()
