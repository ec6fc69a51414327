"""Changes that ask for more than one review may have: told, and the next one is served."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx
import pytest

from edgewarden.governance.review import Review, Verdict
from edgewarden.reachability.location import ProblemKind
from edgewarden.workflows.ports import Change, ChangeRef
from tests.acceptance.inert import assert_no_control_characters
from tests.acceptance.scene import Scene, scene
from tests.support.fake_github import FakeGitHub
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually

REPOSITORY = "team/shop"
HOOK = "small"
FORGE = f"git/{HOOK}"
SECRET = "hook-secret"
MEBIBYTES = 300
SECONDS = 10
SETTINGS = {
    "GIT_HOOKS": json.dumps({HOOK: SECRET}),
    "GITHUB_WEBHOOK_SECRET": "",
    "ANALYSIS_MEMORY": str(MEBIBYTES << 20),
    "ANALYSIS_SECONDS": str(SECONDS),
}
BASE = {
    "workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "policies/db.yaml": ingress_policy("db", "db", "web", 5432),
}
GOOD = {**BASE, "policies/db.yaml": ingress_policy("db", "db", "api", 5432)}
OPENED = "shop/api → shop/db: TCP 5432"


@dataclass(frozen=True, slots=True)
class Push:
    """A branch that was pushed, and the page that its delivery was answered with."""

    branch: str
    head: str
    page: str


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> BareRepository:
    repository = BareRepository.create(tmp_path_factory.mktemp("git") / "shop.git")
    repository.commit("main", BASE)
    return repository


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, repository: BareRepository) -> Iterator[Scene]:
    with serving(repository.path.parent) as git:
        clone = f"{git.address}/shop.git"
        governed = [
            {"forge": "git", "name": REPOSITORY, "clone": clone, "hook": HOOK},
            {"forge": "github", "name": REPOSITORY, "clone": clone},
        ]
        with scene(tmp_path_factory.mktemp("service"), governed, SETTINGS) as service:
            yield service


@pytest.fixture(scope="module")
def pushes(here: Scene, repository: BareRepository) -> dict[str, Push]:
    """Three branches at once: two that cannot be judged, one that cannot even be read."""
    branches = {
        "memory": {f"big/{n}.yaml": f"# {n}\n" + "# x" * 1_600_000 for n in range(20)},
        "time": {f"slow/{n}.yaml": f"a: [{'a,' * 100_000} {n}]\n" for n in range(150)},
        "bulk": {f"bulk/{n}.yaml": f"# {n}\n" + "# x" * 1_600_000 for n in range(24)},
    }
    return {name: push(here, repository, name, files) for name, files in branches.items()}


def push(here: Scene, repository: BareRepository, branch: str, files: Mapping[str, str]) -> Push:
    """Push a good change and ``files``, and send what the hook sends."""
    head = repository.commit(branch, {**GOOD, **files}, "main")
    body = json.dumps(
        {
            "repository": REPOSITORY,
            "ref": f"refs/heads/{branch}",
            "old": "0" * 40,
            "new": head,
            "delivery": str(uuid.uuid4()),
        }
    ).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    answer = httpx.post(
        f"{here.service.address}/webhooks/git/{HOOK}",
        content=body,
        headers={"X-Edgewarden-Signature-256": signature},
        timeout=30,
    )
    assert answer.status_code == 202, answer.text
    return Push(branch, head, answer.json()["review"])


def text_of(push: Push) -> str:
    """What the hook prints once there is a review."""

    def answered() -> str | None:
        answer = httpx.get(
            push.page, params={"head": push.head}, headers={"Accept": "text/plain"}, timeout=30
        )
        return answer.text if answer.status_code == 200 else None

    return eventually(answered, seconds=90)


def review_of(here: Scene, push: Push) -> Review:
    change = change_of(here, push)
    with here.store.begin() as transaction:
        review = transaction.reviews.latest(change.id)
    assert review is not None
    return review.review


def change_of(here: Scene, push: Push) -> Change:
    with here.store.begin() as transaction:
        change = transaction.changes.by_ref(ChangeRef(FORGE, REPOSITORY, push.branch))
    assert change is not None
    return change


LIMITS = {
    "memory": f"needed more than {MEBIBYTES} MiB of memory",
    "time": f"took longer than {SECONDS} s",
}


@pytest.mark.parametrize(("branch", "says"), LIMITS.items(), ids=LIMITS.keys())
def test_a_change_that_exceeds_a_limit_is_inconclusive_and_told_which(
    here: Scene, pushes: dict[str, Push], branch: str, says: str
) -> None:
    text = text_of(pushes[branch])

    words = " ".join(text.split())
    assert words.startswith("INCONCLUSIVE: ")
    assert says in words
    assert f"let the operator of Edgewarden allow the analysis more {branch}" in words
    assert_no_control_characters(text)
    review = review_of(here, pushes[branch])
    (problem,) = review.problems
    assert review.verdict is Verdict.INCONCLUSIVE
    assert (problem.kind, problem.decisive) == (ProblemKind.OUT_OF_BOUNDS, True)
    assert review.clusters == ()


def test_a_repository_that_is_too_large_to_be_read_is_told_on_its_page(
    here: Scene, pushes: dict[str, Push]
) -> None:
    push = pushes["bulk"]
    change = eventually(lambda: change if (change := change_of(here, push)).last_error else None)

    answer = httpx.get(push.page, headers={"Accept": "text/plain"}, timeout=30)

    assert answer.status_code == 202
    assert "Edgewarden reads at most" in answer.text
    assert "split it" in change.last_error


def test_a_change_after_one_that_was_stopped_is_reviewed(
    here: Scene, repository: BareRepository, pushes: dict[str, Push]
) -> None:
    for branch in LIMITS:
        text_of(pushes[branch])

    text = text_of(push(here, repository, "good", {}))

    assert text.startswith("PASSES: ")
    assert OPENED in text


@pytest.mark.parametrize("secret", ["", "guessed"])
def test_without_a_secret_no_delivery_of_github_is_taken(here: Scene, secret: str) -> None:
    github = FakeGitHub(secret=secret)

    answer = github.deliver(here.webhook, "ping", {})

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    with here.store.begin() as transaction:
        assert transaction.inbox.refused("github", "signature") >= 1
