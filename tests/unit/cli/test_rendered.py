"""The command that hands in what CI rendered: what it reads, and its refusals."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from tests.support.live_objects import SECRET
from tests.support.manifest_trees import policy_named

COMMIT = "a" * 40
POLICY = policy_named("web")


def push(*arguments: str, text: str = "") -> Result:
    command = ["rendered", "push", "--cluster", "prod", "--commit", COMMIT, *arguments]
    clean = {"EDGEWARDEN_TOKEN": None, "EDGEWARDEN_ADDRESS": None, "EDGEWARDEN_CONFIG": None}
    return CliRunner().invoke(main, command, input=text, env=clean)


def files(done: Result) -> list[str]:
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout)["files"])


def test_a_dry_run_needs_no_service_and_prints_the_document_alone() -> None:
    secret = f"kind: Secret\napiVersion: v1\ndata: {{a: {SECRET}}}\n---\n"
    done = push("--dry-run", "-", text=secret + POLICY)
    assert files(done) == ["manifests.yaml"]
    assert SECRET not in done.stdout
    assert done.stderr.startswith("NOTHING WAS SENT: cluster prod at aaaaaaaaaaaa: 1 file in")
    assert "Secret: 1" in done.stderr


def test_the_files_of_a_directory_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "web.yaml").write_text(POLICY)
    (tmp_path / "api.yml").write_text(policy_named("api"))
    (tmp_path / "README.md").write_text("no manifest")
    assert files(push("--dry-run", str(tmp_path))) == ["api.yml", "shop/web.yaml"]


def test_a_document_that_was_cleaned_before_is_taken_as_it_is(tmp_path: Path) -> None:
    first = push("--dry-run", "-", text=POLICY)
    document = tmp_path / "rendered.json"
    document.write_text(first.stdout)
    assert push("--dry-run", str(document)).stdout == first.stdout


def test_json_in_a_directory_could_be_missed_and_is_refused(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    (tmp_path / "api.json").write_text("{}")
    done = push("--dry-run", str(tmp_path))
    assert done.exit_code == 2
    assert "api.json" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (("--dry-run", "-"), "", "There is no object in it"),
        (("--dry-run", "-"), "a: [", "manifests.yaml:1: This is not YAML"),
        (("--dry-run", "nowhere.yaml"), "", "nowhere.yaml cannot be read"),
        (("--dry-run", "--commit", "main", "-"), POLICY, "git rev-parse HEAD"),
        (("--dry-run", "--cluster", "-", "-"), POLICY, "up to 63 letters"),
        (("--dry-run", "--branch", "refs/heads/x", "-"), POLICY, "A branch is named"),
        (("-",), POLICY, "--repository is missing"),
    ],
)
def test_what_cannot_be_sent_is_bad_input(arguments: tuple[str, ...], text: str, said: str) -> None:
    done = push(*arguments, text=text)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_without_a_token_nothing_is_sent() -> None:
    done = push("--repository", "team/shop", "-", text=POLICY)
    assert done.exit_code == 1
    assert "EDGEWARDEN_TOKEN is not set" in done.stderr
