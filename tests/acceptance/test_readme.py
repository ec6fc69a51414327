"""What the README shows is what the commands say."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edgewarden import __version__
from edgewarden.cli.demo import SHOP
from edgewarden.cli.pack import shipped_pack
from edgewarden.governance.findings import Enforcement
from edgewarden.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENGINE = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
FIXES = (ROOT / "docs" / "fixes.md").read_text(encoding="utf-8")
REVIEW = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
ZONES = (ROOT / "docs" / "zones.md").read_text(encoding="utf-8")

_SHOWN = re.compile(r"`edgewarden ([^`]+)`[^`]*```text\n(.*?)```", re.DOTALL)
"""A command in the text, and what the block after it shows of its output."""


@pytest.mark.parametrize(
    "paper",
    [README, ENGINE, REVIEW, FIXES, ZONES],
    ids=["README", "engine", "review", "fixes", "zones"],
)
def test_what_the_papers_show_of_a_command_is_what_it_says(paper: str) -> None:
    found = _SHOWN.findall(paper)
    assert found
    for command, shown in found:
        answer = subprocess.run(
            [sys.executable, "-m", "edgewarden", *shlex.split(command)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.startswith(shown), command


def test_the_review_at_the_top_is_what_the_demonstration_says(tmp_path: Path) -> None:
    head = tmp_path / "head"
    shutil.copytree(SHOP / "main", head)
    shutil.copytree(SHOP / "change", head, dirs_exist_ok=True)
    answer = subprocess.run(
        [sys.executable, "-m", "edgewarden", "diff", str(SHOP / "main"), str(head)],
        capture_output=True,
        text=True,
        check=True,
    )
    shown = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[0]
    said = answer.stdout.splitlines()
    assert [line for line in shown.splitlines() if line not in said] == []


def test_what_the_readme_shows_of_a_backtest_is_what_it_says(tmp_path: Path) -> None:
    (shown,) = re.findall(r"`edgewarden backtest shop`.*?```text\n(.*?)```", README, re.DOTALL)
    subprocess.run(["sh", ROOT / "examples" / "shop-history", "shop"], cwd=tmp_path, check=True)
    answer = subprocess.run(
        [sys.executable, "-m", "edgewarden", "backtest", "shop"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert _without_commits(answer.stdout).startswith(_without_commits(shown))


def _without_commits(text: str) -> str:
    return re.sub(r"^( +)[0-9a-f]{12} ", r"\1", text, flags=re.MULTILINE)


def test_how_to_read_a_review_names_every_rule_that_is_on_and_every_item() -> None:
    rules = REVIEW.partition("## Findings")[2].partition("## The checklist")[0]
    items = REVIEW.partition("| item |")[2]
    pack = shipped_pack()
    named = re.findall(r"^\| `([a-z-]+)` \|", rules, re.MULTILINE)
    told = [each.id for each in pack.rules if each.enforcement is Enforcement.WARN]
    assert named == told
    titles = [line.split(" | ")[0].removeprefix("| ") for line in items.splitlines()[2:14]]
    assert titles == [each.title for each in pack.checklist]


def test_the_wheel_that_the_readme_installs_is_the_one_that_is_built() -> None:
    assert f"'dist/edgewarden-{__version__}-py3-none-any.whl[kustomize]'" in README


def test_the_table_of_settings_names_every_setting_and_no_other() -> None:
    table = README.partition("## Settings")[2].partition("## Limits")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == {name.upper() for name in Settings.model_fields}
    others = set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", README)) - {"CONFIG"}
    assert others <= named


def test_the_file_of_zones_in_its_paper_is_the_one_of_the_example() -> None:
    (shown,) = re.findall(r"```yaml\n(version: 1\n.*?)```", ZONES, re.DOTALL)
    assert shown == (ROOT / "docs" / "example" / "zones.yaml").read_text(encoding="utf-8")
