"""Hints reach the worker through a real Huey, on SQLite and on PostgreSQL."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from huey import Huey

from edgewarden.adapters.queue import MOST_WAITING, HueyQueue, postgres_huey, sqlite_huey
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[3]

WORKER = """
import sys, time
from edgewarden.adapters.queue import HueyQueue, Jobs, Periodic, postgres_huey, sqlite_huey
kind, where, out = sys.argv[1:]
huey = sqlite_huey(where) if kind == "sqlite" else postgres_huey(where)
def note(text):
    with open(out, "a") as file:
        file.write(text + "\\n")
def review(number):
    note(f"review {number}")
    if number == 13:
        raise ValueError("unlucky")
HueyQueue(huey).work(
    Jobs(
        review,
        lambda number: note(f"publish {number}"),
        lambda forge, name: note(f"contribute {name} on {forge}"),
    ),
    [
        Periodic("beat", 1.0, lambda: note("beat")),
        Periodic("slow", 1.0, lambda: (note("begun"), time.sleep(2.5), note("ended"))),
    ],
    threads=2,
)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    if request.param == "sqlite":
        return "sqlite", str(tmp_path / "queue.sqlite")
    return "postgres", _queue_dsn(request.getfixturevalue("postgres"))


def _queue_dsn(server: PostgresServer) -> str:
    url = server.url(server.create_database())
    return url.replace("postgresql+psycopg", "postgresql")


def opened(place: tuple[str, str]) -> Huey:
    kind, where = place
    return sqlite_huey(where) if kind == "sqlite" else postgres_huey(where)


def eventually(holds: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def test_hints_are_worked_off_and_the_schedule_beats(
    place: tuple[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.touch()
    huey = opened(place)
    queue = HueyQueue(huey)
    queue.review(13)
    queue.publish(4)
    queue.contribute("github", "acme/platform")
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, *place, str(out)],
        cwd=ROOT,
        env={"PYTHONPATH": "service", "PATH": "/usr/bin:/bin"},
        stderr=subprocess.DEVNULL,
    )
    try:
        hinted = {"review 13", "publish 4", "contribute acme/platform on github"}
        eventually(lambda: hinted <= set(out.read_text().split("\n")))
        queue.review(5)
        eventually(lambda: "review 5" in out.read_text())
        eventually(lambda: out.read_text().count("beat") >= 3)
        slow = [line for line in out.read_text().split() if line in {"begun", "ended"}]
        assert slow == ["begun", "ended"] * (len(slow) // 2) + ["begun"] * (len(slow) % 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    finally:
        worker.kill()
        worker.wait()
        huey.storage.close()


def test_several_processes_open_a_new_queue_at_once(postgres: PostgresServer) -> None:
    place = "postgres", _queue_dsn(postgres)
    start = Barrier(4)

    def open_queue() -> int:
        start.wait()
        huey = opened(place)
        try:
            return int(huey.pending_count())
        finally:
            huey.storage.close()

    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(open_queue) for _ in range(4)]
        assert [each.result() for each in started] == [0, 0, 0, 0]


def test_jobs_are_json_and_not_code(tmp_path: Path) -> None:
    file = str(tmp_path / "queue.sqlite")
    huey = sqlite_huey(file)
    HueyQueue(huey).review(7)
    huey.storage.close()
    connection = sqlite3.connect(file)
    [[data]] = connection.execute("select data from task").fetchall()
    connection.close()
    assert bytes(data).startswith(b'["')
    assert bytes(data).endswith(b"[7]]")


def test_a_full_queue_takes_no_more_hints(tmp_path: Path) -> None:
    huey = sqlite_huey(str(tmp_path / "queue.sqlite"))
    queue = HueyQueue(huey)
    with huey.storage.db(commit=True) as cursor:
        rows = [("edgewarden", b"[]")] * MOST_WAITING
        cursor.executemany("insert into task (queue, data) values (?, ?)", rows)
    queue.review(1)
    assert huey.pending_count() == MOST_WAITING
    huey.storage.close()


def test_a_queue_that_cannot_be_written_loses_the_hint_and_nothing_else(tmp_path: Path) -> None:
    huey = sqlite_huey(str(tmp_path / "queue.sqlite"))
    queue = HueyQueue(huey)
    with huey.storage.db(commit=True) as cursor:
        cursor.execute("drop table task")
    queue.review(1)
    huey.storage.close()
