"""Kept processes come back, and nothing is left of them at the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

KEEPER = """
import sys
from edgewarden.adapters import supervision
supervision.STEADY_AFTER = 0.2
sys.exit(supervision.Supervisor({"one": sys.argv[1:]}, patience=2.0).run())
"""

SLEEPER = """
import os, subprocess, sys, time
from edgewarden.adapters.supervision import end_with_keeper
end_with_keeper()
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {grandchild.pid}\\n")
time.sleep(60)
"""


def keeper(*command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", KEEPER, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT / "service")},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def eventually(holds: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def started(file: Path) -> list[list[int]]:
    if not file.exists():
        return []
    return [[int(pid) for pid in line.split()] for line in file.read_text().splitlines()]


def test_a_killed_process_comes_back_and_sigterm_ends_all(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    process = keeper(sys.executable, "-c", SLEEPER, str(file))
    try:
        eventually(lambda: len(started(file)) == 1)
        first, its_child = started(file)[0]
        os.kill(first, signal.SIGKILL)
        eventually(lambda: len(started(file)) == 2)
        eventually(lambda: not runs(its_child))
        process.terminate()
        assert process.wait(10) == 0
        assert not any(runs(pid) for pair in started(file) for pid in pair)
    finally:
        process.kill()


def test_a_process_does_not_outlive_a_killed_keeper(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    process = keeper(sys.executable, "-c", SLEEPER, str(file))
    eventually(lambda: len(started(file)) == 1)
    process.kill()
    process.wait()
    child, grandchild = started(file)[0]
    eventually(lambda: not runs(child))
    if runs(grandchild):
        os.kill(grandchild, signal.SIGKILL)


def test_a_program_that_never_starts_ends_the_keeper_with_an_error() -> None:
    process = keeper(sys.executable, "-c", "raise SystemExit(3)")
    assert process.wait(30) == 1


LEAVES_CHILDREN = """
import subprocess, sys
from edgewarden.adapters.supervision import kill_children
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
nested = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *sleep]
one = subprocess.Popen(nested, start_new_session=True)
two = subprocess.Popen(sleep)
kill_children()
print(one.wait(10), two.wait(10))
"""


def test_a_process_kills_what_it_would_leave_behind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVES_CHILDREN],
        env={**os.environ, "PYTHONPATH": str(ROOT / "service")},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.split() == ["-9", "-9"]
