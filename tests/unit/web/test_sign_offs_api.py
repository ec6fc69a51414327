"""Signing off over HTTP: who may, what is refused and how, and what everybody sees then."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from edgewarden.workflows.ports import Role
from tests.support.asked import asked, asking
from tests.support.web import HEAD, REPOSITORY, Web
from tests.unit.web.test_exceptions_api import Api, pointers

SIGN_OFFS = "/api/v1/changes/sign-offs"
REVIEW = "/api/v1/changes/review"
CHANGE = {"forge": "memory", "repository": REPOSITORY, "change": "7"}
STATEMENT = "Tried web to db: refused."


@pytest.fixture
def web() -> Web:
    web = Web()
    web.answer(web.want(), asking(asked()))
    return web


def post(web: Web, *roles: Role, path: str = "", **changes: Any) -> TestResponse:
    """A whole request; a field changed to ``None`` is left out."""
    body = {**CHANGE, "item": "tests", "head": HEAD, "statement": STATEMENT, **changes}
    fields = {name: value for name, value in body.items() if value is not None}
    return Api(*roles, web=web).post(fields, f"{SIGN_OFFS}{path}")


def item(web: Web) -> dict[str, Any]:
    review = Api(Role.READER, web=web).get(REVIEW, **CHANGE).get_json()["review"]
    (found,) = review["checklist"]
    return dict(found)


def test_a_review_asks_until_somebody_signs_off(web: Web) -> None:
    before = item(web)
    assert (before["outcome"], before["role"], before["teams"]) == ("manual", "operator", [])
    assert before["asks"].startswith("Which of these connections")

    answer = post(web, Role.OPERATOR)

    assert answer.status_code == 201
    (entry,) = answer.get_json()["sign_offs"]
    assert {"kind": "signed", "by": "ada", "item": "tests", "cluster": "cluster"}.items() <= (
        entry.items()
    )
    after = item(web)
    assert (after["outcome"], after["asks"]) == ("signed", "")
    (signed,) = after["signed"]
    assert (signed["by"], signed["head"], signed["statement"], signed["carried"]) == (
        "ada",
        HEAD,
        STATEMENT,
        False,
    )


def test_the_page_tells_who_checked_what(web: Web) -> None:
    page = web.client.get("/reviews/public-1").text
    assert "Which of these connections did you try" in page
    post(web, Role.OPERATOR, statement="<b>Tried</b> it.")
    page = web.client.get("/reviews/public-1").text
    said = "Signed off by ada at <code>aaaaaaaaaaaa</code>: &#34;&lt;b&gt;Tried&lt;/b&gt; it.&#34;"
    assert said in page
    assert "Which of these connections did you try" not in page


def test_status_and_comment_are_queued_and_hinted_at(web: Web) -> None:
    post(web, Role.OPERATOR)
    with web.store.begin() as transaction:
        due = transaction.outbox.due(web.clock.now(), 10)
    assert web.queue.messages == list(due)
    assert len(due) == 2


def test_the_record_holds_what_was_taken_back(web: Web) -> None:
    post(web, Role.OPERATOR)
    revoked = post(web, Role.OPERATOR, path="/revoke", statement="It was the wrong cluster.")
    assert (revoked.status_code, len(revoked.get_json()["sign_offs"])) == (200, 1)
    record = Api(Role.READER, web=web).get(SIGN_OFFS, **CHANGE).get_json()["sign_offs"]
    assert [each["kind"] for each in record] == ["signed", "revoked"]
    assert item(web)["outcome"] == "manual"


@pytest.mark.parametrize("role", [Role.READER, Role.COLLECTOR, Role.RENDERER])
@pytest.mark.parametrize("path", ["", "/revoke"])
def test_others_may_not_sign(web: Web, role: Role, path: str) -> None:
    answer = post(web, role, path=path)
    assert answer.status_code == 403
    assert "that takes the role operator" in answer.get_json()["detail"]
    assert item(web)["outcome"] == "manual"


def test_the_signer_is_the_owner_of_the_token_and_no_field(web: Web) -> None:
    answer = post(web, Role.OPERATOR, by="grace")
    assert (answer.status_code, pointers(answer)) == (422, {"#/by"})


@pytest.mark.parametrize(
    ("changes", "status", "at"),
    [
        ({"statement": " \n"}, 422, {"#/statement"}),
        ({"statement": None}, 422, {"#/statement"}),
        ({"head": "main"}, 422, {"#/head"}),
        ({"head": "b" * 40}, 409, set()),
        ({"item": "dns"}, 422, set()),
        ({"clusters": ["prod"]}, 422, set()),
        ({"change": "8"}, 404, set()),
    ],
)
def test_what_cannot_be_signed_off_is_refused_with_the_reason(
    web: Web, changes: dict[str, Any], status: int, at: set[str]
) -> None:
    answer = post(web, Role.OPERATOR, **changes)
    assert answer.status_code == status
    assert pointers(answer) == at
    assert item(web)["outcome"] == "manual"


def test_the_record_of_an_unknown_change_is_not_found(web: Web) -> None:
    assert Api(Role.READER, web=web).get(SIGN_OFFS, **{**CHANGE, "change": "8"}).status_code == 404
