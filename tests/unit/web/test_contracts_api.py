"""What became of agreed connections in a commit, for auditors."""

from typing import Any

from edgewarden.workflows.ports import Role
from tests.support.web import HEAD, REPOSITORY, Web
from tests.unit.reporting import situations


def asked(web: Web, *roles: Role, commit: str = HEAD, **query: str) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {web.token(*roles)}"}
    wanted = {"forge": "memory", "repository": REPOSITORY, **query}
    path = f"/api/v1/commits/{commit}/contract"
    answer = web.client.get(path, query_string=wanted, headers=headers)
    return answer.status_code, answer.get_json()


def reviewed() -> Web:
    web = Web()
    web.answer(web.want(), situations.a_contract_broken())
    return web


def test_every_entry_is_told_with_who_agreed_to_it_and_what_became_of_it() -> None:
    status, body = asked(reviewed(), Role.READER)
    assert status == 200
    assert (body["head"], body["policy_pack"]) == (HEAD, "pack-digest")
    told = {each["name"]: each for each in body["contract"]["entries"]}
    assert {name: each["standing"] for name, each in told.items()} == {
        "web-to-db": "breaks",
        "bank-apart": "undetermined",
        "search": "vacuous",
        "jobs-to-web": "holds",
    }
    broken = told["web-to-db"]
    assert (broken["before"], broken["newly_broken"]) == ("holds", True)
    assert (broken["owner"], broken["approver"]) == ("payments", "ann")
    assert broken["breaches"][0]["grounds"][0]["file"] == "policies.yaml"
    assert [each["text"] for each in body["contract"]["uncovered"]] == [
        "shop/job[Deployment] → shop/db[Deployment]: TCP 5432"
    ]


def test_a_review_without_a_contract_has_no_entries() -> None:
    web = Web()
    web.answer(web.want(), situations.the_shop())
    assert asked(web, Role.READER)[1]["contract"] == {"entries": [], "uncovered": []}


def test_a_commit_that_was_not_reviewed_is_not_found() -> None:
    assert asked(reviewed(), Role.READER, commit="f" * 40)[0] == 404
    assert asked(reviewed(), Role.READER, repository="team/other")[0] == 404


def test_what_is_no_commit_is_refused() -> None:
    assert asked(reviewed(), Role.READER, commit="main")[0] in {400, 404}


def test_a_person_without_a_role_reads_none() -> None:
    assert asked(reviewed())[0] == 403
