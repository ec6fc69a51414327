"""A stateful GitHub in a process of its own, and how tests talk to it.

``python -m tests.support.fake_github --port 0 [--openapi FILE]`` prints its address and serves
until its standard input ends.
"""

import argparse
import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.support.fake_github_server import ENTERPRISE_PREFIX, serve

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]


class FakeGitHub:
    """Starts the process on entry, ends it on exit, and fails there if a request was invalid.

    ``specification`` is GitHub's OpenAPI description, against which every request is held.
    """

    def __init__(
        self,
        specification: Path | None = None,
        *,
        token: str = "fake-token",
        login: str = "edgewarden-bot",
        secret: str = "fake-secret",
    ) -> None:
        self.token = token
        self.login = login
        self.secret = secret
        self._specification = specification

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.support.fake_github", "--port", "0"]
        command += ["--token", self.token, "--login", self.login]
        if self._specification is not None:
            command += ["--openapi", str(self._specification)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        if not self.address:
            self._stop()
            raise RuntimeError("the fake GitHub did not start")
        self._http = httpx.Client(base_url=self.address, timeout=30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            violations = self.violations()
        finally:
            self._http.close()
            self._stop()
        if kind is None:
            assert not violations, "requests that GitHub would not understand: " + str(violations)

    @property
    def enterprise_address(self) -> str:
        """The same API where an Enterprise Server has it."""
        return self.address + ENTERPRISE_PREFIX

    # --- behind the service's back --------------------------------------------------------

    def pull_request(
        self,
        repository: str,
        number: int,
        *,
        head: str,
        base: str = "b" * 40,
        head_ref: str = "change",
        base_ref: str = "main",
        title: str = "A change",
        author: str = "dev",
        state: str = "open",
    ) -> Json:
        """Open a pull request, or bring the one of that number into this state."""
        return self._control(
            "pulls",
            {
                "repository": repository,
                "number": number,
                "title": title,
                "author": author,
                "state": state,
                "head_ref": head_ref,
                "head_sha": head,
                "base_ref": base_ref,
                "base_sha": base,
            },
        )

    def say(self, repository: str, number: int, login: str, body: str) -> int:
        """A comment by anybody; its id."""
        fields = {"repository": repository, "number": number, "login": login, "body": body}
        comment_id: int = self._control("comments", fields)["id"]
        return comment_id

    def delete_comment(self, comment_id: int) -> None:
        self._control("comments/delete", {"id": comment_id})

    def break_next(
        self, kind: str, method: str, path: str, *, times: int = 1, seconds: float = 1.0
    ) -> None:
        """Let the next ``times`` requests fail. ``path`` is a regular expression for all of it.

        Kinds: ``server_error``, ``secondary_limit``, ``primary_limit``, ``forbidden``, ``slow``,
        ``redirect_elsewhere``, and ``accept_then_drop``, which does what was asked and hangs up.
        """
        fields = {"kind": kind, "method": method, "path": path, "times": times, "seconds": seconds}
        self._control("faults", fields)

    def forget(self) -> None:
        """Empty this GitHub. Invalid requests stay on record."""
        self._control("forget", {})

    def comments(self, repository: str, number: int, login: str | None = None) -> list[str]:
        """The texts of a pull request's comments (of one author), oldest first."""
        return [
            comment["body"]
            for comment in self._control("state", {})["comments"]
            if comment["on"] == [repository, number] and login in (None, comment["user"]["login"])
        ]

    def statuses(self, repository: str, sha: str) -> list[Json]:
        """Every status set on a commit, oldest first."""
        return [
            status
            for entry in self._control("state", {})["statuses"]
            if (entry["repository"], entry["sha"]) == (repository, sha)
            for status in entry["history"]
        ]

    def requests(self) -> list[str]:
        """``METHOD /path`` of every API request so far."""
        requests: list[str] = self._control("state", {})["requests"]
        return requests

    def violations(self) -> list[str]:
        """What was asked and GitHub's description does not allow."""
        violations: list[str] = self._control("state", {})["violations"]
        return violations

    # --- webhooks -------------------------------------------------------------------------

    def deliver_pull_request(
        self, to: str, pull_request: Json, action: str, *, delivery: str = "", **more: Json
    ) -> httpx.Response:
        """Send a ``pull_request`` event; ``pull_request`` is what ``pull_request()`` returned."""
        payload = {
            "action": action,
            "number": pull_request["number"],
            "pull_request": pull_request,
            "repository": pull_request["base"]["repo"],
            **more,
        }
        return self.deliver(to, "pull_request", payload, delivery=delivery)

    def deliver_push(
        self, to: str, repository: str, branch: str, after: str, *, delivery: str = ""
    ) -> httpx.Response:
        """Send the ``push`` event of a branch that moved."""
        payload = {
            "ref": f"refs/heads/{branch}",
            "before": "0" * 40,
            "after": after,
            "created": False,
            "deleted": False,
            "repository": {"full_name": repository},
        }
        return self.deliver(to, "push", payload, delivery=delivery)

    def deliver(
        self, to: str, event: str, payload: Json, *, delivery: str = "", attempts: int = 20
    ) -> httpx.Response:
        """Sign and post a delivery, again under the same id while nobody answers or with 5xx."""
        body = json.dumps(payload).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        for attempt in range(1, attempts + 1):
            try:
                answer = httpx.post(to, content=body, headers=headers, timeout=10)
            except httpx.TransportError:
                if attempt == attempts:
                    raise
            else:
                if answer.status_code < 500 or attempt == attempts:
                    return answer
            time.sleep(0.25)
        raise AssertionError("the last attempt returns or raises")

    # --- inside ---------------------------------------------------------------------------

    def _control(self, what: str, fields: Json) -> Json:
        answer = self._http.post(f"/_control/{what}", json=fields).raise_for_status()
        found: Json = answer.json()
        return found

    def _stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="A stateful fake GitHub.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="fake-token")
    parser.add_argument("--login", default="edgewarden-bot")
    parser.add_argument("--openapi", type=Path)
    arguments = parser.parse_args()
    server = serve(arguments.port, arguments.token, arguments.login, arguments.openapi)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
