"""The register over HTTP: who may ask, what is granted, what is refused and how it is found."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from edgewarden.governance.exceptions import AddressScope, PodScope
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.workflows.ports import Role
from tests.support.web import Web

EXCEPTIONS = "/api/v1/exceptions"
PROBLEM = "application/problem+json"


class Api:
    """The API as one person sees it."""

    def __init__(self, *roles: Role, web: Web | None = None) -> None:
        self.web = web or Web()
        self.headers = {"Authorization": f"Bearer {self.web.token(*roles)}"}

    def get(self, path: str = EXCEPTIONS, **query: Any) -> TestResponse:
        return self.web.client.get(path, query_string=query or None, headers=self.headers)

    def post(self, body: Any, path: str = EXCEPTIONS) -> TestResponse:
        return self.web.client.post(path, json=body, headers=self.headers)

    def grant(self, **changes: Any) -> dict[str, Any]:
        answer = self.post(proposal(**changes))
        assert answer.status_code == 201, answer.get_json()
        granted: dict[str, Any] = answer.get_json()
        return granted


@pytest.fixture
def operator() -> Api:
    return Api(Role.OPERATOR)


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
        "expires_at": "2026-12-31",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def pointers(answer: TestResponse) -> set[str]:
    assert answer.content_type == PROBLEM
    return {each["pointer"] for each in answer.get_json()["errors"]}


# --- who may ask --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer ew_wrong"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": "Basic YWRhOmV3X3dyb25n"},
        {"Authorization": "Bearer " + "x" * 10_000},
    ],
)
@pytest.mark.parametrize("path", [EXCEPTIONS, f"{EXCEPTIONS}/1", "/api", "/api/nothing/here"])
def test_without_a_token_every_call_is_unauthorised(path: str, headers: dict[str, str]) -> None:
    web = Web()
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        answer = web.client.open(path, method=method, headers=headers, json={})

        assert answer.status_code == 401
        assert answer.content_type == PROBLEM
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_revoked_token_is_unauthorised(operator: Api) -> None:
    secret = operator.headers["Authorization"].removeprefix("Bearer ")
    with operator.web.store.begin() as transaction:
        transaction.people.revoke_tokens(secret[:9], operator.web.clock.now())

    assert operator.get().status_code == 401


def test_the_scheme_is_understood_in_any_case(operator: Api) -> None:
    operator.headers["Authorization"] = operator.headers["Authorization"].replace("B", "b", 1)

    assert operator.get().status_code == 200


def test_a_reader_reads_and_grants_nothing() -> None:
    reader = Api(Role.READER)

    assert reader.get().status_code == 200
    answer = reader.post(proposal())
    assert (answer.status_code, answer.content_type) == (403, PROBLEM)
    assert "operator" in answer.get_json()["detail"]
    assert reader.post({"reason": "x"}, f"{EXCEPTIONS}/1/revoke").status_code == 403
    assert reader.get().get_json()["exceptions"] == []


def test_a_person_without_a_role_reads_nothing() -> None:
    assert Api().get().status_code == 403


def test_an_administrator_may_do_what_an_operator_may() -> None:
    assert Api(Role.ADMIN).post(proposal()).status_code == 201


def test_the_actor_comes_from_the_token_and_never_from_the_body(operator: Api) -> None:
    granted = operator.grant()
    assert [(e["actor"], e["kind"]) for e in granted["history"]] == [("ada", "granted")]

    for name in ("actor", "requested_by", "number", "revoked_at"):
        answer = operator.post(proposal(**{name: "eve"}))
        assert (answer.status_code, pointers(answer)) == (422, {f"#/{name}"})


# --- granting -----------------------------------------------------------------------------------


def test_a_granted_exception_is_shown_as_it_was_asked_for(operator: Api) -> None:
    answer = operator.post(proposal())

    assert answer.headers["Location"] == f"{EXCEPTIONS}/1"
    shown = operator.get(answer.headers["Location"]).get_json()
    assert shown == answer.get_json()
    assert {name: shown[name] for name in proposal() if name not in ("ports", "expires_at")} == {
        name: value for name, value in proposal().items() if name not in ("ports", "expires_at")
    }
    assert shown["ports"] == {"TCP": [[5432, 5432]]}
    assert (shown["number"], shown["name"], shown["state"]) == (1, "EXC-1", "active")


@pytest.mark.parametrize(
    "field",
    ["reason", "owner", "ticket", "test", "source", "destination", "ports", "expires_at"],
)
@pytest.mark.parametrize(
    "value",
    [None, "", "   ", "\u200b", "\ufeff \u2060", "\u3164", {}, [], 7, True, "\x00", "a\x00b",
     "a\u202eb", "\ud800"],
)  # fmt: skip
def test_nothing_is_granted_without_each_of_its_terms(field: str, value: object) -> None:
    operator = Api(Role.OPERATOR)

    answer = operator.post(proposal(**{field: value}))

    assert answer.status_code == 422
    assert all(each.startswith(f"#/{field}") for each in pointers(answer))
    assert operator.get().get_json()["exceptions"] == []


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("reason", "x" * 5000, "#/reason"),
        ("owner", "two\nlines", "#/owner"),
        ("source", {"namespace": "shop", "podSelector": {}}, "#/source/podSelector"),
        ("source", "shop/reports", "#/source"),
        ("source", {"namespace": "shop"}, "#/source"),
        ("source", {"podSelector": {"any": True}}, "#/source"),
        ("source", {"namespaceSelector": {}, "podSelector": {"any": True}},
         "#/source/namespaceSelector"),
        ("source", {"namespace": "shop", "namespaceSelector": {"any": True},
                    "podSelector": {"any": True}}, "#/source"),
        ("source", {"namespace": "shop", "podSelector": {"any": False}},
         "#/source/podSelector/any"),
        ("source", {"namespace": "shop", "podSelector": {"any": True, "matchLabels": {"a": "b"}}},
         "#/source/podSelector"),
        ("source", {"namespace": "*", "podSelector": {"any": True}}, "#/source/namespace"),
        ("source", {"namespace": "shop", "podSelector": {"matchLabels": {"a": "not valid"}}},
         "#/source/podSelector/matchLabels/a"),
        ("source", {"namespace": "shop", "podselector": {"any": True}}, "#/source/podselector"),
        ("source", {"namespace": "shop", "podSelector": {"matchExpressions": [
            {"key": "a", "operator": "In", "values": []}]}},
         "#/source/podSelector/matchExpressions/0"),
        ("source", {"namespace": "shop", "podSelector": {"matchExpressions": [
            {"key": "a", "operator": "Exists", "values": ["x"]}]}},
         "#/source/podSelector/matchExpressions/0"),
        ("source", {"cidr": "10.0.0.1/8"}, "#/source/cidr"),
        ("source", {"cidr": "ten"}, "#/source/cidr"),
        ("source", {"cidr": "fe80::%eth0/64"}, "#/source/cidr"),
        ("source", {"cidr": "10.0.0.0/0.255.255.255"}, "#/source/cidr"),
        ("source", {"cidr": "10.0.0.0/8", "namespace": "shop"}, "#/source"),
        ("ports", {"TCP": []}, "#/ports"),
        ("ports", {"TCP": [0]}, "#/ports/TCP/0/0"),
        ("ports", {"TCP": [[90, 80]]}, "#/ports/TCP/0"),
        ("ports", {"TCP": [True]}, "#/ports/TCP/0"),
        ("ports", {"TCP": ["80"]}, "#/ports/TCP/0"),
        ("ports", {"ICMP": [1]}, "#/ports/ICMP"),
        ("expires_at", "2026-11-22", "#/expires_at"),
        ("expires_at", "2026-11-23T09:30:00Z", "#/expires_at"),
        ("expires_at", "2027-01-01T00:00:00", "#/expires_at"),
        ("expires_at", "9999-12-31", "#/expires_at"),
        ("expires_at", "9999-12-31T23:59:59-14:00", "#/expires_at"),
        ("expires_at", "2026-02-30", "#/expires_at"),
        ("expires_at", "1800000000", "#/expires_at"),
        ("expires_at", 1800000000, "#/expires_at"),
        ("starts_at", "2027-06-01", "#/starts_at"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_place(
    operator: Api, field: str, value: object, place: str
) -> None:
    answer = operator.post(proposal(**{field: value}))

    assert answer.status_code == 422
    assert place in {each[: len(place)] for each in pointers(answer)}
    assert "Document" not in answer.get_data(as_text=True)
    assert operator.get().get_json()["exceptions"] == []


def test_traffic_between_addresses_is_no_subject_of_an_exception(operator: Api) -> None:
    outside = {"cidr": "192.0.2.0/24"}

    answer = operator.post(proposal(source=outside, destination=outside))

    assert (answer.status_code, pointers(answer)) == (422, {"#/destination"})


def test_a_slash_in_a_label_key_is_escaped_in_the_pointer(operator: Api) -> None:
    selector = {"matchLabels": {"app.example/name~x": "y z"}}

    answer = operator.post(proposal(source={"namespace": "shop", "podSelector": selector}))

    assert any("app.example~1name~0x" in each for each in pointers(answer))


def test_a_date_means_to_the_end_of_that_day(operator: Api) -> None:
    granted = operator.grant(expires_at="2026-12-31")

    assert granted["expires_at"] == "2027-01-01T00:00:00Z"
    operator.web.clock.set(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert operator.get(f"{EXCEPTIONS}/1").get_json()["state"] == "active"
    operator.web.clock.advance(seconds=1)
    assert operator.get(f"{EXCEPTIONS}/1").get_json()["state"] == "expired"


def test_a_time_with_a_zone_is_kept_in_utc(operator: Api) -> None:
    granted = operator.grant(expires_at="2026-12-31T12:00:00+02:00")

    assert granted["expires_at"] == "2026-12-31T10:00:00Z"


def test_an_exception_may_start_later(operator: Api) -> None:
    granted = operator.grant(starts_at="2026-12-01")

    assert (granted["starts_at"], granted["state"]) == ("2026-12-01T00:00:00Z", "pending")


def test_scopes_arrive_as_the_register_knows_them(operator: Api) -> None:
    operator.grant(
        source={"cidr": "192.0.2.0/24"},
        destination={"namespace": "shop", "podSelector": {"any": True}},
        ports={"TCP": [[8000, 8100], 443], "UDP": [53]},
    )

    with operator.web.store.begin() as transaction:
        exception = transaction.register.get(1)
    assert exception is not None
    assert isinstance(exception.source, AddressScope)
    assert exception.destination == PodScope(
        LabelSelector.matching({NAMESPACE_NAME_LABEL: "shop"}), LabelSelector()
    )
    assert str(exception.ports) == "TCP 443, 8000-8100; UDP 53"


@pytest.mark.parametrize(
    "scope",
    [
        {"cidr": "2001:db8::/32"},
        {"namespace": "shop", "podSelector": {"any": True}},
        {
            "namespaceSelector": {"matchLabels": {"team": "data"}},
            "podSelector": {
                "matchLabels": {"app": "api"},
                "matchExpressions": [
                    {"key": "tier", "operator": "NotIn", "values": ["a", "b"]},
                    {"key": "track", "operator": "Exists"},
                ],
            },
        },
        {"namespaceSelector": {"any": True}, "podSelector": {"matchLabels": {"app": "api"}}},
    ],
)
def test_a_scope_is_answered_in_the_form_in_which_it_was_sent(
    operator: Api, scope: dict[str, Any]
) -> None:
    assert operator.grant(source=scope)["source"] == scope


# --- bad requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"{}"', b"7", b"\xff", b"[" * 100_000, b'{"a":' * 100_000],
)
def test_a_body_that_is_no_json_object_is_a_bad_request(operator: Api, body: bytes) -> None:
    answer = operator.web.client.post(
        EXCEPTIONS, data=body, content_type="application/json", headers=operator.headers
    )

    assert (answer.status_code, answer.content_type) == (400, PROBLEM)


def test_another_media_type_is_unsupported(operator: Api) -> None:
    answer = operator.web.client.post(EXCEPTIONS, data={"reason": "x"}, headers=operator.headers)

    assert (answer.status_code, answer.content_type) == (415, PROBLEM)


def test_a_body_over_a_megabyte_is_too_large(operator: Api) -> None:
    answer = operator.post(proposal(reason="x" * 1_000_001))

    assert (answer.status_code, answer.content_type) == (413, PROBLEM)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/v2/exceptions", 404),
        ("GET", f"{EXCEPTIONS}/12", 404),
        ("GET", f"{EXCEPTIONS}/0", 404),
        ("GET", f"{EXCEPTIONS}/{10**40}", 404),
        ("GET", f"{EXCEPTIONS}/EXC-1", 404),
        ("POST", f"{EXCEPTIONS}/12/revoke", 404),
        ("DELETE", EXCEPTIONS, 405),
        ("PUT", f"{EXCEPTIONS}/1", 405),
    ],
)
def test_every_error_is_a_problem_document(
    operator: Api, method: str, path: str, status: int
) -> None:
    body = {"reason": "over"} if method == "POST" else None

    answer = operator.web.client.open(path, method=method, json=body, headers=operator.headers)

    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    problem = answer.get_json()
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert answer.headers["Allow"]


def test_a_defect_is_a_problem_without_its_reason(
    operator: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    class BrokenClock:
        def now(self) -> datetime:
            raise RuntimeError("password=hunter2")

    broken = Web(store=operator.web.store)
    object.__setattr__(broken.services, "clock", BrokenClock())

    answer = broken.client.get(EXCEPTIONS, headers=operator.headers)

    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert b"hunter2" not in answer.data
    assert b"Traceback" not in answer.data
    logged = capsys.readouterr().out
    assert "RuntimeError" in logged
    assert "hunter2" not in logged


# --- finding and revoking -----------------------------------------------------------------------


def numbers(answer: TestResponse) -> list[int]:
    assert answer.status_code == 200, answer.get_json()
    return [each["number"] for each in answer.get_json()["exceptions"]]


def test_exceptions_are_found_by_owner_namespace_state_and_expiry(operator: Api) -> None:
    operator.grant(owner="payments")
    operator.grant(owner="search", source={"cidr": "192.0.2.0/24"})
    operator.grant(owner="search", expires_at="2027-06-30", destination={"cidr": "198.51.100.7/32"})
    operator.grant(owner="payments", starts_at="2026-12-15")
    operator.post({"reason": "done"}, f"{EXCEPTIONS}/2/revoke")

    assert numbers(operator.get(owner="payments")) == [1, 4]
    assert numbers(operator.get(namespace="reports")) == [1, 3, 4]
    assert numbers(operator.get(namespace="shop")) == [1, 2, 4]
    assert numbers(operator.get(state="revoked")) == [2]
    assert numbers(operator.get(state="active")) == [1, 3]
    assert numbers(operator.get(state="pending")) == [4]
    assert numbers(operator.get(expires_before="2027-01-31")) == [1, 2, 4]
    assert numbers(operator.get(owner="payments", state="pending")) == [4]
    assert numbers(operator.get(owner="nobody")) == []


def test_what_lasts_to_the_end_of_a_day_expires_before_the_next(operator: Api) -> None:
    operator.grant(expires_at="2026-12-31")

    assert numbers(operator.get(expires_before="2026-12-31")) == []
    assert numbers(operator.get(expires_before="2027-01-01")) == [1]
    assert numbers(operator.get(expires_before="2027-01-01T00:00:00Z")) == []
    assert numbers(operator.get(expires_before="2027-01-01T02:00:01+02:00")) == [1]


@pytest.mark.parametrize(
    "query",
    [
        {"owne": "payments"},
        {"state": "asleep"},
        {"namespace": "*"},
        {"namespace": ""},
        {"expires_before": "soon"},
        {"expires_before": "2026-12-31T00:00:00"},
        {"cursor": "-1"},
        {"cursor": str(10**30)},
        {"cursor": "x"},
        {"limit": "0"},
        {"limit": "100000"},
        {"owner": ["a", "b"]},
        {"owner": "\x00"},
    ],
)
def test_a_filter_that_is_not_known_or_makes_no_sense_is_refused(
    operator: Api, query: dict[str, Any]
) -> None:
    answer = operator.get(**query)

    assert (answer.status_code, answer.content_type) == (400, PROBLEM)
    assert [each["parameter"] for each in answer.get_json()["errors"]] == list(query)


def test_pages_follow_each_other_without_gap_or_repetition(operator: Api) -> None:
    for number in range(7):
        operator.grant(owner="payments" if number != 3 else "search")

    seen: list[int] = []
    answer = operator.get(owner="payments", limit=2)
    while True:
        seen += numbers(answer)
        if "Link" not in answer.headers:
            break
        following = answer.headers["Link"].partition(">")[0].removeprefix("<")
        answer = operator.get(following)

    assert seen == [1, 2, 3, 5, 6, 7]
    assert answer.get_json()["next_cursor"] is None


def test_a_revoked_exception_ends_at_once_and_says_who_ended_it(operator: Api) -> None:
    operator.grant()
    operator.web.clock.advance(hours=1)

    revoked = operator.post({"reason": "Not needed."}, f"{EXCEPTIONS}/1/revoke").get_json()

    assert (revoked["state"], revoked["revoked_at"]) == ("revoked", "2026-11-23T10:30:00Z")
    assert [(e["kind"], e["actor"], e["detail"]) for e in revoked["history"]][1:] == [
        ("revoked", "ada", "Not needed.")
    ]


def test_revoking_again_changes_nothing(operator: Api) -> None:
    operator.grant()
    first = operator.post({"reason": "Not needed."}, f"{EXCEPTIONS}/1/revoke").get_json()
    operator.web.clock.advance(hours=1)

    assert operator.post({"reason": "Again."}, f"{EXCEPTIONS}/1/revoke").get_json() == first


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "a\x00b"])
def test_an_exception_is_not_revoked_without_a_reason(operator: Api, reason: str) -> None:
    operator.grant()

    answer = operator.post({"reason": reason}, f"{EXCEPTIONS}/1/revoke")

    assert (answer.status_code, pointers(answer)) == (422, {"#/reason"})
    assert operator.get(f"{EXCEPTIONS}/1").get_json()["state"] == "active"


def test_an_exception_is_active_until_just_before_its_expiry(operator: Api) -> None:
    end = operator.web.clock.now() + timedelta(hours=1)
    operator.grant(expires_at=end.isoformat())

    operator.web.clock.set(end - timedelta(microseconds=1))
    assert numbers(operator.get(state="active")) == [1]
    operator.web.clock.set(end)
    assert numbers(operator.get(state="expired")) == [1]
