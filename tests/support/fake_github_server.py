"""The server half of the fake GitHub: its state, its API, its faults and its control routes.

It answers the REST calls that the service makes with the fields that the service reads. Every
API request is held against GitHub's OpenAPI description where one is given: a request that the
description does not allow is answered with 599 and kept, so that a test can fail on it.
"""

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

Json = dict[str, Any]
ENTERPRISE_PREFIX = "/api/v3"
PUBLIC_SERVER = "https://api.github.com"


@dataclass
class Fault:
    """Strikes the next ``times`` requests of ``method`` whose path matches ``path``."""

    kind: str
    method: str
    path: str
    times: int
    seconds: float


@dataclass
class State:
    """What this GitHub knows. Every access holds ``lock``."""

    token: str
    login: str
    specification: OpenAPI | None
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: dict[str, int] = field(default_factory=dict)
    pulls: dict[tuple[str, int], Json] = field(default_factory=dict)
    comments: dict[int, Json] = field(default_factory=dict)
    statuses: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def user(self, login: str) -> Json:
        user_id = self.users.setdefault(login, len(self.users) + 1)
        return {"id": user_id, "login": login, "type": "User"}


@dataclass(frozen=True)
class Answer:
    code: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def not_found() -> Answer:
    return Answer(404, {"message": "Not Found"})


# --- GitHub's own routes ------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One API request, taken apart. ``base`` is this server's address of the API."""

    state: State
    base: str
    path: str
    query: dict[str, str]
    body: Json

    def page(self, items: list[Json]) -> Answer:
        """The asked-for page, with a ``Link`` to the next one."""
        size = min(int(self.query.get("per_page", "30")), 100)
        number = int(self.query.get("page", "1"))
        shown = items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(items):
            query = urlencode({**self.query, "page": str(number + 1)})
            headers["Link"] = f'<{self.base}{self.path}?{query}>; rel="next"'
        return Answer(200, shown, headers)


def get_user(call: Call) -> Answer:
    return Answer(200, call.state.user(call.state.login))


def list_pulls(call: Call, repository: str) -> Answer:
    wanted = call.query.get("state", "open")
    own = [p for (name, _), p in sorted(call.state.pulls.items()) if name == repository]
    return call.page([p for p in own if wanted in ("all", p["state"])])


def get_pull(call: Call, repository: str, number: str) -> Answer:
    pull = call.state.pulls.get((repository, int(number)))
    return Answer(200, pull) if pull else not_found()


def list_comments(call: Call, repository: str, number: str) -> Answer:
    if (repository, int(number)) not in call.state.pulls:
        return not_found()
    issue = (repository, int(number))
    own = [c for _, c in sorted(call.state.comments.items()) if tuple(c["on"]) == issue]
    return call.page(own)


def create_comment(call: Call, repository: str, number: str) -> Answer:
    if (repository, int(number)) not in call.state.pulls:
        return not_found()
    if len(call.body["body"]) > 65536:
        return Answer(422, {"message": "Validation Failed: body is too long"})
    comment = add_comment(call.state, repository, int(number), call.state.login, call.body["body"])
    return Answer(201, comment)


def add_comment(state: State, repository: str, number: int, login: str, body: str) -> Json:
    comment_id = next(state.ids)
    comment = {
        "id": comment_id,
        "user": state.user(login),
        "body": body,
        "on": [repository, number],
    }
    state.comments[comment_id] = comment
    return comment


def update_comment(call: Call, repository: str, comment_id: str) -> Answer:
    comment = call.state.comments.get(int(comment_id))
    if comment is None or comment["on"][0] != repository:
        return not_found()
    if comment["user"]["login"] != call.state.login:
        return Answer(403, {"message": "Must have admin rights to Repository."})
    comment["body"] = call.body["body"]
    return Answer(200, comment)


def set_status(call: Call, repository: str, sha: str) -> Answer:
    history = call.state.statuses.setdefault((repository, sha), [])
    history.append({"id": next(call.state.ids), **call.body})
    return Answer(201, history[-1])


_REPOSITORY = r"/repos/(?P<repository>[^/]+/[^/]+)"
ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
    ("GET", re.compile("/user"), get_user),
    ("GET", re.compile(f"{_REPOSITORY}/pulls"), list_pulls),
    ("GET", re.compile(rf"{_REPOSITORY}/pulls/(?P<number>\d+)"), get_pull),
    ("GET", re.compile(rf"{_REPOSITORY}/issues/(?P<number>\d+)/comments"), list_comments),
    ("POST", re.compile(rf"{_REPOSITORY}/issues/(?P<number>\d+)/comments"), create_comment),
    ("PATCH", re.compile(rf"{_REPOSITORY}/issues/comments/(?P<comment_id>\d+)"), update_comment),
    ("POST", re.compile(rf"{_REPOSITORY}/statuses/(?P<sha>[0-9a-f]+)"), set_status),
]


# --- control: what a test does behind the service's back ----------------------------------------


def control_pull(state: State, body: Json) -> Answer:
    """Open a pull request, or move head or base of the one of that number."""
    repository, number = body["repository"], body["number"]
    pull = {
        "number": number,
        "state": body["state"],
        "title": body["title"],
        "user": state.user(body["author"]),
        "draft": False,
        "base": {
            "ref": body["base_ref"],
            "sha": body["base_sha"],
            "repo": {"full_name": repository},
        },
        "head": {
            "ref": body["head_ref"],
            "sha": body["head_sha"],
            "repo": {"full_name": repository},
        },
        "html_url": f"https://github.example/{repository}/pull/{number}",
    }
    state.pulls[repository, number] = pull
    return Answer(200, pull)


