"""The newest review of a change, for programs."""

from edgewarden.workflows.ports import Role
from tests.support.web import ADDRESS, HEAD, REPOSITORY, Web
from tests.unit.reporting import situations

REVIEW = "/api/v1/changes/review"


def asked(web: Web, *roles: Role, **query: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {web.token(*roles)}"}
    wanted = {"forge": "memory", "repository": REPOSITORY, "change": "7", **query}
    answer = web.client.get(REVIEW, query_string=wanted, headers=headers)
    return answer.status_code, answer.get_json()


def test_a_review_is_answered_in_the_form_of_the_command_line() -> None:
    web = Web()
    web.answer(web.want(), situations.the_shop())

    status, body = asked(web, Role.READER)

    assert (status, body["progress"], body["head"]) == (200, "answered", HEAD)
    assert body["page"] == f"{ADDRESS}/reviews/public-1"
    review = body["review"]
    assert isinstance(review, dict)
    assert review["verdict"] == "attention"
    assert {"src": "shop/web[Deployment]", "dst": "shop/db[StatefulSet]"}.items() <= next(
        edge.items() for edge in review["added"] if edge["dst"].startswith("shop/db")
    )


def test_a_change_without_a_review_is_pending() -> None:
    web = Web()
    web.want(key="feature/x")

    status, body = asked(web, Role.READER, change="feature/x")

    assert (status, body["progress"], body["review"]) == (202, "pending", None)


def test_a_change_that_nobody_knows_is_not_found() -> None:
    assert asked(Web(), Role.READER)[0] == 404


def test_a_person_without_a_role_reads_no_reviews() -> None:
    assert asked(Web())[0] == 403
