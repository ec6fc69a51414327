"""What clusters hold, over HTTP: who may say it, what is kept, what is refused."""

import gzip
import io
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.manifests.inventory.reading import read_inventory
from edgewarden.workflows.ports import Role
from tests.support.live_objects import SECRET, deployed, live, namespace, pod, policy, printed
from tests.support.web import Web

CLUSTERS = "/api/v1/clusters"
PROBLEM = "application/problem+json"
NOON = "2026-11-23T12:00:00Z"
AFTERNOON = "2026-11-23T15:00:00Z"


class Api:
    """The API as one person sees it, on the evening of the day of ``NOON``."""

    def __init__(self, *roles: Role, web: Web | None = None) -> None:
        self.web = web or Web()
        self.web.clock.set(datetime(2026, 11, 23, 18, tzinfo=UTC))
        self.headers = {
            "Authorization": f"Bearer {self.web.token(*roles, handle='-'.join(roles))}",
            "Content-Type": "application/json",
        }

    def push(
        self,
        body: bytes,
        cluster: str = "prod",
        taken_at: str | None = NOON,
        **headers: str,
    ) -> TestResponse:
        return self.web.client.put(
            f"{CLUSTERS}/{cluster}/inventory",
            data=body,
            query_string={"taken_at": taken_at} if taken_at else None,
            headers={**self.headers, **headers},
        )

    def get(self, path: str = "") -> TestResponse:
        return self.web.client.get(f"{CLUSTERS}{path}", headers=self.headers)

    def document(self, cluster: str = "prod") -> bytes | None:
        with self.web.store.begin() as transaction:
            return transaction.inventories.document(cluster)


@pytest.fixture
def operator() -> Api:
    return Api(Role.OPERATOR)


def shop(*more: dict[str, Any]) -> bytes:
    return printed(namespace("shop"), *deployed("web", {"app": "web"}), *more)


def told(answer: TestResponse, status: int) -> str:
    assert (answer.status_code, answer.content_type) == (status, PROBLEM), answer.text
    detail = answer.get_json()["detail"]
    return str(detail)


# --- who may --------------------------------------------------------------------------------------


def test_a_collector_hands_in_and_reads_nothing() -> None:
    collector = Api(Role.COLLECTOR)

    assert collector.push(shop()).status_code == 201
    assert "role reader" in told(collector.get(), 403)
    assert "role reader" in told(collector.get("/prod/inventory"), 403)


def test_a_reader_reads_and_hands_in_nothing() -> None:
    web = Web()
    Api(Role.COLLECTOR, web=web).push(shop())
    reader = Api(Role.READER, web=web)

    assert reader.get("/prod/inventory").status_code == 200
    assert "role collector" in told(reader.push(shop()), 403)


def test_strangers_are_told_nothing(operator: Api) -> None:
    operator.push(shop())
    operator.headers["Authorization"] = "Bearer ew_wrong"

    for answer in (operator.push(shop()), operator.get(), operator.get("/prod/inventory")):
        assert answer.status_code == 401


# --- what is kept ---------------------------------------------------------------------------------


def test_what_kubectl_prints_is_cleaned_before_it_is_kept(operator: Api) -> None:
    secret = live("v1", "Secret", "password", data={"password": SECRET})

    answer = operator.push(shop(secret, pod("done", {}, phase="Succeeded")))

    assert answer.status_code == 201
    assert answer.get_json() | {"unseen": {}, "digest": ""} == {
        "cluster": "prod",
        "digest": "",
        "taken_at": NOON,
        "age_seconds": 6 * 60 * 60,
        "received_at": "2026-11-23T18:00:00Z",
        "actor": "operator",
        "counts": {"Deployment": 1, "Namespace": 1},
        "unseen": {},
        "outcome": "first",
        "dropped": {"Secret": 1},
        "folded": 3,
        "finished": 1,
        "not_understood": [],
    }
    document = operator.document() or b""
    assert SECRET.encode() not in document
    assert len(read_inventory([document], "prod").declared) == 2


def test_a_cleaned_document_is_the_same_as_what_it_was_made_from(operator: Api) -> None:
    cleaning = Cleaning()
    cleaning.read([shop()])
    inventory, _ = cleaning.done()

    first = operator.push(shop()).get_json()
    again = operator.push(inventory.document).get_json()

    assert first["digest"] == again["digest"] == inventory.digest
    assert again["outcome"] == "unchanged"


def test_a_packed_body_is_unpacked(operator: Api) -> None:
    answer = operator.push(gzip.compress(shop()), **{"Content-Encoding": "gzip"})

    assert answer.status_code == 201


def test_the_document_itself_may_say_when_it_was_taken(operator: Api) -> None:
    first = operator.push(shop())
    assert first.status_code == 201
    text = (operator.document() or b"").decode()

    answer = operator.push(text.encode(), "staging", taken_at=None)

    assert answer.get_json()["taken_at"] == NOON


def test_handing_in_again_changes_nothing(operator: Api) -> None:
    operator.push(shop())
    before = operator.get().get_json()

    assert operator.push(shop()).get_json()["outcome"] == "unchanged"
    assert operator.get().get_json() == before


def test_the_same_seen_later_is_known_to_hold_longer(operator: Api) -> None:
    operator.push(shop())

    answer = operator.push(shop(), taken_at=AFTERNOON)

    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "confirmed")
    assert operator.get("/prod/inventory").get_json()["taken_at"] == AFTERNOON


