"""The example hook in a real repository, pushed to by a real git."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfile
from urllib.parse import parse_qs, urlsplit

import pytest

from edgewarden.adapters.forges.plain_git import PlainGit
from edgewarden.workflows.ports import ForgeEvent, SignatureError
from tests.support.repositories import BareRepository, git_environment

HOOK = Path(__file__).resolve().parents[3] / "examples" / "post-receive"
SECRET = "s3cr3t of the hook"
REVIEW = "attention: team/shop opens 5432 to every pod\n"


class Service(ThreadingHTTPServer):
    """Takes deliveries as Edgewarden does and gives the review after ``pending`` polls."""

    daemon_threads = True

    def __init__(self, forge: PlainGit) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.forge = forge
        self.events: list[ForgeEvent] = []
        self.polled: list[str] = []
        self.pending = 0
        self.delay = 0.0
        self.status = 202
        self.text = REVIEW

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.delay)
        try:
            self.server.forge.verify(dict(self.headers), body)
        except SignatureError:
            self._answer(401, b"{}")
            return
        self.server.events.append(self.server.forge.parse(dict(self.headers), body))
        review = f"{self.server.address}/reviews/abc"
        self._answer(self.server.status, json.dumps({"outcome": "ok", "review": review}).encode())

    def do_GET(self) -> None:
        assert self.headers["Accept"] == "text/plain"
        time.sleep(self.server.delay)
        asked = parse_qs(urlsplit(self.path).query)
        assert "summary" in asked
        self.server.polled += asked["head"]
        if len(self.server.polled) <= self.server.pending:
            self._answer(202, b"pending")
        else:
            self._answer(200, self.server.text.encode())

    def log_message(self, *_: object) -> None:
        """Silence: what came is in the service's lists."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    server = Service(PlainGit("git", SECRET, [], tmp_path))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "hook.secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def repository(tmp_path: Path, service: Service, secret_file: Path) -> BareRepository:
    made = BareRepository.create(tmp_path / "shop.git")
    made.commit("main", {"a.yaml": "a: 1\n"})
    made.git("config", "edgewarden.address", f"{service.address}/webhooks/git/shop")
    made.git("config", "edgewarden.repository", "team/shop")
    made.git("config", "edgewarden.secretFile", str(secret_file))
    hook = made.path / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    copyfile(HOOK, hook)
    hook.chmod(0o755)
    return made


@pytest.fixture
def work(repository: BareRepository, tmp_path: Path) -> Path:
    repository.git("clone", "--quiet", str(repository.path), str(tmp_path / "work"))
    return tmp_path / "work"


def push(work: Path, *refspecs: str, **variables: str) -> str:
    """Push, which must succeed within its time, and return what was said on the way."""
    done = subprocess.run(
        ["git", "push", "origin", *refspecs],
        cwd=work,
        env={**git_environment(), **variables},
        capture_output=True,
        check=False,
        timeout=50,
    )
    said = done.stderr.decode()
    assert done.returncode == 0, said
    return said


def test_a_push_shows_its_review(service: Service, repository: BareRepository, work: Path) -> None:
    old = repository.git("rev-parse", "main")
    service.pending = 1

    said = push(work, "main:refs/heads/topic")

    (event,) = service.events
    assert event.change is not None
    assert (event.change.repository, event.change.key) == ("team/shop", "topic")
    assert event.head == old
    assert service.polled == [old, old]
    assert REVIEW.strip() in said
    assert f"{service.address}/reviews/abc" in said


def test_every_branch_of_a_push_is_told_and_tags_are_not(service: Service, work: Path) -> None:
    push(work, "main:refs/heads/a", 'main:refs/heads/ada/"quoted"', "main:refs/tags/v1")

    told = [event.change.key for event in service.events if event.change is not None]
    assert told == ["a", 'ada/"quoted"']


def test_a_deleted_branch_is_told_and_not_waited_for(service: Service, work: Path) -> None:
    push(work, "main:refs/heads/topic")
    polled = len(service.polled)

    push(work, ":refs/heads/topic")

    assert [event.kind.value for event in service.events] == ["change_updated", "change_closed"]
    assert len(service.polled) == polled


