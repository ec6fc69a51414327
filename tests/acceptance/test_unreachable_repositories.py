"""Repositories that cannot be fetched: said on the status and the page, and tried again."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edgewarden.workflows.ports import Change
from tests.acceptance.scene import Scene, scene
from tests.support.git_http import GitServer, Login, serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually, free_port

NUMBER = 7
RETRIES = {
    "FIRST_RETRY_SECONDS": "0.2",
    "SLOW_RETRY_SECONDS": "0.5",
    "RECONCILE_SECONDS": "0.3",
    "GIT_SECONDS": "3",
    "WORKER_THREADS": "4",
}
WORKLOADS = "---\n".join(map(deployment, ("web", "api", "db")))
BASE = {"workloads.yaml": WORKLOADS, "db.yaml": ingress_policy("db", "db", "web", 5432)}
HEAD = {**BASE, "db.yaml": ingress_policy("db", "db", "api", 5432)}


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository of which the service knows the address; nothing serves it yet."""

    name: str
    root: Path
    port: int
    base: str
    head: str

    @property
    def governed(self) -> dict[str, str]:
        clone = f"http://127.0.0.1:{self.port}/shop.git"
        return {"forge": "github", "name": self.name, "clone": clone}

    @contextmanager
    def served(self, login: Login | None = None) -> Iterator[GitServer]:
        """Serve it, as it should be, at the address that the service knows."""
        with serving(self.root, login, self.port) as server:
            yield server


def remote(root: Path, name: str) -> Remote:
    repository = BareRepository.create(root / name / "shop.git")
    base = repository.commit("main", BASE)
    head = repository.commit("change", HEAD, base)
    repository.pull_request(NUMBER, head)
    return Remote(f"team/{name}", repository.path.parent, free_port(), base, head)


ABOUT_GIT = ("cannot be fetched", "did not end", "does not offer commit")
"""What a status says of Git, as against one that only says that a review is awaited."""
NAMES = ("down", "missing", "locked", "hanging", "foreign", "headless")


@pytest.fixture(scope="module")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Remote]:
    root = tmp_path_factory.mktemp("git")
    return {name: remote(root, name) for name in NAMES}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, remotes: dict[str, Remote]) -> Iterator[Scene]:
    governed = [each.governed for each in remotes.values()]
    with scene(tmp_path_factory.mktemp("service"), governed, RETRIES) as service:
        yield service


def propose(here: Scene, remote: Remote) -> None:
    here.open(remote.name, NUMBER, base=remote.base, head=remote.head)


def failed_twice(here: Scene, remote: Remote) -> Change:
    """The change after it was tried again, in vain."""

    def tried() -> Change | None:
        change = here.change(remote.name, str(NUMBER))
        return change if change is not None and change.attempts >= 2 else None

    return eventually(tried)


def told(here: Scene, remote: Remote, state: str) -> str:
    """The description of the status of the head once it is about Git."""

    def said() -> str | None:
        statuses = here.github.statuses(remote.name, remote.head)
        last = statuses[-1] if statuses else {"state": "", "description": ""}
        description = str(last["description"])
        about_git = any(each in description for each in ABOUT_GIT)
        return description if last["state"] == state and about_git else None

    return eventually(said)


def shown(here: Scene, remote: Remote) -> tuple[str, str]:
    """What the page shows to people and to a terminal; both must say that there is no answer."""
    pages = [here.page(remote.name, str(NUMBER), media) for media in ("text/html", "text/plain")]
    assert [page.status_code for page in pages] == [202, 202]
    html, text = (page.text for page in pages)
    return re.sub(r"\s+", " ", html), text


def arrives(here: Scene, remote: Remote) -> None:
    """Nobody does anything, and the review is there."""
    comment = here.reviewed(remote.name, NUMBER, remote.head)
    assert "| `shop/api` | `shop/db` | TCP 5432 |" in comment
    assert here.page(remote.name, str(NUMBER)).status_code == 200
    change = here.change(remote.name, str(NUMBER))
    assert change is not None
    assert (change.attempts, change.last_error) == (0, "")


def test_a_server_that_is_down_is_waited_for(here: Scene, remotes: dict[str, Remote]) -> None:
    remote = remotes["down"]
    propose(here, remote)

    assert told(here, remote, "pending").endswith(", retrying")
    assert "team/down cannot be fetched. git said: " in failed_twice(here, remote).last_error
    html, text = shown(here, remote)
    assert "The last try failed" in html
    assert "team/down cannot be fetched. git said: " in html
    assert "last error: team/down cannot be fetched. git said: " in text
    with remote.served():
        arrives(here, remote)


def test_a_repository_that_is_not_there_is_an_error_until_it_is(
    here: Scene, remotes: dict[str, Remote]
) -> None:
    remote = remotes["missing"]
    hidden = remote.root / "hidden.git"
    (remote.root / "shop.git").rename(hidden)
    with remote.served():
        propose(here, remote)

        assert "cannot be fetched" in told(here, remote, "error")
        assert "check the address" in failed_twice(here, remote).last_error
        assert "check the address" in shown(here, remote)[0]
        hidden.rename(remote.root / "shop.git")
        arrives(here, remote)


def test_a_repository_that_asks_for_a_password_is_an_error_until_it_lets_in(
    here: Scene, remotes: dict[str, Remote]
) -> None:
    remote = remotes["locked"]
    with remote.served(Login("ada", "s3cret")) as server:
        propose(here, remote)

        told(here, remote, "error")
        assert "the credential configured for it" in failed_twice(here, remote).last_error
        assert "the credential configured for it" in shown(here, remote)[1]
        server.login = None
        arrives(here, remote)


def test_a_server_that_does_not_answer_is_given_up_and_tried_again(
    here: Scene, remotes: dict[str, Remote]
) -> None:
    remote = remotes["hanging"]
    with remote.served() as server:
        server.delay = 3600
        propose(here, remote)

        told(here, remote, "pending")
        assert "did not end within the time" in shown(here, remote)[1]
        server.delay = 0
        arrives(here, remote)


class Blog(BaseHTTPRequestHandler):
    """A web server that has the same page at every address."""

    def do_GET(self) -> None:
        page = b"<h1>Hello</h1>"
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def blog(port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Blog)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_address_that_is_no_repository_is_told(here: Scene, remotes: dict[str, Remote]) -> None:
    remote = remotes["foreign"]
    with blog(remote.port):
        propose(here, remote)

        told(here, remote, "pending")
        assert "git said: " in failed_twice(here, remote).last_error
        assert "git said: " in shown(here, remote)[0]
    with remote.served():
        arrives(here, remote)


def test_a_head_that_the_server_does_not_have_is_waited_for(
    here: Scene, remotes: dict[str, Remote]
) -> None:
    remote = remotes["headless"]
    repository = BareRepository(remote.root / "shop.git")
    repository.pull_request(NUMBER, remote.base)
    with remote.served():
        propose(here, remote)

        told(here, remote, "pending")
        failed_twice(here, remote)
        repository.pull_request(NUMBER, remote.head)
        arrives(here, remote)
