import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from tests.support.manifests import deployment, write

OR = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {environment: prod}}
    - podSelector: {matchLabels: {app: frontend}}
"""
DEAD = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress: [{}]
  ingress:
  - ports: [{port: 80}]
"""
FIXED = (
    (OR + DEAD).replace("- podSelector", "  podSelector").replace("[Egress]", "[Egress, Ingress]")
)
FILES = {"workloads.yaml": "---\n".join(map(deployment, ("api", "db"))), "db.yaml": OR + DEAD}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["fix", *map(str, arguments)])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(tmp_path / "tree", FILES)


def test_the_fixes_are_one_diff_that_git_applies(tree: Path) -> None:
    result = run(tree)
    assert result.exit_code == 0
    assert (tree / "db.yaml").read_text() == OR + DEAD

    subprocess.run(["git", "apply"], cwd=tree, input=result.stdout, text=True, check=True)
    assert (tree / "db.yaml").read_text() == FIXED


@pytest.mark.parametrize("name", ["with space.yaml", "t\tab.yaml", 'qu"o\\te.yaml', "ä.yaml"])
def test_a_file_of_any_name_is_fixed(tmp_path: Path, name: str) -> None:
    tree = write(tmp_path, {"workloads.yaml": FILES["workloads.yaml"], name: OR + DEAD})
    subprocess.run(["git", "apply"], cwd=tree, input=run(tree).stdout, text=True, check=True)
    assert (tree / name).read_text() == FIXED


def test_the_name_of_a_file_says_nothing_of_another_one(tree: Path) -> None:
    """What follows a line end in it would be the name of the file that is changed."""
    (tree / "x\n+++ b").mkdir()
    (tree / "db.yaml").rename(tree / "x\n+++ b/y.yaml")
    told = run(tree).stdout.splitlines()
    assert not [line for line in told if line.startswith("+++ b/")]
    assert '+++ "b/x\\012+++ b/y.yaml"' in told


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_fixes_are_written_with_the_line_ends_of_the_file(tree: Path, ending: str) -> None:
    (tree / "db.yaml").write_bytes((OR + DEAD).replace("\n", ending).encode())
    assert run("--write", tree).exit_code == 0
    assert (tree / "db.yaml").read_bytes() == FIXED.replace("\n", ending).encode()

    again = run("--write", tree)
    assert again.stdout == ""
    assert "nothing here that can be fixed mechanically" in again.stderr


def test_only_what_a_change_introduces_is_fixed(tree: Path, tmp_path: Path) -> None:
    base = write(tmp_path / "base", {**FILES, "db.yaml": OR})
    result = run("--base", base, tree)
    assert "[Egress, Ingress]" in result.stdout
    assert "+      podSelector" not in result.stdout


def test_what_the_directory_says_of_itself_counts(tree: Path) -> None:
    write(tree, {".edgewarden.yaml": "version: 1\nexclude: [db.yaml]\n"})
    assert run(tree).stdout == ""


def test_nothing_is_said_to_need_no_fix_by_rules_that_cannot_be_used(tree: Path) -> None:
    write(tree, {".edgewarden.yaml": "version: 1\nrules: [own.yaml]\n", "own.yaml": "id: x"})
    done = run(tree)
    assert done.exit_code == 2
    assert "own.yaml:1:1: `title` is missing. Add it." in done.stderr


def test_a_directory_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    assert run(tmp_path / "none").exit_code == 2