def test_an_older_inventory_takes_no_ones_place(operator: Api) -> None:
    operator.push(shop(), taken_at=AFTERNOON)

    assert "take a new one" in told(operator.push(shop(namespace("data"))), 409)
    assert operator.get("/prod/inventory").get_json()["counts"]["Namespace"] == 1
    assert operator.push(shop()).get_json()["outcome"] == "unchanged"


def test_what_is_not_understood_is_kept_and_named(operator: Api) -> None:
    later = policy("later", {"podSelector": {}, "mirror": True})

    answer = operator.push(shop(later)).get_json()

    assert answer["counts"]["NetworkPolicy"] == 1
    (message,) = answer["not_understood"]
    assert message.endswith("what it says is not understood: spec.mirror.")


# --- what is known --------------------------------------------------------------------------------


def test_clusters_are_listed_with_their_age_and_what_was_not_seen(operator: Api) -> None:
    operator.push(shop(), "prod")
    operator.push(shop(), "dev-1", taken_at=AFTERNOON)

    clusters = operator.get().get_json()["clusters"]

    assert [(each["cluster"], each["age_seconds"]) for each in clusters] == [
        ("dev-1", 3 * 60 * 60),
        ("prod", 6 * 60 * 60),
    ]
    assert clusters[0]["unseen"]["networkpolicies.networking.k8s.io"] == "not_given"
    assert "namespaces" not in clusters[0]["unseen"]


def test_of_a_cluster_that_nobody_handed_in_nothing_is_known(operator: Api) -> None:
    assert operator.get().get_json() == {"clusters": []}
    assert "edgewarden inventory push" in told(operator.get("/prod/inventory"), 404)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no object of a cluster"),
        (b"apiVersion: v1", "this is not JSON"),
        (b"[]", "this is not JSON"),
        (printed(live("v1", "Secret", "a")), "no object of a cluster"),
        (printed(live("apps/v1beta1", "Deployment", "a", spec={"template": {}})), "apps/v1beta1"),
        (printed(live("v1", "Pod", "Not_A_Name")), "metadata.name: Invalid value"),
    ],
)
def test_what_is_no_inventory_is_refused(operator: Api, body: bytes, said: str) -> None:
    assert said in told(operator.push(body), 422)
    assert operator.document() is None


@pytest.mark.parametrize(
    ("taken_at", "status", "said"),
    [
        (None, 422, "add it as taken_at"),
        ("2026-11-23T18:06:00Z", 422, "which is not yet"),
        ("2026-11-23", 400, "query parameter"),
        ("2026-11-23T12:00:00", 400, "query parameter"),
        ("1732363200", 400, "query parameter"),
    ],
)
def test_when_it_was_taken_must_be_known(
    operator: Api, taken_at: str | None, status: int, said: str
) -> None:
    assert said in told(operator.push(shop(), taken_at=taken_at), status)
    assert operator.document() is None


def test_a_clock_may_be_a_little_ahead(operator: Api) -> None:
    answer = operator.push(shop(), taken_at="2026-11-23T18:04:00Z").get_json()

    assert answer["age_seconds"] == 0


@pytest.mark.parametrize("name", ["-prod", "a" * 64, "pr%20od", "a%0Ab", "%F0%9F%8C%99"])
def test_a_name_that_no_configuration_can_say_is_refused(operator: Api, name: str) -> None:
    assert "up to 63 letters" in told(operator.push(shop(), name), 422)


def test_a_body_that_is_too_large_is_refused_with_what_to_do() -> None:
    web = Web(inventory_limit=2000)
    operator = Api(Role.OPERATOR, web=web)

    for body, headers in (
        (shop(), {}),
        (gzip.compress(shop()), {"Content-Encoding": "gzip"}),
    ):
        detail = told(operator.push(body, **headers), 413)
        assert "more than 2000 bytes" in detail
        assert "edgewarden inventory push" in detail


def test_a_small_body_that_unpacks_to_much_fills_no_memory(operator: Api) -> None:
    bomb = gzip.compress(b" " * 200_000_000)
    tracemalloc.start()

    answer = operator.push(bomb, **{"Content-Encoding": "gzip"})

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 413
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (shop(), "gzip", 400),
        (gzip.compress(shop())[:-20], "gzip", 400),
        (gzip.compress(shop()) + b"more", "gzip", 400),
        (shop(), "br", 415),
    ],
)
def test_a_broken_or_unknown_packing_is_refused(
    operator: Api, body: bytes, encoding: str, status: int
) -> None:
    told(operator.push(body, **{"Content-Encoding": encoding}), status)
    assert operator.document() is None


def test_only_json_is_taken_and_who_sends_something_else_can_end_it(operator: Api) -> None:
    """Who is still sending when the answer comes may see a broken connection instead."""
    sent = io.BytesIO(bytes(200_000))

    answer = operator.web.client.put(
        f"{CLUSTERS}/prod/inventory",
        input_stream=sent,
        content_length=200_000,
        headers={**operator.headers, "Content-Type": "application/x-yaml"},
    )

    assert "application/json" in told(answer, 415)
    assert sent.tell() == 200_000


def test_parameters_that_are_not_known_are_refused(operator: Api) -> None:
    path = f"{CLUSTERS}/prod/inventory?taken_at={NOON}&force=1"

    answer = operator.web.client.put(path, data=shop(), headers=operator.headers)

    assert [each["parameter"] for each in json.loads(answer.text)["errors"]] == ["force"]
