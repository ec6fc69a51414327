"""The web on real databases: the same answers, and nothing hostile reaches them as an error."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.workflows.ports import Role
from tests.support.asked import asked, asking
from tests.support.live_objects import namespace, printed
from tests.support.web import HEAD, Web, moved, updated
from tests.unit.reporting import situations
from tests.unit.web.test_exceptions_api import EXCEPTIONS, Api, numbers, proposal
from tests.unit.web.test_inventories_api import CLUSTERS
from tests.unit.web.test_sign_offs_api import item, post


@pytest.fixture
def web(database_store: DatabaseStore) -> Web:
    return Web(store=database_store)


@pytest.fixture
def operator(web: Web) -> Api:
    return Api(Role.OPERATOR, web=web)


def test_a_delivery_becomes_a_change_once(web: Web) -> None:
    first = web.deliver(updated())
    again = web.deliver(updated())

    assert (first.status_code, first.get_json()["outcome"]) == (202, "accepted")
    assert (again.status_code, again.get_json()["outcome"]) == (202, "duplicate")
    assert first.get_json()["review"] == again.get_json()["review"]
    assert web.queue.reviews == [1]
    assert len(web.queue.messages) == 1


def test_a_moved_branch_wants_its_changes_again(web: Web) -> None:
    web.deliver(updated())
    web.deliver(moved("main"))

    with web.store.begin() as transaction:
        assert transaction.changes.get(1).wanted == 2


def test_a_review_is_shown_on_the_page_that_the_delivery_was_answered_with(web: Web) -> None:
    address = web.deliver(updated()).get_json()["review"]
    path = address.removeprefix("https://edgewarden.example")
    assert web.client.get(path).status_code == 202
    with web.store.begin() as transaction:
        change = transaction.changes.get(1)

    web.answer(change, situations.the_shop())

    answer = web.client.get(f"{path}?head={HEAD}")
    assert answer.status_code == 200
    assert "Needs attention" in answer.text


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "x" * 3000, "\ud83d\ude00", "' OR 1=1 --"])
def test_a_hostile_page_name_is_not_found(web: Web, name: str) -> None:
    path = quote(name.encode("utf-8", "surrogatepass"))

    assert web.client.get(f"/reviews/{path}").status_code == 404


def test_refused_deliveries_are_counted(web: Web) -> None:
    for _ in range(3):
        assert web.client.post("/webhooks/git/team", data=b"{}").status_code == 401

    with web.store.begin() as transaction:
        assert transaction.inbox.refused("memory", "signature") == 3


def test_what_a_person_checked_is_signed_off_shown_and_taken_back(web: Web) -> None:
    web.answer(web.want(), asking(asked()))
    said = post(web, Role.OPERATOR, statement="Tried: \u2014 \U0001f319")
    assert (said.status_code, item(web)["outcome"]) == (201, "signed")
    assert item(web)["signed"][0]["statement"] == "Tried: \u2014 \U0001f319"

    assert post(web, Role.OPERATOR, path="/revoke").status_code == 200
    assert item(web)["outcome"] == "manual"


def test_an_exception_is_granted_found_and_revoked(operator: Api) -> None:
    granted = operator.grant(reason="Nightly report \u2014 \U0001f319")
    operator.grant(owner="search", source={"cidr": "2001:db8::/32"}, expires_at="2027-12-31")

    assert operator.get(f"{EXCEPTIONS}/1").get_json() == granted
    assert numbers(operator.get()) == [1, 2]
    assert numbers(operator.get(limit=1)) == [1]
    assert numbers(operator.get(cursor=1)) == [2]
    assert numbers(operator.get(owner="search")) == [2]
    assert numbers(operator.get(namespace="reports")) == [1]
    assert numbers(operator.get(expires_before="2027-01-01")) == [1]

    revoked = operator.post({"reason": "Not needed."}, f"{EXCEPTIONS}/1/revoke").get_json()

    assert revoked["state"] == "revoked"
    assert [each["kind"] for each in revoked["history"]] == ["granted", "revoked"]
    assert numbers(operator.get(state="active")) == [2]


@pytest.mark.parametrize("path", [f"{EXCEPTIONS}/2147483647", f"{EXCEPTIONS}/{2**70}"])
def test_a_number_beyond_the_column_is_not_found(operator: Api, path: str) -> None:
    assert operator.get(path).status_code == 404


def test_an_inventory_is_kept_and_replaced(operator: Api) -> None:
    def push(day: int, *names: str) -> str:
        body = printed(*map(namespace, names))
        path = f"{CLUSTERS}/prod/inventory?taken_at=2026-11-{day:02}T08:00:00Z"
        headers = {**operator.headers, "Content-Type": "application/json"}
        answer = operator.web.client.put(path, data=body, headers=headers)
        return str(answer.get_json()["outcome"])

    operator.web.clock.set(datetime(2026, 11, 23, 18, tzinfo=UTC))
    assert push(20, "shop") == "first"
    assert push(20, "shop") == "unchanged"
    assert push(21, "shop") == "confirmed"
    assert push(22, "shop", "data") == "replaced"

    (known,) = operator.get(CLUSTERS).get_json()["clusters"]
    assert (known["taken_at"], known["counts"]) == ("2026-11-22T08:00:00Z", {"Namespace": 2})


def test_the_last_possible_cursor_is_an_empty_page(operator: Api) -> None:
    operator.grant()

    assert numbers(operator.get(cursor=2**31 - 1)) == []


def test_the_earliest_and_latest_times_are_no_errors(operator: Api) -> None:
    assert operator.post(proposal(expires_at="9999-12-30")).status_code == 201
    assert numbers(operator.get(expires_before="9999-12-30")) == []
    assert numbers(operator.get(expires_before="0001-01-01")) == []
    assert operator.post(proposal(starts_at="0001-01-01")).status_code == 201
