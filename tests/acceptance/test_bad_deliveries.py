"""Deliveries that are not what a forge sends, or not once, or not in order."""

import hashlib
import hmac
import json
import socket
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from edgewarden.workflows.ports import Delivery
from tests.acceptance.scene import Scene, scene
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually

REPOSITORY = "team/shop"
SECRET = "hook-secret"
LIMIT = 5_000_000
HEAD = "a" * 40
FILES = {"workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db")))}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> BareRepository:
    return BareRepository.create(tmp_path_factory.mktemp("git") / "shop.git")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, repository: BareRepository) -> Iterator[Scene]:
    repository.commit("main", FILES)
    with serving(repository.path.parent) as git:
        clone = f"{git.address}/shop.git"
        governed = [
            {"forge": "github", "name": REPOSITORY, "clone": clone},
            {"forge": "git", "name": REPOSITORY, "clone": clone, "hook": "open"},
        ]
        hooks = {"GIT_HOOKS": json.dumps({"open": "", "closed": SECRET})}
        with scene(tmp_path_factory.mktemp("service"), governed, hooks) as service:
            yield service


def payload(number: int, head: str = HEAD, repository: str = REPOSITORY) -> dict[str, Any]:
    """A ``pull_request`` event with no more in it than is read."""
    return {
        "action": "opened",
        "number": number,
        "pull_request": {
            "base": {"ref": "main", "sha": "b" * 40},
            "head": {"ref": "change", "sha": head},
        },
        "repository": {"full_name": repository},
    }


def signed(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, secret: str, **others: str) -> dict[str, str]:
    """What GitHub sends along. ``others`` replace its headers by their names with underscores."""
    given = {
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": signed(secret, body),
        "Content-Type": "application/json",
    }
    return given | {name.replace("_", "-"): value for name, value in others.items()}


def post(here: Scene, body: bytes, **others: str) -> httpx.Response:
    given = headers(body, here.github.secret, **others)
    return httpx.post(here.webhook, content=body, headers=given, timeout=30)


def post_to_hook(here: Scene, hook: str, body: bytes, secret: str) -> httpx.Response:
    address = f"{here.service.address}/webhooks/git/{hook}"
    signature = {"X-Edgewarden-Signature-256": signed(secret, body)}
    return httpx.post(address, content=body, headers=signature, timeout=30)


def push(**changes: object) -> bytes:
    """A delivery of the plain-Git hook."""
    fields = {
        "repository": REPOSITORY,
        "ref": "refs/heads/change",
        "old": "0" * 40,
        "new": HEAD,
        "delivery": str(uuid.uuid4()),
    }
    return json.dumps(fields | changes).encode()


def recorded(here: Scene, delivery: str) -> Delivery | None:
    with here.store.begin() as transaction:
        return transaction.inbox.get("github", "github", delivery)


def refusals(here: Scene, reason: str, forge: str = "github") -> int:
    with here.store.begin() as transaction:
        return transaction.inbox.refused(forge, reason)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an answer, whose status must be that."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["detail"]
    return document


# --- signatures ---------------------------------------------------------------------------------