def control_comment(state: State, body: Json) -> Answer:
    arguments = (body["repository"], body["number"], body["login"], body["body"])
    return Answer(200, add_comment(state, *arguments))


def control_delete_comment(state: State, body: Json) -> Answer:
    del state.comments[body["id"]]
    return Answer(200, {})


def control_fault(state: State, body: Json) -> Answer:
    state.faults.append(Fault(**body))
    return Answer(200, {})


def control_forget(state: State, body: Json) -> Answer:
    """Back to an empty GitHub; what was asked wrongly stays on record."""
    for collection in (state.pulls, state.comments, state.statuses):
        collection.clear()
    state.faults.clear()
    state.requests.clear()
    return Answer(200, {})


def control_state(state: State, body: Json) -> Answer:
    return Answer(
        200,
        {
            "comments": [c for _, c in sorted(state.comments.items())],
            "statuses": [
                {"repository": repository, "sha": sha, "history": history}
                for (repository, sha), history in sorted(state.statuses.items())
            ],
            "violations": state.violations,
            "requests": state.requests,
        },
    )


CONTROLS: dict[str, Callable[[State, Json], Answer]] = {
    "/_control/pulls": control_pull,
    "/_control/comments": control_comment,
    "/_control/comments/delete": control_delete_comment,
    "/_control/faults": control_fault,
    "/_control/forget": control_forget,
    "/_control/state": control_state,
}


# --- the server ---------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """One connection; ``state`` is set by ``serve``."""

    protocol_version = "HTTP/1.1"
    state: ClassVar[State]

    def handle_one_call(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path = urlsplit(self.path).path
        if path in CONTROLS:
            with self.state.lock:
                answer = CONTROLS[path](self.state, json.loads(body or b"{}"))
            self._send(answer)
            return
        path = path.removeprefix(ENTERPRISE_PREFIX)
        fault = self._fault(path)
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault is not None and fault.kind not in ("slow", "accept_then_drop"):
            self._send(_faulty(fault))
            return
        with self.state.lock:
            answer = self._answer(path, body)
        if fault is not None and fault.kind == "accept_then_drop":
            self.close_connection = True
            self.connection.close()
        else:
            self._send(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_one_call  # noqa: N815 - called by name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Say nothing: standard output carries the address only."""

    def _answer(self, path: str, body: bytes) -> Answer:
        self.state.requests.append(f"{self.command} {path}")
        query = {k: v[-1] for k, v in parse_qs(urlsplit(self.path).query).items()}
        if violation := self._violation(path, query, body):
            self.state.violations.append(violation)
            return Answer(599, {"message": violation})
        if self.headers.get("Authorization") != f"Bearer {self.state.token}":
            return Answer(401, {"message": "Bad credentials"})
        prefix = ENTERPRISE_PREFIX if self.path.startswith(ENTERPRISE_PREFIX) else ""
        base = f"http://{self.headers['Host']}{prefix}"
        call = Call(self.state, base, path, query, json.loads(body or b"{}"))
        for method, pattern, route in ROUTES:
            if method == self.command and (match := pattern.fullmatch(path)):
                return route(call, **match.groupdict())
        return not_found()

    def _violation(self, path: str, query: dict[str, str], body: bytes) -> str | None:
        if self.state.specification is None:
            return None
        request = MockRequest(
            PUBLIC_SERVER,
            self.command,
            path,
            args=query,
            headers=dict(self.headers),
            data=body,
            content_type=self.headers.get("Content-Type", "application/json"),
        )
        try:
            self.state.specification.validate_request(request)
        except OpenAPIError as error:
            return f"{self.command} {path}: {error} {error.__cause__ or ''}"
        return None

    def _fault(self, path: str) -> Fault | None:
        with self.state.lock:
            for fault in self.state.faults:
                if fault.method == self.command and re.fullmatch(fault.path, path):
                    fault.times -= 1
                    if fault.times == 0:
                        self.state.faults.remove(fault)
                    return fault
        return None

    def _send(self, answer: Answer) -> None:
        content = json.dumps(answer.body).encode()
        self.send_response(answer.code)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _faulty(fault: Fault) -> Answer:
    match fault.kind:
        case "server_error":
            return Answer(502, {"message": "Server Error"})
        case "secondary_limit":
            message = "You have exceeded a secondary rate limit."
            return Answer(403, {"message": message}, {"Retry-After": str(int(fault.seconds))})
        case "primary_limit":
            reset = str(int(time.time() + fault.seconds))
            return Answer(
                403,
                {"message": "API rate limit exceeded"},
                {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset},
            )
        case "forbidden":
            return Answer(403, {"message": "Resource not accessible by personal access token"})
        case "redirect_elsewhere":
            return Answer(307, {}, {"Location": "http://elsewhere.example/user"})
        case kind:
            return Answer(500, {"message": f"unknown fault {kind}"})


def serve(port: int, token: str, login: str, specification: Path | None) -> ThreadingHTTPServer:
    """A server bound to ``port`` (0 for any) that has yet to be run."""
    described = OpenAPI.from_file_path(str(specification)) if specification else None
    state = State(token, login, described)
    server = ThreadingHTTPServer(
        ("127.0.0.1", port), type("_Handler", (Handler,), {"state": state})
    )
    server.daemon_threads = True
    return server
