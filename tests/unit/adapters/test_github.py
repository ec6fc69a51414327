"""GitHub: which deliveries are believed, what they mean, and what its refusals become."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina

from edgewarden.adapters.forges.github import GitHub
from edgewarden.workflows.ports import (
    ChangeGoneError,
    ChangeRef,
    CommitStatus,
    EventKind,
    ForgeError,
    ForgeEvent,
    MalformedDeliveryError,
    SignatureError,
    StatusState,
)
from tests.support.shared import shared_path

SECRET = "it-is-secret"
REF = ChangeRef("github", "team/shop", "7")
HEAD = "a" * 40
BASE = "b" * 40


@pytest.fixture(autouse=True)
def _retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def forge_answering(
    answer: Callable[[httpx.Request], httpx.Response], api: str = "https://github.example/api/v3"
) -> GitHub:
    return GitHub(token="t0ken", secret=SECRET, api=api, transport=httpx.MockTransport(answer))


def refusing(code: int, headers: dict[str, str] | None = None, message: str = "no") -> GitHub:
    return forge_answering(
        lambda request: httpx.Response(code, headers=headers, json={"message": message})
    )


def silent() -> GitHub:
    return GitHub(token="t0ken", secret=SECRET, transport=httpx.MockTransport(unreachable))


def unreachable(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was asked for")


DELIVERY = "5d1c2f9e-0000-4000-8000-000000000001"


def headers_for(event: str, delivery: str = DELIVERY) -> dict[str, str]:
    return {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery}


def parsed(event: str, payload: object) -> ForgeEvent:
    return silent().parse(headers_for(event), json.dumps(payload).encode())


def pull_request_payload(action: str, **more: Any) -> dict[str, Any]:
    return {
        "action": action,
        "number": 7,
        "pull_request": {
            "base": {"ref": "main", "sha": BASE},
            "head": {"ref": "change", "sha": HEAD},
        },
        "repository": {"full_name": "team/shop"},
        **more,
    }


def push_payload(ref: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "after": HEAD, "repository": {"full_name": "team/shop"}, **more}


class TestSignatures:
    def signed(self, body: bytes, secret: str = SECRET) -> dict[str, str]:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}

    def test_the_documented_example_is_authentic(self) -> None:
        # GitHub Docs, "Validating webhook deliveries", section "Testing the webhook payload
        # validation"
        forge = GitHub(token="", secret="It's a Secret to Everybody")
        digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

        forge.verify({"X-Hub-Signature-256": f"sha256={digest}"}, b"Hello, World!")
        forge.close()

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-Hub-Signature-256": ""},
            {"X-Hub-Signature-256": "sha256="},
            {"X-Hub-Signature-256": "sha256=" + "0" * 64},
            {"X-Hub-Signature-256": "sha256=\xff\udcff"},
            {"X-Hub-Signature": "sha1=" + "0" * 40},
        ],
    )
    def test_an_unsigned_or_wrongly_signed_body_is_refused(self, headers: dict[str, str]) -> None:
        with pytest.raises(SignatureError):
            silent().verify(headers, b"{}")

    def test_a_signature_of_another_body_is_refused(self) -> None:
        with pytest.raises(SignatureError):
            silent().verify(self.signed(b"{}"), b"{ }")

    def test_the_sha1_of_the_right_secret_is_refused(self) -> None:
        digest = hmac.new(SECRET.encode(), b"{}", hashlib.sha1).hexdigest()
        with pytest.raises(SignatureError):
            silent().verify({"X-Hub-Signature": f"sha1={digest}"}, b"{}")

    def test_without_a_secret_nothing_is_authentic(self) -> None:
        forge = GitHub(token="", secret="")
        with pytest.raises(SignatureError):
            forge.verify(self.signed(b"{}", secret=""), b"{}")
        forge.close()


class TestDeliveries:
    @pytest.mark.parametrize(
        "action",
        [
            "opened",
            "reopened",
            "synchronize",
            "ready_for_review",
            "converted_to_draft",
            "labeled",
            "unlabeled",
        ],
    )
    def test_an_action_that_moves_a_pull_request_updates_the_change(self, action: str) -> None:
        event = parsed("pull_request", pull_request_payload(action))

        assert event.kind is EventKind.CHANGE_UPDATED
        assert event.change == REF
        assert (event.head, event.base_branch) == (HEAD, "main")
        assert event.delivery == "5d1c2f9e-0000-4000-8000-000000000001"

    @pytest.mark.parametrize(
        "changes",
        [
            {"base": {"ref": {"from": "main"}, "sha": {"from": BASE}}},
            {"title": {"from": "Old"}},
        ],
    )
    def test_an_edit_that_changes_base_or_title_updates_the_change(
        self, changes: dict[str, Any]
    ) -> None:
        event = parsed("pull_request", pull_request_payload("edited", changes=changes))

        assert event.kind is EventKind.CHANGE_UPDATED

    def test_an_edit_of_the_description_is_ignored(self) -> None:
        changes = {"body": {"from": "Old"}}
        event = parsed("pull_request", pull_request_payload("edited", changes=changes))

        assert event.kind is EventKind.IGNORED
        assert event.reason

    def test_a_closed_pull_request_closes_the_change(self) -> None:
        event = parsed("pull_request", pull_request_payload("closed"))

        assert (event.kind, event.change) == (EventKind.CHANGE_CLOSED, REF)

    def test_a_push_to_a_branch_moves_it(self) -> None:
        event = parsed("push", push_payload("refs/heads/release/1.2"))

        assert (event.kind, event.branch) == (EventKind.BRANCH_MOVED, "release/1.2")
        assert (event.repository, event.head) == ("team/shop", HEAD)

    @pytest.mark.parametrize(
        "payload",
        [push_payload("refs/tags/v1"), push_payload("refs/heads/gone", deleted=True)],
    )
    def test_a_push_of_a_tag_or_a_deletion_is_ignored(self, payload: dict[str, Any]) -> None:
        assert parsed("push", payload).kind is EventKind.IGNORED

    def test_a_ping_of_an_organisation_needs_no_repository(self) -> None:
        assert parsed("ping", {"zen": "Design for failure."}).kind is EventKind.PING

    def test_an_event_that_github_adds_one_day_is_ignored(self) -> None:
        event = parsed("quantum_review", {"action": "entangled"})

        assert (event.kind, event.repository) == (EventKind.IGNORED, "")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"not json",
            b"[]",
            b"null",
            b'"text"',
            b"{}",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"payload=%7B%7D",
            b'{"ref": "refs/heads/x\\u0000", "after": "' + HEAD.encode() + b'"}',
        ],
    )
    @pytest.mark.parametrize("event", ["push", "pull_request"])
    def test_a_body_that_is_no_delivery_is_malformed(self, event: str, body: bytes) -> None:
        with pytest.raises(MalformedDeliveryError):
            silent().parse(headers_for(event), body)

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            (("repository", "full_name"), "../../etc/passwd"),
            (("repository", "full_name"), "team/shop\x00"),
            (("repository", "full_name"), "team/" + "x" * 5000),
            (("pull_request", "head", "sha"), "--upload-pack=evil"),
            (("pull_request", "head", "sha"), None),
            (("pull_request", "base", "ref"), ""),
            (("number",), -1),
            (("number",), 10**30),
        ],
    )
    def test_a_field_that_github_would_not_send_is_malformed(
        self, place: tuple[str, ...], value: object
    ) -> None:
        payload = pull_request_payload("opened")
        inner = payload
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value

        with pytest.raises(MalformedDeliveryError) as caught:
            parsed("pull_request", payload)

        assert "evil" not in str(caught.value)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-GitHub-Event": "push"},
            headers_for("push", delivery="x" * 100_000),
            headers_for("push", delivery="'; drop table"),
            headers_for("Push\r\n"),
        ],
    )
    def test_headers_that_github_would_not_send_are_malformed(
        self, headers: dict[str, str]
    ) -> None:
        with pytest.raises(MalformedDeliveryError):
            silent().parse(headers, json.dumps(push_payload("refs/heads/x")).encode())

    def test_every_published_example_is_understood_or_ignored_on_purpose(self) -> None:
        path = shared_path("forges/github-webhook-examples.json")
        examples = json.loads(path.read_text(encoding="utf-8"))

        kinds: dict[str, set[EventKind]] = {}
        for event, payloads in examples.items():
            for payload in payloads:
                understood = parsed(event, payload)
                kinds.setdefault(event, set()).add(understood.kind)
                assert (understood.kind is EventKind.IGNORED) == bool(understood.reason)

        assert kinds.pop("ping") == {EventKind.PING}
        assert kinds.pop("push") == {EventKind.BRANCH_MOVED, EventKind.IGNORED}
        assert kinds.pop("pull_request") == {
            EventKind.CHANGE_UPDATED,
            EventKind.CHANGE_CLOSED,
            EventKind.IGNORED,
        }
        assert set().union(*kinds.values()) == {EventKind.IGNORED}


class TestRefusals:
    def error_of(self, forge: GitHub) -> ForgeError:
        with pytest.raises(ForgeError) as caught:
            forge.pull_request(REF)
        assert "t0ken" not in str(caught.value)
        return caught.value

    def test_a_used_up_rate_limit_waits_until_it_is_renewed(self) -> None:
        error = self.error_of(
            refusing(
                403,
                {
                    "Date": "Mon, 23 Nov 2026 12:00:00 GMT",
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": "1795435500",
                },
            )
        )

        assert (error.permanent, error.retry_after) == (False, 300.0)

    def test_a_secondary_rate_limit_waits_as_long_as_github_says(self) -> None:
        error = self.error_of(refusing(403, {"Retry-After": "37"}))

        assert (error.permanent, error.retry_after) == (False, 37.0)

    @pytest.mark.parametrize("code", [403, 429])
    def test_a_secondary_rate_limit_without_a_time_waits_a_minute(self, code: int) -> None:
        message = "You have exceeded a secondary rate limit. Please wait."
        error = self.error_of(refusing(code, message=message))

        assert (error.permanent, error.retry_after) == (False, 60.0)

    @pytest.mark.parametrize("code", [400, 401, 403, 422])
    def test_another_refusal_is_permanent_and_says_githubs_words(self, code: int) -> None:
        error = self.error_of(refusing(code, message="Bad\r\ncredentials"))

        assert error.permanent
        assert "Bad credentials" in str(error)

    def test_a_server_error_is_temporary(self) -> None:
        error = self.error_of(refusing(503, {"Retry-After": "5"}))

        assert (error.permanent, error.retry_after) == (False, 5.0)

    @pytest.mark.parametrize("code", [404, 410])
    def test_what_is_not_there_is_gone(self, code: int) -> None:
        assert isinstance(self.error_of(refusing(code)), ChangeGoneError)

    def test_a_body_that_is_not_githubs_is_a_temporary_error(self) -> None:
        error = self.error_of(
            forge_answering(lambda request: httpx.Response(200, text="<html>login</html>"))
        )

        assert not error.permanent

    def test_the_token_does_not_follow_a_redirect_to_another_host(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.host)
            return httpx.Response(302, headers={"Location": "https://evil.example/steal"})

        error = self.error_of(forge_answering(answer))

        assert error.permanent
        assert asked == ["github.example"]

    def test_a_redirect_within_the_host_is_followed_with_method_and_body(self) -> None:
        asked: list[tuple[str, str, bytes]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append((request.method, request.url.path, request.content))
            if len(asked) == 1:
                return httpx.Response(307, headers={"Location": "/api/v3/repositories/1/comments"})
            return httpx.Response(201, json={"id": 5, "user": None})

        assert forge_answering(answer).create_comment(REF, "hello") == "5"
        assert asked[1] == ("POST", "/api/v3/repositories/1/comments", asked[0][2])

    def test_redirects_in_a_circle_end(self) -> None:
        error = self.error_of(
            forge_answering(lambda request: httpx.Response(301, headers={"Location": "#"}))
        )

        assert error.permanent

    def test_a_next_page_on_another_host_is_not_asked_for(self) -> None:
        link = {"Link": '<https://evil.example/?page=2>; rel="next"'}
        forge = forge_answering(lambda request: httpx.Response(200, headers=link, json=[]))

        with pytest.raises(ForgeError, match="another host"):
            forge.open_pull_requests("team/shop")

    def test_a_read_is_repeated_when_the_network_fails(self) -> None:
        calls: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            calls.append(request.method)
            raise httpx.ConnectError("refused")

        assert not self.error_of(forge_answering(answer)).permanent
        assert len(calls) == 3

    def test_a_comment_is_posted_once_when_the_network_fails(self) -> None:
        calls: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            calls.append(request.method)
            raise httpx.ReadError("gone")

        with pytest.raises(ForgeError):
            forge_answering(answer).create_comment(REF, "hello")
        assert calls == ["POST"]

    @pytest.mark.parametrize("repository", ["shop", "../shop", "team/shop/pulls/1", "a/b?c"])
    def test_a_name_that_is_no_repository_is_never_asked_for(self, repository: str) -> None:
        with pytest.raises(ForgeError) as caught:
            silent().open_pull_requests(repository)
        assert caught.value.permanent


class TestRequests:
    def test_an_enterprise_server_is_asked_below_its_path_with_the_token(self) -> None:
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return httpx.Response(200, json=[])

        forge_answering(answer, "https://ghe.example/api/v3/").open_pull_requests("team/shop")

        assert str(asked[0].url).startswith("https://ghe.example/api/v3/repos/team/shop/pulls?")
        assert asked[0].headers["Authorization"] == "Bearer t0ken"
        assert asked[0].headers["Accept"] == "application/vnd.github+json"

    def test_the_own_account_is_asked_for_once(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            if request.url.path.endswith("/user"):
                return httpx.Response(200, json={"id": 1, "login": "bot"})
            return httpx.Response(200, json=[])

        forge = forge_answering(answer)
        forge.find_comment(REF, "marker")
        forge.find_comment(REF, "marker")

        assert asked.count("/api/v3/user") == 1

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            (StatusState.PENDING, "pending"),
            (StatusState.SUCCESS, "success"),
            (StatusState.FAILURE, "failure"),
            (StatusState.ERROR, "error"),
            (StatusState.NEUTRAL, "failure"),
        ],
    )
    def test_a_status_is_told_in_githubs_words_and_neutral_is_never_a_success(
        self, state: StatusState, told: str
    ) -> None:
        sent: list[dict[str, str]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(json.loads(request.content))
            return httpx.Response(201, json={})

        status = CommitStatus(state, "x" * 200, "https://edgewarden.example/reviews/1")
        forge_answering(answer).set_status(REF, HEAD, status)

        assert sent[0]["state"] == told
        assert sent[0]["context"] == "edgewarden"
        assert len(sent[0]["description"]) == 140

    def test_labels_and_draft_come_with_a_pull_request(self) -> None:
        pull_request = {
            "number": 7,
            "state": "open",
            "title": "A change",
            "user": {"id": 1, "login": "ada"},
            "base": {"ref": "main", "sha": BASE},
            "head": {"ref": "change", "sha": HEAD},
            "html_url": "https://github.example/team/shop/pull/7",
            "labels": [{"name": "network", "color": "fff"}, {"name": "approved"}],
            "draft": True,
        }
        forge = forge_answering(lambda request: httpx.Response(200, json=pull_request))

        found = forge.pull_request(REF)

        assert (found.labels, found.draft) == (("approved", "network"), True)

    def test_a_pull_request_of_a_deleted_account_is_read(self) -> None:
        pull_request = {
            "number": 7,
            "state": "open",
            "title": "A change",
            "user": None,
            "base": {"ref": "main", "sha": BASE},
            "head": {"ref": "change", "sha": HEAD},
            "html_url": "https://github.example/team/shop/pull/7",
        }
        forge = forge_answering(lambda request: httpx.Response(200, json=pull_request))

        assert forge.pull_request(REF).author == "ghost"