BODY = json.dumps(payload(900)).encode()
FORGERIES = {
    "another secret": signed("another", BODY),
    "another body": signed("fake-secret", BODY + b" "),
    "capitals": signed("fake-secret", BODY).upper(),
    "no scheme": signed("fake-secret", BODY).removeprefix("sha256="),
    "sha-1": "sha1=" + hmac.new(b"fake-secret", BODY, hashlib.sha1).hexdigest(),
    "too short": signed("fake-secret", BODY)[:-1],
    "not ascii": "sha256=é".encode().decode("latin-1"),
    "empty": "",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_of_a_wrongly_signed_delivery_nothing_is_kept_but_a_count(
    here: Scene, forgery: str
) -> None:
    before = refusals(here, "signature")
    delivery = str(uuid.uuid4())

    given = headers(BODY, here.github.secret, X_GitHub_Delivery=delivery)
    given["X-Hub-Signature-256"] = forgery
    raw = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
    problem(httpx.post(here.webhook, content=BODY, headers=raw), 401)

    assert refusals(here, "signature") == before + 1
    assert recorded(here, delivery) is None
    assert here.change(REPOSITORY, "900") is None


def test_an_unsigned_delivery_is_refused_before_it_is_looked_at(here: Scene) -> None:
    before = refusals(here, "signature")

    answer = httpx.post(here.webhook, content=b"{", headers={"X-GitHub-Event": "ping"})

    problem(answer, 401)
    assert refusals(here, "signature") == before + 1


@pytest.mark.parametrize("secret", ["", "guessed"])
def test_a_hook_without_a_secret_takes_nothing(here: Scene, secret: str) -> None:
    before = refusals(here, "signature", "git/open")
    body = push()

    problem(post_to_hook(here, "open", body, secret), 401)

    assert refusals(here, "signature", "git/open") == before + 1
    assert here.change(REPOSITORY, "change", "git/open") is None


def test_a_hook_that_is_not_configured_is_not_there(here: Scene) -> None:
    problem(post_to_hook(here, "unknown", push(), SECRET), 404)


# --- size ---------------------------------------------------------------------------------------


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(here: Scene) -> None:
    fitting = json.dumps(payload(901, repository="nobody/knows")).encode()
    fitting += b" " * (LIMIT - len(fitting))

    problem(post(here, fitting), 404)
    problem(post(here, fitting + b" "), 413)


def test_a_large_body_of_unknown_length_is_refused(here: Scene) -> None:
    body = b" " * (LIMIT + 1)
    given = headers(body, here.github.secret)
    chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))

    assert httpx.post(here.webhook, content=chunks, headers=given).status_code == 413


