"""The register through the running service: who may, what is granted, refused and found."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from edgewarden.adapters.clock import SystemClock
from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.settings import DATABASE_FILE
from edgewarden.workflows.ports import Role
from edgewarden.workflows.tokens import TOKEN_BYTES, create_token
from tests.support.described_api import EXCEPTIONS, DescribedApi
from tests.support.postgres import PostgresServer
from tests.support.running_service import RunningService, running_service

PROBLEM = "application/problem+json"
OPERATIONS = [
    ("GET", EXCEPTIONS),
    ("POST", EXCEPTIONS),
    ("GET", f"{EXCEPTIONS}/1"),
    ("POST", f"{EXCEPTIONS}/1/revoke"),
    ("GET", "/api/v1/changes/review?forge=github&repository=team/shop&change=7"),
    ("GET", "/api"),
    ("DELETE", "/api/v1/anything"),
]


@dataclass(frozen=True, slots=True)
class Register:
    """A running service with its people. ``unknown`` is what it answered before it had any."""

    service: RunningService
    http: httpx.Client
    store: DatabaseStore
    engine: Engine
    unknown: list[httpx.Response]
    operator: DescribedApi
    reader: DescribedApi

    def somebody(self, handle: str, role: Role) -> DescribedApi:
        return self.as_owner_of(token_of(handle, role, self.store))

    def as_owner_of(self, token: str) -> DescribedApi:
        return DescribedApi(self.http, token)

    def count(self) -> int:
        """How many exceptions the database holds."""
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM exceptions")).scalar_one())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def register(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    directory = tmp_path_factory.mktemp("register")
    url = f"sqlite:///{directory / 'data' / DATABASE_FILE}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.create_database())
    with (
        running_service(directory, {"DATABASE_URL": url}) as service,
        httpx.Client(base_url=service.address, timeout=30) as http,
    ):
        unknown = [*every_call(http, {}), *every_call(http, {"Authorization": "Bearer ew_x"})]
        engine = open_engine(url)
        store = DatabaseStore(engine)
        yield Register(
            service,
            http,
            store,
            engine,
            unknown,
            DescribedApi(http, service.token("ada", "operator")),
            DescribedApi(http, token_of("rita", Role.READER, store)),
        )
        engine.dispose()


def token_of(handle: str, role: Role, store: DatabaseStore) -> str:
    """A token that was made without the command line, which takes its time."""
    entropy, clock = secrets.token_bytes(TOKEN_BYTES), SystemClock()
    roles = frozenset({role})
    return create_token(handle, roles, "test", entropy=entropy, store=store, clock=clock).secret


def every_call(http: httpx.Client, headers: dict[str, str]) -> list[httpx.Response]:
    return [http.request(method, path, headers=headers) for method, path in OPERATIONS]


def day(days: int) -> str:
    """A date so many days from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def proposal(**changes: Any) -> dict[str, Any]:
    """A complete proposal; a field changed to ``None`` is left out."""
    fields = {
        "reason": "The report reads orders at night.",
        "owner": "payments",
        "ticket": "NET-42",
        "test": "curl from reports to shop-db answers; from checkout it does not",
        "source": {"namespace": "reports", "podSelector": {"matchLabels": {"app": "nightly"}}},
        "destination": {"namespace": "shop", "podSelector": {"matchLabels": {"app": "db"}}},
        "ports": {"TCP": [5432]},
        "expires_at": day(30),
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def pointers(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM), answer.text
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (422, "Unprocessable Entity")
    assert all(each["detail"] for each in problem["errors"])
    return [each["pointer"] for each in problem["errors"]]


def numbers(answer: httpx.Response) -> list[int]:
    assert answer.status_code == httpx.codes.OK, answer.text
    return [each["number"] for each in answer.json()["exceptions"]]


def everything(api: DescribedApi, **query: Any) -> list[dict[str, Any]]:
    """All exceptions, page by page."""
    found: list[dict[str, Any]] = []
    path = EXCEPTIONS
    while path:
        answer = api.get(path, **query)
        assert answer.status_code == httpx.codes.OK, answer.text
        found += answer.json()["exceptions"]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
        query = {}
    return found


# --- who may ------------------------------------------------------------------------------------


def test_as_long_as_no_token_was_made_every_call_is_unauthorised(register: Register) -> None:
    assert len(register.unknown) == 2 * len(OPERATIONS)
    for answer in register.unknown:
        assert answer.status_code == httpx.codes.UNAUTHORIZED, answer.request.url
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_wrong_token_is_unauthorised_beside_the_right_ones(register: Register) -> None:
    assert register.operator.get().status_code == httpx.codes.OK
    assert register.as_owner_of("ew_" + "x" * 43).get().status_code == httpx.codes.UNAUTHORIZED
    assert register.as_owner_of("").get().status_code == httpx.codes.UNAUTHORIZED


def test_a_token_ends_when_it_is_revoked_and_others_of_its_owner_do_not(
    register: Register,
) -> None:
    lost, kept = (token_of("bob", Role.READER, register.store) for _ in range(2))
    assert register.as_owner_of(lost).get().status_code == httpx.codes.OK

    revoked = register.service.command("token", "revoke", lost[:9])

    assert revoked.returncode == 0, revoked.stderr
    assert register.as_owner_of(lost).get().status_code == httpx.codes.UNAUTHORIZED
    assert register.as_owner_of(kept).get().status_code == httpx.codes.OK


def test_a_reader_lists_and_shows_and_changes_nothing(register: Register) -> None:
    number = register.operator.granted(proposal())["number"]
    before = register.count()

    for refused in (
        register.reader.post(proposal()),
        register.reader.post({"reason": "x"}, f"{EXCEPTIONS}/{number}/revoke"),
    ):
        assert (refused.status_code, refused.headers["Content-Type"]) == (403, PROBLEM)
        assert "rita may not" in refused.json()["detail"]
    assert register.count() == before
    assert register.reader.get(f"{EXCEPTIONS}/{number}").json()["state"] == "active"


def test_the_actor_is_the_owner_of_the_token_whatever_the_body_says(register: Register) -> None:
    for field in ("actor", "requested_by", "history", "number", "revoked_at", "state"):
        assert pointers(register.operator.post(proposal(**{field: "eve"}))) == [f"#/{field}"]
    number = register.operator.granted(proposal(reason="eve asked for it"))["number"]
    carol = register.somebody("carol", Role.ADMIN)
    body = {"reason": "not needed", "actor": "eve"}
    assert pointers(carol.post(body, f"{EXCEPTIONS}/{number}/revoke")) == ["#/actor"]

    revoked = carol.post({"reason": "not needed"}, f"{EXCEPTIONS}/{number}/revoke").json()

    assert [(each["actor"], each["kind"]) for each in revoked["history"]] == [
        ("ada", "granted"),
        ("carol", "revoked"),
    ]


# --- what is granted ----------------------------------------------------------------------------


def test_what_is_granted_is_shown_and_ends_with_the_day_that_was_named(register: Register) -> None:
    answer = register.operator.post(proposal(expires_at=day(30)))

    assert answer.status_code == httpx.codes.CREATED
    shown = register.reader.get(answer.headers["Location"]).json()
    assert shown == answer.json()
    assert (shown["name"], shown["state"]) == (f"EXC-{shown['number']}", "active")
    assert shown["expires_at"] == f"{day(31)}T00:00:00Z"
    assert shown["ports"] == {"TCP": [[5432, 5432]]}


@pytest.mark.parametrize("field", ["reason", "owner", "expires_at", "ticket", "test"])
@pytest.mark.parametrize("value", [None, "", " \t", "\u200b", "x\x00", "\ud800", "x" * 5000])
def test_nothing_is_granted_without_its_terms(
    register: Register, field: str, value: str | None
) -> None:
    before = register.count()

    assert pointers(register.operator.post(proposal(**{field: value}))) == [f"#/{field}"]

    assert register.count() == before


def test_everything_wrong_is_named_at_once(register: Register) -> None:
    answer = register.operator.post({"reason": " ", "owner": "payments", "until": "2027-01-01"})

    assert set(pointers(answer)) == {
        "#/reason", "#/ticket", "#/test", "#/source", "#/destination", "#/ports", "#/expires_at",
        "#/until",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ({"namespace": "*", "podSelector": {"any": True}}, "#/source/namespace"),
        ({"namespace": "shop", "podSelector": {}}, "#/source/podSelector"),
        ({"namespace": "shop"}, "#/source"),
        ({"namespaceSelector": {}, "podSelector": {"any": True}}, "#/source/namespaceSelector"),
        ({}, "#/source"),
    ],
)
def test_a_wildcard_must_be_spelled_out(
    register: Register, source: dict[str, Any], place: str
) -> None:
    assert pointers(register.operator.post(proposal(source=source))) == [place]