@pytest.mark.parametrize("secret", ["x", "k" * 64, "k" * 65, "ä€ % \\ ' \" $HOME", "z" * 500])
def test_any_secret_signs_alike(
    service: Service, secret_file: Path, work: Path, tmp_path: Path, secret: str
) -> None:
    secret_file.write_text(secret)
    service.forge = PlainGit("git", secret, [], tmp_path)

    push(work, "main:refs/heads/topic")

    assert len(service.events) == 1


def test_the_secret_is_in_no_argument(service: Service, secret_file: Path, work: Path) -> None:
    secret = "n0b0dy-sees-this"
    secret_file.write_text(secret)
    service.forge = PlainGit("git", secret, [], work)
    service.pending = 1
    seen: list[bytes] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.extend(line for line in command_lines() if secret.encode() in line)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        push(work, "main:refs/heads/topic")
    finally:
        done.set()
        watcher.join()

    assert len(service.events) == 1
    assert seen == []


def test_a_service_that_is_down_hinders_nobody(repository: BareRepository, work: Path) -> None:
    repository.git("config", "edgewarden.address", "http://127.0.0.1:9/webhooks/git/shop")
    start = time.monotonic()

    said = push(work, "main:refs/heads/topic")

    assert "cannot be reached" in said
    assert time.monotonic() - start < 10


def test_a_service_that_hangs_is_waited_for_no_longer_than_allowed(
    service: Service, work: Path
) -> None:
    service.delay = 60
    start = time.monotonic()

    push(work, "main:refs/heads/topic", "main:refs/heads/other", EDGEWARDEN_WAIT="2")

    assert time.monotonic() - start < 8


def test_a_review_that_takes_too_long_is_named_by_its_address(service: Service, work: Path) -> None:
    service.pending = 1000

    said = push(work, "main:refs/heads/topic", EDGEWARDEN_WAIT="2")

    assert f"the review of topic is at {service.address}/reviews/abc" in said


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "does not hold the secret that EDGEWARDEN_GIT_HOOKS has for this hook"),
        (404, "name team/shop with this hook in the settings of the service"),
        (500, "answered 500 for topic"),
    ],
)
def test_a_refusal_is_told_and_the_push_stands(
    service: Service, work: Path, tmp_path: Path, status: int, message: str
) -> None:
    service.status = status
    if status == 401:
        service.forge = PlainGit("git", "another", [], tmp_path)

    assert message in push(work, "main:refs/heads/topic")


def test_a_secret_that_others_may_read_is_not_used(
    service: Service, secret_file: Path, work: Path
) -> None:
    secret_file.chmod(0o640)

    assert "may be read by others" in push(work, "main:refs/heads/topic")
    assert service.events == []


@pytest.mark.parametrize("key", ["address", "repository", "secretFile"])
def test_a_hook_that_is_not_set_up_says_what_to_set(
    repository: BareRepository, work: Path, key: str
) -> None:
    repository.git("config", "--unset", f"edgewarden.{key}")

    assert "set edgewarden.address" in push(work, "main:refs/heads/topic")


def test_a_review_cannot_steer_the_terminal(service: Service, work: Path) -> None:
    service.text = "red \x1b[31m bell \x07 end\n"

    said = push(work, "main:refs/heads/topic")

    assert "red [31m bell  end" in said


def test_variables_come_before_the_configuration(
    service: Service, repository: BareRepository, work: Path
) -> None:
    repository.git("config", "edgewarden.repository", "team/other")

    push(work, "main:refs/heads/topic", EDGEWARDEN_REPOSITORY="team/shop")

    assert [event.repository for event in service.events] == ["team/shop"]


def command_lines() -> Iterator[bytes]:
    mine = str(os.getpid())
    for process in Path("/proc").glob("[0-9]*"):
        if process.name != mine:
            try:
                yield (process / "cmdline").read_bytes()
            except OSError:
                continue
