"""``edgewarden serve`` keeps a web server and a worker running, and leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.postgres import PostgresServer
from tests.support.running_service import eventually, free_port

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "service"),
        "EDGEWARDEN_DATA": str(tmp_path / "data"),
        "EDGEWARDEN_PORT": str(free_port()),
    }


def edgewarden(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "edgewarden", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def children(parent: int) -> dict[str, int]:
    """The processes of a parent by the last word that says what they are."""
    found = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            fields = (directory / "stat").read_text().rpartition(")")[2].split()
            words = (directory / "cmdline").read_bytes().decode().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            name = next((word for word in words if word in {"web", "worker"}), "")
            found[name] = int(directory.name)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def on_either_database(
    request: pytest.FixtureRequest, environment: dict[str, str]
) -> dict[str, str]:
    if request.param == "sqlite":
        return environment
    server: PostgresServer = request.getfixturevalue("postgres")
    return {**environment, "EDGEWARDEN_DATABASE_URL": server.url(server.create_database())}


def test_a_killed_worker_comes_back_and_sigterm_leaves_nothing(
    on_either_database: dict[str, str],
) -> None:
    environment = on_either_database
    service = subprocess.Popen(
        [sys.executable, "-m", "edgewarden", "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{environment['EDGEWARDEN_PORT']}"
        eventually(lambda: answers(address))
        first = children(service.pid)
        assert set(first) == {"web", "worker"}
        os.kill(first["worker"], signal.SIGKILL)
        second = eventually(lambda: with_another_worker(service.pid, first["worker"]))
        assert second["web"] == first["web"]
        service.terminate()
        assert service.wait(30) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in {*first.values(), *second.values()})
        assert not answers(address)
    finally:
        service.kill()
        service.wait()


def with_another_worker(keeper: int, killed: int) -> dict[str, int] | None:
    now = children(keeper)
    return now if now.get("worker", killed) != killed else None


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


def test_nothing_runs_on_a_database_that_is_not_up_to_date(environment: dict[str, str]) -> None:
    for command in (["worker"], ["web"], ["token", "create", "ada", "--name=x", "--role=admin"]):
        refused = edgewarden(environment, *command)
        assert refused.returncode == 1
        assert "run edgewarden db upgrade" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_the_database_is_upgraded_and_a_token_made_and_revoked(
    environment: dict[str, str],
) -> None:
    assert edgewarden(environment, "db", "current").returncode == 1
    assert edgewarden(environment, "db", "upgrade").returncode == 0
    assert edgewarden(environment, "db", "current").returncode == 0
    made = edgewarden(environment, "token", "create", "ada", "--name", "x", "--role", "admin")
    token = made.stdout.strip()
    assert token.startswith("ew_")
    data = Path(environment["EDGEWARDEN_DATA"])
    assert data.stat().st_mode & 0o777 == 0o700
    with sqlite3.connect(data / "edgewarden.sqlite") as connection:
        assert token not in "\n".join(connection.iterdump())
    connection.close()
    assert edgewarden(environment, "token", "revoke", token[:9]).returncode == 0
    assert edgewarden(environment, "token", "revoke", token[:9]).returncode == 1


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"EDGEWARDEN_PORT": "x"}, "EDGEWARDEN_PORT"),
        ({"EDGEWARDEN_DATABASE_URL": "mysql://u:hunter2@h/x"}, "EDGEWARDEN_DATABASE_URL"),
        ({"EDGEWARDEN_DATA": "/proc/nowhere"}, "EDGEWARDEN_DATA"),
    ],
)
def test_a_wrong_setting_ends_serve_with_a_sentence(
    environment: dict[str, str], setting: dict[str, str], message: str
) -> None:
    refused = edgewarden({**environment, **setting}, "serve")
    assert refused.returncode == 1
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "hunter2" not in refused.stderr
