"""Deliveries over HTTP: what is believed, kept, answered, and what leaves no trace."""

import hashlib
import hmac
import io
import json

import pytest

from edgewarden.adapters.forges.github import GitHub
from edgewarden.web.services import Hook
from edgewarden.workflows.messages import decode_status
from edgewarden.workflows.ports import EventKind, ForgeEvent, MessageKind
from tests.support.memory_forge import SIGNATURE_HEADER
from tests.support.web import ADDRESS, HEAD, REPOSITORY, Web, updated

SECRET = "hook-secret"


def kept(web: Web, delivery: str = "d-1") -> str | None:
    """The recorded outcome of a delivery."""
    with web.store.begin() as transaction:
        found = transaction.inbox.get("memory", "team", delivery)
    return found.outcome if found else None


def refused(web: Web, reason: str) -> int:
    with web.store.begin() as transaction:
        return transaction.inbox.refused("memory", reason)


def nothing_wanted(web: Web) -> bool:
    with web.store.begin() as transaction:
        due = transaction.changes.due(web.clock.now(), 10)
        messages = transaction.outbox.due(web.clock.now(), 10)
    return not (due or messages or web.queue.reviews or web.queue.messages)


def test_a_signed_delivery_is_answered_with_the_address_of_its_review() -> None:
    web = Web()

    answer = web.deliver(updated())

    assert answer.status_code == 202
    assert answer.get_json() == {"outcome": "accepted", "review": f"{ADDRESS}/reviews/public-1"}
    assert kept(web) == "accepted"


def test_a_delivery_makes_its_change_wanted_and_its_status_pending() -> None:
    web = Web()

    web.deliver(updated())

    with web.store.begin() as transaction:
        (change_id,) = transaction.changes.due(web.clock.now(), 10)
        (message_id,) = transaction.outbox.due(web.clock.now(), 10)
        message = transaction.outbox.claim(message_id, "test", web.clock.now(), web.clock.now())
    assert message is not None
    assert message.kind is MessageKind.STATUS
    told = decode_status(message.payload)
    assert (told.commit, told.status.state) == (HEAD, "pending")
    assert told.status.address == f"{ADDRESS}/reviews/public-1"
    assert (web.queue.reviews, web.queue.messages) == ([change_id], [message_id])


def test_a_request_asks_the_forge_for_nothing() -> None:
    web = Web()

    web.deliver(updated())

    assert web.forge.calls == []


def test_an_unsigned_delivery_leaves_a_count_and_nothing_else() -> None:
    web = Web()
    _, body = web.forge.deliver(updated())

    for headers in ({}, {SIGNATURE_HEADER: "0" * 64}, {SIGNATURE_HEADER: "\xff"}):
        answer = web.client.post("/webhooks/git/team", data=body, headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"

    assert refused(web, "signature") == 3
    assert kept(web) is None
    assert nothing_wanted(web)


def test_the_signature_is_looked_at_before_the_body() -> None:
    web = Web()

    answer = web.client.post("/webhooks/git/team", data=b"not json at all")

    assert answer.status_code == 401
    assert refused(web, "malformed") == 0


@pytest.mark.parametrize("body", [b"", b"not json", b"[" * 100_000, b"\xff", b"[]", b"null"])
def test_a_signed_body_that_is_no_delivery_is_a_bad_request(body: bytes) -> None:
    web = Web()
    signature = hmac.new(b"memory-secret", body, hashlib.sha256).hexdigest()

    answer = web.client.post("/webhooks/git/team", data=body, headers={SIGNATURE_HEADER: signature})

    assert answer.status_code == 400
    assert refused(web, "malformed") == 1
    assert nothing_wanted(web)


def test_an_unknown_repository_is_not_found_and_recorded() -> None:
    web = Web()

    answer = web.deliver(updated(repository="team/other"))

    assert answer.status_code == 404
    assert kept(web) == "unknown_repository"
    assert nothing_wanted(web)


def test_a_hook_that_is_not_configured_does_not_exist() -> None:
    web = Web()

    assert web.deliver(updated(), hook="nobody").status_code == 404
    assert web.client.post("/webhooks/github", data=b"{}").status_code == 404


def test_the_same_delivery_twice_is_one_want() -> None:
    web = Web()
    web.deliver(updated())

    again = web.deliver(updated())

    assert again.status_code == 202
    assert again.get_json()["outcome"] == "duplicate"
    assert again.get_json()["review"] == f"{ADDRESS}/reviews/public-1"
    with web.store.begin() as transaction:
        assert transaction.changes.get(1).wanted == 1


def test_a_body_as_large_as_allowed_is_read() -> None:
    web = Web(delivery_limit=1000)

    answer = web.client.post("/webhooks/git/team", data=b"x" * 1000)

    assert answer.status_code == 401


def test_a_body_over_the_limit_is_too_large_and_leaves_nothing() -> None:
    web = Web()

    answer = web.client.post("/webhooks/git/team", data=b"x" * 5_000_001)

    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
    assert refused(web, "signature") == 0
    assert nothing_wanted(web)


def test_a_body_over_the_limit_is_too_large_though_no_length_is_stated() -> None:
    web = Web(delivery_limit=1000)
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}

    for size, status in ((1000, 401), (1001, 413), (100_000, 413)):
        answer = web.client.post(
            "/webhooks/git/team",
            input_stream=io.BytesIO(b"x" * size),
            environ_overrides=chunked,
        )
        assert answer.status_code == status


