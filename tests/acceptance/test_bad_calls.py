"""Calls of the API that no honest client makes: refused as problems, none a defect.

What the register promises to those who call it well is in ``test_register``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.acceptance.scene import EXCEPTION, Scene, scene

PROBLEM = "application/problem+json"
EXCEPTIONS = "/api/v1/exceptions"
REVIEW = "/api/v1/changes/review?forge=github&change=1"


@dataclass(frozen=True, slots=True)
class Register:
    """The register, and a token by which it may be changed."""

    scene: Scene
    token: str

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        address = f"{self.scene.service.address}{path}"
        return httpx.request(method, address, headers=headers, timeout=30, **more)

    def size(self) -> int:
        return len(self.ask("GET", EXCEPTIONS).json()["exceptions"])


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with scene(tmp_path_factory.mktemp("service"), [], {}) as here:
        yield Register(here, here.token("ada"))


def assert_problem(answer: httpx.Response, status: int) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM), answer.text
    document = answer.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]


CREDENTIALS = {
    "no secret": "Bearer",
    "endless": f"Bearer ew_{'x' * 7_000}",
    "another scheme": "Basic YWRhOmFkYQ==",
    "a quote": "Bearer ew_' OR 1=1 --",
    "not ascii": "Bearer ew_é",
    "not utf-8": "Bearer ew_\udcff",
}


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_what_is_no_token_opens_nothing(register: Register, credential: str) -> None:
    given = [(b"Authorization", credential.encode("utf-8", "surrogateescape"))]
    before = register.size()
    for method, path in (("GET", EXCEPTIONS), ("POST", EXCEPTIONS), ("GET", "/api/v1/nothing")):
        address = f"{register.scene.service.address}{path}"
        answer = httpx.request(method, address, headers=given, json=EXCEPTION, timeout=30)
        assert_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert register.size() == before


def test_a_token_is_read_from_its_header_alone(register: Register) -> None:
    address = f"{register.scene.service.address}{EXCEPTIONS}"
    with httpx.Client(cookies={"token": register.token}, timeout=30) as client:
        assert_problem(client.get(address), 401)
        assert_problem(client.get(address, params={"access_token": register.token}), 401)


def reason(spelt: bytes) -> dict[str, bytes]:
    """A proposal whose reason is spelt like that in its JSON."""
    return {"content": json.dumps({**EXCEPTION, "reason": "?"}).encode().replace(b'"?"', spelt)}


Call = tuple[str, str, dict[str, Any], int]
CALLS: dict[str, Call] = {
    "no json": ("POST", EXCEPTIONS, {"content": b"{"}, 400),
    "empty": ("POST", EXCEPTIONS, {"content": b""}, 400),
    "a list": ("POST", EXCEPTIONS, {"content": b"[]"}, 400),
    "deeply nested": ("POST", EXCEPTIONS, {"content": b'{"a":' * 100_000}, 400),
    "nested and closed": ("POST", EXCEPTIONS, reason(b"[" * 50_000 + b"]" * 50_000), 400),
    "not utf-8": ("POST", EXCEPTIONS, reason(b'"\xff"'), 400),
    "endless number": ("POST", EXCEPTIONS, reason(b"9" * 9_999), 400),
    "great number": ("POST", EXCEPTIONS, reason(b"1e999"), 422),
    "lone surrogate": ("POST", EXCEPTIONS, reason(rb'"\ud800"'), 422),
    "nul": ("POST", EXCEPTIONS, reason(rb'"a\u0000b"'), 422),
    "terminal escape": ("POST", EXCEPTIONS, reason(rb'"\u001b[31mred"'), 422),
    "of another type": ("POST", EXCEPTIONS, reason(b"{}"), 422),
    "too much": ("POST", EXCEPTIONS, {"content": b" " * 10_000_000}, 413),
    "a form": ("POST", EXCEPTIONS, {"data": {"reason": "x"}}, 415),
    "nothing there": ("GET", "/api/v1/nothing", {}, 404),
    "no such method": ("DELETE", EXCEPTIONS, {}, 405),
    "filter with a nul": ("GET", f"{EXCEPTIONS}?owner=a%00b", {}, 400),
    "repository with a nul": ("GET", f"{REVIEW}&repository=%00", {}, 400),
    "repository that is endless": ("GET", f"{REVIEW}&repository={'x' * 3_000}", {}, 400),
    "repository that is not utf-8": ("GET", f"{REVIEW}&repository=%ff%ed%a0%80", {}, 404),
}


@pytest.mark.parametrize(("method", "path", "more", "status"), CALLS.values(), ids=CALLS.keys())
def test_every_error_is_a_problem_document(
    register: Register, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    before = register.size()
    headers = {"Content-Type": "application/json"} if "content" in more else {}

    assert_problem(register.ask(method, path, headers=headers, **more), status)

    assert register.size() == before
