"""Pages for people: the review, the waiting for it, and what a page never does."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from edgewarden.workflows.ports import Change, ChangeRef
from tests.support.web import HEAD, REPOSITORY, Web
from tests.unit.reporting import situations

NEWER = "e" * 40
TEXT = {"Accept": "text/plain"}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.found}


def page(web: Web, change: Change, query: str = "") -> TestResponse:
    return web.client.get(f"/reviews/{change.public_id}{query}")


def reviewed(name: str = "the_shop") -> tuple[Web, Change]:
    web = Web()
    change = web.want()
    web.answer(change, getattr(situations, name)())
    return web, change


def test_the_page_says_the_verdict_the_edges_and_where_they_are_written() -> None:
    web, change = reviewed()

    answer = page(web, change)

    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    text = Elements(answer.text).text
    for words in ("Needs attention", "shop/db", "TCP 5432", "k8s/shop/db.yaml:14", "team/shop"):
        assert words in text


@pytest.mark.parametrize(
    "name",
    [
        "one_narrow_edge",
        "the_shop",
        "a_file_that_does_not_parse",
        "only_may",
        "isolation_alone",
        "many_rows_and_findings",
        "far_too_many",
        "an_exception_covers_it",
        "a_conflict_with_the_base",
        "several_clusters",
        "workloads_come_and_go",
        "beyond_known_workloads",
        "hostile_names",
    ],
)
def test_every_situation_has_its_page(name: str) -> None:
    web, change = reviewed(name)

    assert page(web, change).status_code == 200


@pytest.mark.parametrize(
    ("teams", "told"),
    [
        (None, "ada<b>, of whom nothing is known"),
        ((), "ada<b>, in no team"),
        (("shop", "pay"), "ada<b>, in shop, pay"),
    ],
)
def test_the_page_says_whose_change_was_judged(teams: tuple[str, ...] | None, told: str) -> None:
    web = Web()
    change = web.want()
    review = situations.the_shop()
    made_by = replace(review.provenance, author="ada<b>", teams=teams)
    web.answer(change, replace(review, provenance=made_by))

    assert told in Elements(page(web, change).text).text


def test_the_page_says_what_changes_for_pods_that_nobody_knows() -> None:
    web, change = reviewed("beyond_known_workloads")

    text = " ".join(Elements(page(web, change).text).text.split())

    assert "Over all pods that could exist 4" in text
    assert "Newly allowed: anything → pods app=api in namespace shop on TCP 80" in text
    assert "NetworkPolicy shop/deny k8s/shop/deny.yaml:1 (base)" in text
    assert "1 that known workloads show" in text


def test_what_a_repository_says_is_text_and_never_markup() -> None:
    web, change = reviewed("hostile_names")

    elements = Elements(page(web, change).text)

    assert "@acme/ops" in elements.text
    assert not elements.comments
    assert elements.tags.isdisjoint({"script", "img", "iframe", "form", "b", "object", "svg"})
    links = {attributes["href"] for tag, attributes in elements.found if tag in ("a", "link")}
    assert links == {"/", "/static/edgewarden.css"}
    assert "\u202e" not in elements.text


def test_a_page_runs_no_script_and_loads_nothing_from_elsewhere() -> None:
    web, change = reviewed()

    answer = page(web, change)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"\sstyle=|\son[a-z]+=", answer.text)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_stylesheet_is_served_to_be_kept() -> None:
    answer = Web().client.get("/static/edgewarden.css")

    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "max-age" in answer.headers["Cache-Control"]
    assert "prefers-color-scheme: dark" in answer.text
    answer.close()


def test_a_terminal_gets_the_review_as_text() -> None:
    web, change = reviewed()

    answer = web.client.get(f"/reviews/{change.public_id}", headers=TEXT)

    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.text.startswith("NEEDS ATTENTION: ")
    assert f"Reviewed head: {HEAD}" in answer.text
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    "accept", ["*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8"]
)
def test_whoever_takes_anything_gets_the_page(accept: str) -> None:
    web, change = reviewed()

    answer = web.client.get(f"/reviews/{change.public_id}", headers={"Accept": accept})

    assert answer.mimetype == "text/html"


# --- waiting ------------------------------------------------------------------------------------


def test_a_change_without_a_review_is_pending_and_looks_again() -> None:
    web = Web()
    answer = page(web, web.want())

    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "2"
    refresh = [a for tag, a in Elements(answer.text).found if tag == "meta" and "http-equiv" in a]
    assert refresh == [{"http-equiv": "refresh", "content": "2"}]


def test_a_change_without_a_review_is_pending_as_text() -> None:
    web = Web()

    answer = web.client.get(f"/reviews/{web.want().public_id}", headers=TEXT)

    assert (answer.status_code, answer.text.partition(":")[0]) == (202, "pending")


def test_the_review_of_an_older_head_is_no_answer_to_a_newer_one() -> None:
    web, change = reviewed()
    web.want(NEWER)

    assert page(web, change).status_code == 202
    assert page(web, change, f"?head={NEWER}").status_code == 202
    assert page(web, change, f"?head={HEAD}").status_code == 200

    web.answer(change, situations.one_narrow_edge())

    assert page(web, change).status_code == 200
    assert page(web, change, f"?head={NEWER}").status_code == 200


def test_a_review_stays_readable_while_the_same_head_is_judged_again() -> None:
    web, change = reviewed()
    assert "judged again" not in page(web, change).text
    web.want(HEAD)

    answer = page(web, change)

    assert answer.status_code == 200
    assert "judged again" in answer.text


def test_a_head_that_was_overtaken_is_answered_by_the_newest_review() -> None:
    web = Web()
    change = web.want(HEAD)
    web.want(NEWER)
    web.answer(change, situations.one_narrow_edge())

    answer = page(web, change, f"?head={HEAD}")

    assert answer.status_code == 200
    assert NEWER in answer.text


def test_the_last_error_is_shown_while_it_is_tried_again() -> None:
    web = Web()
    change = web.want()
    now = web.clock.now()
    with web.store.begin() as transaction:
        transaction.changes.claim(change.id, "worker", now, now)
        transaction.changes.postpone(change.id, "worker", "cannot fetch <b>it</b>", now)

    answer = page(web, change)

    assert answer.status_code == 202
    assert "cannot fetch &lt;b&gt;it" in answer.text
    as_text = web.client.get(f"/reviews/{change.public_id}", headers=TEXT)
    assert "last error: cannot fetch <b>it</b>" in as_text.text


def test_a_change_that_was_closed_before_its_review_waits_no_longer() -> None:
    web = Web()
    change = web.want()
    with web.store.begin() as transaction:
        transaction.changes.close(change.ref, web.clock.now())

    answer = page(web, change)

    assert answer.status_code == 200
    assert "http-equiv" not in answer.text
    assert "closed" in answer.text


def test_a_review_stays_readable_after_its_change_was_closed() -> None:
    web, change = reviewed()
    web.want(NEWER)
    with web.store.begin() as transaction:
        transaction.changes.close(ChangeRef("memory", REPOSITORY, "7"), web.clock.now())

    assert "Needs attention" in page(web, change).text


# --- errors and the landing page ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["nobody-knows", "%00", "a", "x" * 5000, "..%2f..%2fetc", "é"])
def test_a_page_that_does_not_exist_is_an_error_page(name: str) -> None:
    answer = Web().client.get(f"/reviews/{name}")

    assert answer.status_code == 404
    if name != "..%2f..%2fetc":
        assert answer.mimetype == "text/html"


@pytest.mark.parametrize("head", ["", "abc", "A" * 40, "0" * 41, "--help", "%00"])
def test_a_head_that_is_no_commit_is_a_bad_request(head: str) -> None:
    web, change = reviewed()

    assert page(web, change, f"?head={head}").status_code == 400


def test_a_terminal_gets_errors_as_text() -> None:
    answer = Web().client.get("/reviews/nobody-knows", headers=TEXT)

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")


def test_a_page_is_only_read() -> None:
    web, change = reviewed()

    answer = web.client.post(f"/reviews/{change.public_id}")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_landing_page_names_the_service_and_nothing_private() -> None:
    web, change = reviewed()

    answer = web.client.get("/")

    assert answer.status_code == 200
    assert "Edgewarden" in answer.text
    assert "/openapi" in answer.text
    assert REPOSITORY not in answer.text
    assert change.public_id not in answer.text


def test_a_page_is_shortened_and_leads_to_everything() -> None:
    web, change = reviewed("beyond_known_workloads")
    text = {"Accept": "text/plain"}
    address = f"/reviews/{change.public_id}"

    short = web.client.get(address, headers=text).text
    whole = web.client.get(f"{address}?all=1", headers=text).text
    summary = web.client.get(f"{address}?summary=1", headers=text).text

    assert "`?all=1` behind the address" in short
    assert "`?all=1`" not in whole
    assert len(summary) < len(short) < len(whole)