def test_a_wildcard_that_is_spelled_out_is_granted(register: Register) -> None:
    wide = {"namespaceSelector": {"any": True}, "podSelector": {"any": True}}

    assert register.operator.granted(proposal(source=wide))["source"] == wide


@pytest.mark.parametrize(
    ("expression", "constraint"),
    [
        ("reason = NULL", "reason"),
        ("reason = ''", "reason_not_blank"),
        ("reason = ' \t\u200b'", "reason_not_blank"),
        ("owner = NULL", "owner"),
        ("owner = ' '", "owner_not_blank"),
        ("expires_at = NULL", "expires_at"),
        ("expires_at = starts_at", "ends_after_it_starts"),
    ],
)
def test_the_database_itself_refuses_an_exception_without_its_terms(
    register: Register, expression: str, constraint: str
) -> None:
    number = register.operator.granted(proposal())["number"]

    with pytest.raises(IntegrityError, match=constraint), register.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE exceptions SET {expression} WHERE number = :number"), {"number": number}
        )


# --- what is found ------------------------------------------------------------------------------


def test_exceptions_are_found_by_owner_state_namespace_and_expiry(register: Register) -> None:
    mine = {"owner": "search"}
    soon = register.operator.granted(proposal(**mine, expires_at=day(3)))["number"]
    later = register.operator.granted(
        proposal(**mine, expires_at=day(90), source={"cidr": "192.0.2.0/24"})
    )["number"]
    pending = register.operator.granted(proposal(**mine, starts_at=day(2)))["number"]
    ended = register.operator.granted(proposal(**mine))["number"]
    register.operator.post({"reason": "over"}, f"{EXCEPTIONS}/{ended}/revoke")

    def found(**query: str) -> list[int]:
        return numbers(register.reader.get(**mine, **query))

    assert found() == [soon, later, pending, ended]
    assert found(state="active") == [soon, later]
    assert found(state="pending") == [pending]
    assert found(state="revoked") == [ended]
    assert found(state="expired") == []
    assert found(namespace="reports") == [soon, pending, ended]
    assert found(namespace="shop", state="active") == [soon, later]
    assert found(expires_before=day(3)) == []
    assert found(expires_before=day(4)) == [soon]
    assert found(expires_before=f"{day(4)}T00:00:00Z") == []
    assert found(expires_before=f"{day(4)}T01:00:01+01:00") == [soon]