def test_no_more_is_read_than_the_stated_length() -> None:
    web = Web(delivery_limit=1000)
    _, body = web.forge.deliver(updated())
    signature = hmac.new(b"memory-secret", body, hashlib.sha256).hexdigest()

    answer = web.client.post(
        "/webhooks/git/team",
        input_stream=io.BytesIO(body + b"x" * 5000),
        headers={SIGNATURE_HEADER: signature},
        environ_overrides={"CONTENT_LENGTH": str(len(body))},
    )

    assert answer.status_code == 202


def test_a_get_is_not_allowed() -> None:
    answer = Web().client.get("/webhooks/git/team")

    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert "POST" in answer.headers["Allow"]


def test_a_ping_is_answered_though_it_names_no_repository() -> None:
    web = Web()

    answer = web.deliver(ForgeEvent(EventKind.PING, "d-1", "ping", ""))

    assert (answer.status_code, answer.get_json()["outcome"]) == (202, "pong")
    assert nothing_wanted(web)


class TestGitHub:
    def web(self, secret: str = SECRET) -> Web:
        forge = GitHub(token="t0ken", secret=secret, api="https://unreachable.invalid")
        return Web(github=Hook(forge, frozenset({REPOSITORY})))

    def headers(self, body: bytes, secret: str = SECRET) -> dict[str, str]:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {
            "x-github-event": "pull_request",
            "X-GITHUB-DELIVERY": "5d1c2f9e-0000-4000-8000-000000000001",
            "X-Hub-Signature-256": f"sha256={digest}",
        }

    def opened(self) -> bytes:
        payload = {
            "action": "opened",
            "number": 7,
            "pull_request": {
                "base": {"ref": "main", "sha": "b" * 40},
                "head": {"ref": "change", "sha": HEAD},
            },
            "repository": {"full_name": REPOSITORY},
        }
        return json.dumps(payload).encode()

    def test_header_names_are_understood_in_any_case(self) -> None:
        body = self.opened()

        answer = self.web().client.post("/webhooks/github", data=body, headers=self.headers(body))

        assert (answer.status_code, answer.get_json()["outcome"]) == (202, "accepted")

    def test_without_a_secret_every_delivery_is_refused(self) -> None:
        body = self.opened()

        answer = self.web("").client.post(
            "/webhooks/github", data=body, headers=self.headers(body, "")
        )

        assert answer.status_code == 401

    def test_the_answer_does_not_repeat_what_was_sent(self) -> None:
        body = b'{"action": "opened", "number": "<script>secret</script>"}'

        answer = self.web().client.post("/webhooks/github", data=body, headers=self.headers(body))

        assert answer.status_code == 400
        assert b"secret" not in answer.data

    def test_a_delivery_id_of_any_length_is_refused_as_a_bad_request(self) -> None:
        body = self.opened()
        headers = {**self.headers(body), "X-GITHUB-DELIVERY": "x" * 100_000}

        answer = self.web().client.post("/webhooks/github", data=body, headers=headers)

        assert answer.status_code == 400
