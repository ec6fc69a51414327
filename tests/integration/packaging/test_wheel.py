"""The wheel alone is the whole program: in an empty directory, with no checkout in sight."""

import json
import signal
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

import httpx
import pytest

from edgewarden import __version__
from tests.support.installation import ROOT, Installation
from tests.support.running_service import eventually, free_port
from tests.support.small_change import BASE, HEAD

CARRIED = {
    "service/edgewarden": "edgewarden",
    "policies": "edgewarden/policies",
    "migrations": "edgewarden/migrations",
}
"""Directories of the checkout, and where the wheel has them."""

RULE_THAT_OPENS = (
    "ingress rule 1 of NetworkPolicy data/allow-orders-and-settlement-to-orders-db allows it"
)
SHOP = ROOT / "service/edgewarden/cli/shop"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty directory to work in."""
    directory = tmp_path / "empty"
    directory.mkdir()
    return directory


@pytest.fixture
def environment(installation: Installation, tmp_path: Path) -> dict[str, str]:
    return installation.environment(tmp_path / "home")


def run(
    environment: dict[str, str], directory: Path, *command: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_the_wheel_carries_the_package_with_its_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"{there}/{file.relative_to(ROOT / here).as_posix()}"
        for here, there in CARRIED.items()
        for file in (ROOT / here).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert carried == expected
    assert carried >= {
        "edgewarden/adapters/analysis_child.py",
        "edgewarden/cli/shop/change/data/policies.yaml",
        "edgewarden/migrations/env.py",
        "edgewarden/migrations/script.py.mako",
        "edgewarden/migrations/versions/0001_begin.py",
        "edgewarden/policies/checklist.yaml",
        "edgewarden/policies/rules/or-where-and.yaml",
        "edgewarden/py.typed",
        "edgewarden/web/static/edgewarden.css",
        "edgewarden/web/templates/review.html",
    }


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
        assert f"edgewarden-{__version__}.dist-info/licenses/LICENSE" in archive.namelist()
    assert metadata["Name"] == "edgewarden"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_what_runs_is_the_wheel_and_not_the_checkout(
    installation: Installation, environment: dict[str, str], empty: Path
) -> None:
    ask = "import edgewarden; print(edgewarden.__file__)"
    imported = run(environment, empty, "python", "-c", ask).stdout.strip()
    assert Path(imported).is_relative_to(installation.root)
    version = run(environment, empty, "edgewarden", "--version")
    assert version.stdout == f"edgewarden, version {__version__}\n"


def test_the_database_is_made_in_an_empty_directory(
    environment: dict[str, str], empty: Path
) -> None:
    upgraded = run(environment, empty, "edgewarden", "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert (empty / "data" / "edgewarden.sqlite").is_file()
    current = run(environment, empty, "edgewarden", "db", "current")
    assert (current.returncode, current.stderr) == (0, "")


def test_two_directories_are_compared(environment: dict[str, str], empty: Path) -> None:
    for side, files in {"base": BASE, "head": HEAD}.items():
        (empty / side).mkdir()
        for name, text in files.items():
            (empty / side / name).write_text(text)
    compared = run(
        environment, empty, "edgewarden", "diff", "base", "head", "--format", "json", "--exit-code"
    )
    assert compared.returncode == 1, compared.stderr
    [added] = json.loads(compared.stdout)["added"]
    assert (added["src"], added["dst"]) == ("shop/web[Deployment]", "shop/db[StatefulSet]")
    assert added["ports"] == {"TCP": [[5432, 5432]]}


def test_serve_answers_and_sigterm_ends_all_of_it(
    installation: Installation, environment: dict[str, str], empty: Path, tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            ["edgewarden", "serve"],
            cwd=empty,
            env={**environment, "EDGEWARDEN_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        eventually(lambda: answers(f"http://127.0.0.1:{port}", service, log))
        running = installation.processes()
        assert service.pid in running
        assert {"web", "worker"} <= {word for line in running.values() for word in line.split()}
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0, log.read_text()
        assert installation.processes() == {}
    finally:
        service.kill()
        service.wait()
    assert (empty / "data" / "edgewarden.sqlite").is_file()


def answers(address: str, service: "subprocess.Popen[bytes]", log: Path) -> bool:
    assert service.poll() is None, log.read_text()
    try:
        return httpx.get(f"{address}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


def test_the_demonstration_names_its_three_mistakes_and_leaves_nothing(
    installation: Installation, environment: dict[str, str], empty: Path
) -> None:
    shown = run({**environment, "DEMO_ONCE": "1"}, empty, "edgewarden", "demo")
    assert shown.returncode == 0, shown.stderr
    review = " ".join(shown.stdout.split())
    opened = line_of("data", "- namespaceSelector: {}", opening="- from:")
    assert f"data/orders-db: TCP 5432 {RULE_THAT_OPENS} (data/policies.yaml:{opened})" in review
    widened = line_of("payments", "- podSelector:", opening="- namespaceSelector:")
    assert f"OR where AND was likely meant: see payments/policies.yaml:{widened}." in review
    denied = line_of("payments", "name: default-deny", opening="apiVersion:")
    assert f"Egress isolation without DNS: see payments/policies.yaml:{denied}." in review
    assert review.endswith("Without --once and DEMO_ONCE it stays open in a browser.")
    assert installation.processes() == {}
    assert list(Path(environment["TMPDIR"]).iterdir()) == []
    assert list(empty.iterdir()) == []


def line_of(namespace: str, mistake: str, *, opening: str) -> int:
    """The line of ``opening`` that is next above the mistake in the proposed policies."""
    lines = (SHOP / "change" / namespace / "policies.yaml").read_text().splitlines()
    words = [line.strip() for line in lines]
    above = words[: words.index(mistake)]
    return max(number for number, each in enumerate(above, 1) if each.startswith(opening))