def test_an_exception_ends_by_itself_at_its_moment(register: Register) -> None:
    end = datetime.now(UTC) + timedelta(seconds=1)
    number = register.operator.granted(proposal(owner="brief", expires_at=end.isoformat()))[
        "number"
    ]
    while datetime.now(UTC) <= end:
        assert register.reader.get(limit=1).status_code == httpx.codes.OK

    assert register.reader.get(f"{EXCEPTIONS}/{number}").json()["state"] == "expired"
    assert numbers(register.reader.get(owner="brief", state="expired")) == [number]
    assert numbers(register.reader.get(owner="brief", state="active")) == []


def test_the_states_that_are_searched_for_are_those_that_are_shown(register: Register) -> None:
    shown = everything(register.reader)
    for state in ("pending", "active", "expired", "revoked"):
        assert [each["number"] for each in everything(register.reader, state=state)] == [
            each["number"] for each in shown if each["state"] == state
        ]


def test_pages_hold_still_while_exceptions_are_granted_and_revoked(register: Register) -> None:
    first = [register.operator.granted(proposal(owner="paged"))["number"] for _ in range(4)]
    page = register.reader.get(owner="paged", limit=2)
    assert numbers(page) == first[:2]

    register.operator.post({"reason": "over"}, f"{EXCEPTIONS}/{first[0]}/revoke")
    last = register.operator.granted(proposal(owner="paged"))["number"]

    rest = everything(register.reader, owner="paged", limit=2, cursor=page.json()["next_cursor"])
    assert [each["number"] for each in rest] == [*first[2:], last]


@pytest.mark.parametrize(
    "query",
    [
        {"onwer": "payments"},
        {"state": "asleep"},
        {"state": "ACTIVE"},
        {"namespace": "*"},
        {"owner": "\u200b"},
        {"owner": "\x00"},
        {"owner": "x" * 301},
        {"expires_before": "soon"},
        {"expires_before": f"{day(1)}T00:00:00"},
        {"cursor": "-1"},
        {"cursor": str(10**30)},
        {"limit": "0"},
        {"limit": str(10**30)},
        {"owner": ["payments", "search"]},
    ],
)
def test_a_filter_that_is_unknown_or_has_no_sense_is_refused(
    register: Register, query: dict[str, Any]
) -> None:
    answer = register.reader.get(**query)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)
    assert [each["parameter"] for each in answer.json()["errors"]] == list(query)


@pytest.mark.parametrize("number", [0, 2**31 - 1, 2**31, 2**63, 10**30])
def test_a_number_that_nothing_has_is_not_found(register: Register, number: int) -> None:
    for answer in (
        register.operator.get(f"{EXCEPTIONS}/{number}"),
        register.operator.post({"reason": "over"}, f"{EXCEPTIONS}/{number}/revoke"),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)


# --- what is revoked ----------------------------------------------------------------------------


def test_of_many_who_revoke_at_once_one_does_it_and_all_get_the_same_answer(
    register: Register,
) -> None:
    number = register.operator.granted(proposal())["number"]

    def revoke(attempt: int) -> httpx.Response:
        return register.operator.post({"reason": f"by {attempt}"}, f"{EXCEPTIONS}/{number}/revoke")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(revoke, range(8)))

    assert {answer.status_code for answer in answers} == {httpx.codes.OK}
    assert len({answer.text for answer in answers}) == 1
    [granted, revoked] = answers[0].json()["history"]
    assert (granted["kind"], revoked["kind"]) == ("granted", "revoked")
    assert revoked["at"] == answers[0].json()["revoked_at"]


def test_nothing_is_revoked_without_a_reason(register: Register) -> None:
    number = register.operator.granted(proposal())["number"]
    for body in ({}, {"reason": ""}, {"reason": "\u200b"}, {"reason": "x" * 5000}):
        answer = register.operator.post(body, f"{EXCEPTIONS}/{number}/revoke")
        assert pointers(answer) == ["#/reason"]
    assert register.reader.get(f"{EXCEPTIONS}/{number}").json()["state"] == "active"


def test_no_call_was_a_defect(register: Register) -> None:
    assert register.service.logged("request failed") == []
