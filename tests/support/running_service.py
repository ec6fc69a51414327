"""The whole service as people run it: ``edgewarden serve`` in processes of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from edgewarden.adapters.ports import reserve_port

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class RunningService:
    """Where the service answers, the file that it logs to, and the environment it runs in."""

    address: str
    log: Path
    environment: Mapping[str, str]

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run ``edgewarden`` beside the service, on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "edgewarden", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def token(self, handle: str, role: str) -> str:
        """A fresh token of the API, as an operator makes it."""
        made = self.command("token", "create", handle, "--name", "test", "--role", role)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def logged(self, event: str) -> list[dict[str, object]]:
        """What the log says of one kind of event, oldest first."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        return [entry for entry in entries if entry["event"] == event]

    def worker(self) -> int:
        """The process that was started last as a worker."""
        started = [entry for entry in self.logged("started") if entry["process"] == "worker"]
        return int(str(started[-1]["pid"]))


def free_port() -> int:
    """A port that stays free for a server which a test is about to start."""
    return reserve_port()


def eventually(question: Callable[[], Found | None], *, seconds: float = 60) -> Found:
    """The first answer that is there; an error once the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no answer within {seconds} s")


@contextmanager
def running_service(directory: Path, settings: Mapping[str, str]) -> Iterator[RunningService]:
    """Start ``edgewarden serve`` with ``settings`` (without their prefix) in ``directory``."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = directory / "service.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EDGEWARDEN_")},
        "EDGEWARDEN_DATA": str(directory / "data"),
        "EDGEWARDEN_PORT": str(port),
        "EDGEWARDEN_ADDRESS": address,
        **{f"EDGEWARDEN_{name}": value for name, value in settings.items()},
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "edgewarden", "serve"],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        eventually(lambda: _ready(address, process, log))
        yield RunningService(address, log, environment)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        finally:
            _end_group(process)


def _ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    assert process.poll() is None, f"the service ended: {log.read_text()}"
    try:
        return httpx.get(f"{address}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End what the service might have left behind, and wait for the service itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left, as it should be
    process.wait()
