"""What the commands write where somebody looks at it: no name of a repository steers a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.hostile_files import CASES
from tests.acceptance.inert import assert_no_control_characters
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository, File

WORKLOADS = {"workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db")))}
BASE: dict[str, File] = {**WORKLOADS, "db.yaml": ingress_policy("db", "db", "web", 5432)}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SHOWN = ("hostile-names", "broken-files", "sound-files", "harmless")


@dataclass(frozen=True, slots=True)
class Places:
    """The same two trees twice: as directories, and as revisions of a repository."""

    base: Path
    head: Path
    repository: Path

    @property
    def commands(self) -> dict[str, list[str]]:
        directories = ["diff", str(self.base), str(self.head)]
        return {
            "diff": directories,
            "diff of revisions": ["diff", "main", "change", "--repo", str(self.repository)],
            "diff as markdown": [*directories, "--format", "markdown"],
            "connectivity": ["connectivity", str(self.head)],
            "connectivity as markdown": ["connectivity", str(self.head), "--format", "markdown"],
            "survey": ["survey", str(self.head)],
            "survey as markdown": ["survey", str(self.head), "--format", "markdown"],
            "survey as json": ["survey", str(self.head), "--format", "json"],
            "posture": ["posture", str(self.head)],
            "posture as markdown": ["posture", str(self.head), "--format", "markdown"],
            "posture as json": ["posture", str(self.head), "--format", "json"],
            "backtest": ["backtest", str(self.repository), "--branch", "change"],
        }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    root = tmp_path_factory.mktemp("terminal")
    files = {path: content for path, content in _hostile().items() if len(path) < 200}
    head = {**BASE, "db.yaml": ingress_policy("db", "db", "api", 5432), **files}
    repository = BareRepository.create(root / "shop.git")
    main = repository.commit("main", BASE)
    repository.commit("change", head, main)
    return Places(_written(root / "base", BASE), _written(root / "head", head), repository.path)


def _hostile() -> dict[str, File]:
    cases = [case for case in CASES if case.name in SHOWN]
    assert len(cases) == len(SHOWN)
    by_case = {case.name: case.files() for case in cases}
    sound = {f"sound/{path}": content for path, content in by_case.pop("sound-files").items()}
    return {path: each for files in by_case.values() for path, each in files.items()} | sound


def _written(root: Path, files: Mapping[str, File]) -> Path:
    for path, content in files.items():
        assert isinstance(content, str)
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return root


def run(arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "edgewarden", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def on_a_terminal(arguments: list[str]) -> str:
    """What a terminal of 80 columns is sent."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-m", "edgewarden", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        sent = b""
        while part := _read(ours):
            sent += part
        assert process.wait(timeout=60) == 0, sent
    os.close(ours)
    return sent.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that the other end is closed
        return b""


NAMES = (
    "diff",
    "diff of revisions",
    "diff as markdown",
    "connectivity",
    "connectivity as markdown",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_repository_reaches_a_pipe_unescaped(places: Places, name: str) -> None:
    done = run(places.commands[name])

    assert (done.returncode, done.stderr) == (0, "")
    assert r"\x1b[31mred" in done.stdout
    assert_no_control_characters(done.stdout)


@pytest.mark.parametrize("name", ["diff", "connectivity"])
def test_a_terminal_is_sent_colours_of_ours_and_nothing_of_a_repository(
    places: Places, name: str
) -> None:
    sent = on_a_terminal(places.commands[name])

    assert COLOUR.search(sent), "it is shown as on a terminal"
    assert r"\x1b[31mred" in COLOUR.sub("", sent)
    assert_no_control_characters(COLOUR.sub("", sent).replace("\r\n", "\n"))


@pytest.mark.parametrize(
    "name",
    [
        "survey",
        "survey as markdown",
        "survey as json",
        "posture",
        "posture as markdown",
        "posture as json",
        "backtest",
    ],
)
def test_a_first_look_lets_nothing_through_unescaped(places: Places, name: str) -> None:
    done = run(places.commands[name])

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert_no_control_characters(done.stdout)


def test_progress_is_shown_where_somebody_looks_on_and_leaves_the_report_whole(
    places: Places,
) -> None:
    sent = on_a_terminal(places.commands["backtest"])

    assert "Judging" in sent
    assert "Changes by verdict" in sent
    assert_no_control_characters(run(places.commands["backtest"]).stdout)
    assert "Judging" not in run(places.commands["backtest"]).stderr


def test_json_holds_every_name_in_a_form_that_can_be_printed(places: Places) -> None:
    done = run([*places.commands["diff"], "--format", "json"])

    assert_no_control_characters(done.stdout)
    files = {problem["file"] for problem in json.loads(done.stdout)["problems"]}
    assert any("red" in file for file in files)


def test_a_complaint_about_a_name_shows_it_escaped(tmp_path: Path) -> None:
    missing = str(tmp_path / "a\x1b]0;owned\x07\u202eb")

    done = run(["diff", missing, missing])

    assert done.returncode == 2
    assert r"\x1b]0;owned" in done.stderr
    assert_no_control_characters(done.stderr)
