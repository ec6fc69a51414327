"""Pull requests with hostile files: the worker survives, says where, and hides nothing else."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from edgewarden.governance.review import Verdict
from tests.acceptance.hostile_files import CASES, HOSTILE, Hostile
from tests.acceptance.inert import (
    assert_inert_comment,
    assert_inert_page,
    assert_no_control_characters,
)
from tests.acceptance.scene import EXCEPTION, Scene, scene
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.one_by_one import one_by_one
from tests.support.repositories import BareRepository, File
from tests.support.reviews import only, problems_of, reasons_of

REPOSITORY = "team/shop"
BASE = {
    "workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "policies/db.yaml": ingress_policy("db", "db", "web", 5432),
}
GOOD = {**BASE, "policies/db.yaml": ingress_policy("db", "db", "api", 5432)}
"""The change that must be told whatever lies beside it: the api may reach the database."""

OPENED = "| `shop/api` | `shop/db` | TCP 5432 |"
HOSTILE_BRANCH = "rel/a`b`|<img-src=x>@team#1-<!--edgewarden-->"
BEFORE, AFTER, FROM_ODD_BRANCHES = 1, 2, 3
NUMBERS = {case.name: number for number, case in enumerate(CASES, 100)}
PROMPTLY = 20
"""Seconds, on a machine that runs other tests beside this one."""


@dataclass(frozen=True, slots=True)
class Yard:
    """The service, where one review was made before every hostile pull request was opened."""

    scene: Scene
    repository: BareRepository
    main: str
    heads: dict[str, str]
    token: str
    exception: dict[str, object]
    first_comment: str
    first_page: str


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    repository = BareRepository.create(tmp_path_factory.mktemp("git") / "shop.git")
    main = repository.commit("main", BASE)
    before = _propose(repository, BEFORE, main)
    with serving(repository.path.parent) as git:
        clone = f"{git.address}/shop.git"
        governed = [{"forge": "github", "name": REPOSITORY, "clone": clone}]
        with scene(tmp_path_factory.mktemp("service"), governed, {}) as service:
            token = service.token("ada")
            exception = register(service, token, "POST", "", json=EXCEPTION)
            service.open(REPOSITORY, BEFORE, base=main, head=before)
            comment = service.reviewed(REPOSITORY, BEFORE, before)
            page = service.page(REPOSITORY, str(BEFORE)).text
            heads = {case.name: _hostile(repository, main, case) for case in CASES}
            for case in CASES:
                number, head = NUMBERS[case.name], heads[case.name]
                service.open(REPOSITORY, number, base=main, head=head, title=HOSTILE)
            yield Yard(service, repository, main, heads, token, exception, comment, page)


def register(here: Scene, token: str, method: str, path: str, **more: Any) -> dict[str, object]:
    """Ask the register of exceptions, which must agree."""
    address = f"{here.service.address}/api/v1/exceptions{path}"
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.request(method, address, headers=headers, timeout=30, **more)
    found: dict[str, object] = answer.raise_for_status().json()
    return found


def _propose(repository: BareRepository, number: int, base: str) -> str:
    head = repository.commit(f"change-{number}", GOOD, base)
    repository.pull_request(number, head)
    return head


def _hostile(repository: BareRepository, base: str, case: Hostile) -> str:
    number = NUMBERS[case.name]
    files: dict[str, File] = {**GOOD, **case.files()}
    head = repository.commit(f"change-{number}", files, base)
    repository.pull_request(number, head)
    return head


def plain(comment: str) -> str:
    """A comment without what its Markdown escapes."""
    return comment.replace("\\", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_files_are_told_and_hide_nothing(yard: Yard, case: Hostile) -> None:
    here, number, head = yard.scene, NUMBERS[case.name], yard.heads[case.name]
    status = here.final_status(REPOSITORY, head, seconds=120)
    comment = here.reviewed(REPOSITORY, number, head)
    review = here.stored(REPOSITORY, str(number)).review

    assert review.verdict is case.verdict, reasons_of(review)
    assert (status["state"] == "failure") is (case.verdict is Verdict.INCONCLUSIVE), status
    assert OPENED in comment or case.name in {"ranges", "sound-files"}
    assert any(
        str(src) == "shop/api[Deployment]" for src, _, _ in one_by_one(only(review).diff.added)
    )
    for told in case.told:
        problems = [
            each for each in problems_of(review) if str(each.location).startswith(told.place)
        ]
        assert any(told.says in f"{each.message} {each.remedy}" for each in problems), (
            told,
            problems_of(review)[:5],
        )
        if len(case.told) == 1 and len(problems_of(review)) == 1:
            assert told.place in plain(comment)

    blobs = f"{here.github.address}/{REPOSITORY}/blob/"
    assert_inert_comment(comment, (blobs, f"{here.service.address}/reviews/"))
    assert "root:" not in comment
    assert_inert_page(here.page(REPOSITORY, str(number)).text)
    assert_no_control_characters(here.page(REPOSITORY, str(number), "text/plain").text)
    assert_no_control_characters(status["description"])


def test_branches_with_hostile_names_are_shown_as_names(yard: Yard) -> None:
    here, repository = yard.scene, yard.repository
    base = repository.commit(HOSTILE_BRANCH, BASE)
    head = _propose(repository, FROM_ODD_BRANCHES, base)

    here.open(
        REPOSITORY,
        FROM_ODD_BRANCHES,
        base=base,
        head=head,
        base_ref=HOSTILE_BRANCH,
        head_ref=f"{HOSTILE_BRANCH}/head",
        title=HOSTILE,
    )

    comment = here.reviewed(REPOSITORY, FROM_ODD_BRANCHES, head)
    assert OPENED in comment
    blobs = f"{here.github.address}/{REPOSITORY}/blob/"
    assert_inert_comment(comment, (blobs, f"{here.service.address}/reviews/"))
    page = here.page(REPOSITORY, str(FROM_ODD_BRANCHES)).text
    assert_inert_page(page)
    assert "&lt;img-src=x&gt;@team#1" in page


def test_a_clean_change_after_all_that_is_reviewed_promptly(yard: Yard) -> None:
    here = yard.scene
    for case in CASES:
        here.final_status(REPOSITORY, yard.heads[case.name], seconds=120)
    head = _propose(yard.repository, AFTER, yard.main)

    started = time.monotonic()
    here.open(REPOSITORY, AFTER, base=yard.main, head=head)
    status = here.final_status(REPOSITORY, head, seconds=PROMPTLY)

    assert status["state"] == "success", status
    assert OPENED in here.reviewed(REPOSITORY, AFTER, head)
    assert time.monotonic() - started < PROMPTLY


def test_nothing_that_was_stored_is_lost(yard: Yard) -> None:
    here = yard.scene
    number = yard.exception["number"]
    assert register(here, yard.token, "GET", f"/{number}") == yard.exception
    assert here.github.comments(REPOSITORY, BEFORE) == [yard.first_comment]
    assert here.page(REPOSITORY, str(BEFORE)).text == yard.first_page