def send_raw(here: Scene, head: Mapping[str, str], body: bytes) -> bytes:
    """Send exactly these bytes and nothing more; the answer until the server closes."""
    target = urlsplit(here.webhook)
    assert target.hostname is not None
    assert target.port is not None
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in head.items()]
    with socket.create_connection((target.hostname, target.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer


LYING_LENGTHS = {
    "far too much": (str(LIMIT * 1000), BODY, 413),
    "more than comes": (str(len(BODY)), BODY[:-10], 401),
    "less than comes": (str(len(BODY) - 10), BODY, 401),
    "nothing": ("0", BODY, 401),
    "negative": ("-1", BODY, 400),
    "a word": ("many", BODY, 400),
}


@pytest.mark.parametrize(
    ("length", "sent", "status"), LYING_LENGTHS.values(), ids=LYING_LENGTHS.keys()
)
def test_a_lie_about_the_length_gains_nothing(
    here: Scene, length: str, sent: bytes, status: int
) -> None:
    delivery = str(uuid.uuid4())
    given = headers(BODY, here.github.secret, X_GitHub_Delivery=delivery)

    answer = send_raw(here, given | {"Content-Length": length}, sent)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:200]
    assert recorded(here, delivery) is None


def test_two_lengths_are_a_smuggler(here: Scene) -> None:
    given = headers(BODY, here.github.secret)
    both = given | {"Content-Length": str(len(BODY)), "Transfer-Encoding": "chunked"}

    assert send_raw(here, both, BODY).startswith(b"HTTP/1.1 400 ")


# --- form ---------------------------------------------------------------------------------------


def changed(**fields: object) -> bytes:
    return json.dumps(payload(902) | fields).encode()


def with_head(ref: str = "change", sha: str = HEAD) -> bytes:
    base = {"ref": "main", "sha": "b" * 40}
    return changed(pull_request={"base": base, "head": {"ref": ref, "sha": sha}})


MALFORMED = {
    "empty": b"",
    "broken": b'{"action": ',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "no fields": b"{}",
    "deeply nested": b"[" * 200_000,
    "deeply nested objects": b'{"a":' * 200_000,
    "nested in a field": json.dumps(payload(902)).encode()[:-1]
    + b', "x": '
    + b"[" * 100_000
    + b"]" * 100_000
    + b"}",
    "not utf-8": b'{"action": "\xff"}',
    "utf-16": json.dumps(payload(902)).encode("utf-16"),
    "lone surrogate": changed(repository={"full_name": "team/\ud800"}),
    "nul in the name": changed(repository={"full_name": "team/sh\0op"}),
    "nul in the ref": with_head(ref="a\0b"),
    "name of another form": changed(repository={"full_name": "team/shop/../other"}),
    "name too long": changed(repository={"full_name": f"team/{'x' * 101}"}),
    "ref too long": with_head(ref="x" * 501),
    "ref with a line feed": with_head(ref="a\nb"),
    "id of another form": with_head(sha="HEAD"),
    "id with an option": with_head(sha="--upload-pack=touch /tmp/x"),
    "number of another type": changed(number="902"),
    "number as a fraction": changed(number=902.5),
    "negative number": changed(number=-1),
    "giant number": json.dumps(payload(902)).encode().replace(b"902", b"9" * 100_000),
    "giant exponent": json.dumps(payload(902)).encode().replace(b"902", b"1e400"),
    "no number": json.dumps(payload(902)).encode().replace(b"902", b"NaN"),
    "list for an object": changed(repository=[]),
    "text for an object": changed(pull_request="x"),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_signed_delivery_of_another_form_is_refused(here: Scene, body: bytes) -> None:
    before = refusals(here, "malformed")
    delivery = str(uuid.uuid4())

    detail = problem(post(here, body, X_GitHub_Delivery=delivery), 400)["detail"]

    assert len(detail) < 500
    assert refusals(here, "malformed") == before + 1
    assert recorded(here, delivery) is None
    assert here.change(REPOSITORY, "902") is None


STRANGE_HEADERS = {
    "id too long": ("X_GitHub_Delivery", "x" * 65),
    "id far too long": ("X_GitHub_Delivery", "x" * 8_000),
    "id with a quote": ("X_GitHub_Delivery", "a'; DROP TABLE deliveries; --"),
    "no id": ("X_GitHub_Delivery", ""),
    "event too long": ("X_GitHub_Event", "x" * 65),
    "event of another form": ("X_GitHub_Event", "../../pull_request"),
    "no event": ("X_GitHub_Event", ""),
}


@pytest.mark.parametrize(("name", "value"), STRANGE_HEADERS.values(), ids=STRANGE_HEADERS.keys())
def test_a_header_that_github_would_not_send_is_refused(here: Scene, name: str, value: str) -> None:
    before = refusals(here, "malformed")

    problem(post(here, BODY, **{name: value}), 400)

    assert refusals(here, "malformed") == before + 1


def test_headers_without_end_are_refused(here: Scene) -> None:
    assert post(here, BODY, X_Filler="x" * 100_000).status_code in {400, 431}


MALFORMED_PUSHES = {
    "a list": b"[]",
    "nul in the name": push(repository="team/sh\0op"),
    "lone surrogate in the name": push(repository="team/\udcff"),
    "name too long": push(repository="x" * 301),
    "nul in the ref": push(ref="refs/heads/a\0b"),
    "ref with an option": push(ref="--upload-pack=x"),
    "ref that git refuses": push(ref="refs/heads/a..b"),
    "ref with a line feed": push(ref="refs/heads/a\nb"),
    "ref too long": push(ref="refs/heads/" + "x" * 1000),
    "id of another form": push(new="HEAD"),
    "delivery too long": push(delivery="x" * 65),
    "giant number": push().replace(b'"old"', b'"more": ' + b"9" * 100_000 + b', "old"'),
}


@pytest.mark.parametrize("body", MALFORMED_PUSHES.values(), ids=MALFORMED_PUSHES.keys())
def test_a_signed_push_of_another_form_is_refused(here: Scene, body: bytes) -> None:
    before = refusals(here, "malformed", "git/closed")

    problem(post_to_hook(here, "closed", body, SECRET), 400)

    assert refusals(here, "malformed", "git/closed") == before + 1


# --- repositories -------------------------------------------------------------------------------


def test_an_unknown_repository_is_not_found_and_recorded(here: Scene) -> None:
    delivery = str(uuid.uuid4())
    body = json.dumps(payload(903, repository="nobody/knows")).encode()

    problem(post(here, body, X_GitHub_Delivery=delivery), 404)

    kept = recorded(here, delivery)
    assert kept is not None
    assert (kept.repository, kept.outcome) == ("nobody/knows", "unknown_repository")
    assert here.change("nobody/knows", "903") is None


def test_without_a_signature_nobody_learns_which_repositories_are_known(here: Scene) -> None:
    body = json.dumps(payload(903, repository="nobody/knows")).encode()
    unsigned = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "1"}

    problem(httpx.post(here.webhook, content=body, headers=unsigned), 401)
    problem(httpx.post(here.webhook, content=BODY, headers=unsigned), 401)


def test_a_repository_of_another_hook_is_unknown_to_this_one(here: Scene) -> None:
    problem(post_to_hook(here, "closed", push(), SECRET), 404)


# --- repetition and order -----------------------------------------------------------------------


def proposal(here: Scene, repository: BareRepository, number: int, admitted: str) -> str:
    """A commit on ``main`` that lets ``admitted`` reach the database, as a pull request."""
    main = repository.git("rev-parse", "main")
    files = {**FILES, "db.yaml": ingress_policy("db", "db", admitted, 5432)}
    head = repository.commit(f"change-{number}", files, main, message=f"Admit {admitted}")
    repository.pull_request(number, head)
    here.github.pull_request(REPOSITORY, number, base=main, head=head)
    return head


def test_a_delivery_that_comes_again_changes_nothing(
    here: Scene, repository: BareRepository
) -> None:
    body = json.dumps(payload(1, proposal(here, repository, 1, "web"))).encode()
    once, again = (post(here, body, X_GitHub_Delivery="one-and-the-same") for _ in range(2))

    assert (once.status_code, once.json()["outcome"]) == (202, "accepted")
    assert (again.status_code, again.json()["outcome"]) == (202, "duplicate")
    assert once.json()["review"] == again.json()["review"]
    change = here.change(REPOSITORY, "1")
    assert change is not None
    assert change.wanted == 1


def test_of_twenty_copies_at_once_one_is_taken(here: Scene, repository: BareRepository) -> None:
    head = proposal(here, repository, 2, "web")
    body = json.dumps(payload(2, head)).encode()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(here, body, X_GitHub_Delivery="copies"), range(20)))

    outcomes = Counter((answer.status_code, answer.json()["outcome"]) for answer in answers)
    assert outcomes == {(202, "accepted"): 1, (202, "duplicate"): 19}
    here.reviewed(REPOSITORY, 2, head)


def test_twenty_deliveries_at_once_end_in_one_comment(
    here: Scene, repository: BareRepository
) -> None:
    head = proposal(here, repository, 3, "web")
    body = json.dumps(payload(3, head)).encode()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(here, body), range(20)))

    assert {answer.status_code for answer in answers} == {202}
    change = eventually(lambda: up_to_date(here, "3"))
    assert change.wanted == 20
    assert "`shop/web`" in here.reviewed(REPOSITORY, 3, head)


def up_to_date(here: Scene, key: str) -> Any:
    change = here.change(REPOSITORY, key)
    return change if change is not None and change.done == change.wanted else None


def test_the_newest_head_is_reviewed_in_whatever_order_its_news_comes(
    here: Scene, repository: BareRepository
) -> None:
    older = proposal(here, repository, 4, "web")
    newer = proposal(here, repository, 4, "api")

    for head in (newer, older):
        assert post(here, json.dumps(payload(4, head)).encode()).status_code == 202

    here.final_status(REPOSITORY, newer)
    eventually(lambda: up_to_date(here, "4"))
    (comment,) = eventually(lambda: here.github.comments(REPOSITORY, 4, here.github.login))
    assert here.stored(REPOSITORY, "4").head == newer
    assert "`shop/web`" in comment, "the policy keeps the web out"
    assert here.final_status(REPOSITORY, older)["state"] == "error", "nobody waits for it"
