"""A cluster of several repositories: what one holds decides what a change of another means."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from edgewarden.governance.review import Review
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.surroundings import LIVE_NOT_SEEN
from tests.acceptance.scene import Scene, scene
from tests.support.git_http import serving
from tests.support.manifest_trees import policy_named
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.reviews import only
from tests.support.running_service import eventually

PLATFORM = "acme/platform"
SHOP = "team/shop"
SNEAK = "team/sneak"
NAMES = (PLATFORM, SHOP, SNEAK)
CONTRIBUTORS = [Contributor(name, "github") for name in NAMES]
CONFIGURATION = {".edgewarden.yaml": "version: 1\nclusters: [{name: prod}]\n"}
DENY = {**CONFIGURATION, "policies/deny.yaml": policy_named("deny")}
WORKLOADS = {**CONFIGURATION, "shop.yaml": "---\n".join(map(deployment, ("web", "db")))}
ALLOWED = {**WORKLOADS, "db.yaml": ingress_policy("db", "db", "web", 5432)}
OPEN_ALL = {
    **CONFIGURATION,
    "open.yaml": policy_named("open", spec="{podSelector: {}, ingress: [{}]}"),
}


@dataclass(frozen=True, slots=True)
class Estate:
    """Three governed repositories of one cluster, of which the platform's alone contributes."""

    repositories: Mapping[str, BareRepository]
    scene: Scene

    def contributions(self) -> list[ClusterContribution]:
        with self.scene.store.begin() as transaction:
            return list(transaction.contributions.of("prod", CONTRIBUTORS))

    def follows(self, commit: str) -> None:
        """Until the platform's contribution is of that commit."""
        eventually(lambda: [each.commit for each in self.contributions()] == [commit])

    def deploys(self, name: str, files: Mapping[str, str]) -> str:
        """Push to the default branch, and tell nobody."""
        return self.repositories[name].commit("main", files)

    def review(self, number: int, base: Mapping[str, str], head: Mapping[str, str]) -> Review:
        """The review of a pull request to the shop."""
        repository = self.repositories[SHOP]
        before = repository.commit("main", base)
        after = repository.commit(f"change-{number}", head, before)
        repository.pull_request(number, after)
        self.scene.open(SHOP, number, base=before, head=after)
        self.scene.final_status(SHOP, after)
        return self.scene.stored(SHOP, str(number)).review


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    root = tmp_path_factory.mktemp("estate")
    repositories = {name: BareRepository.create(root / "git" / f"{name}.git") for name in NAMES}
    repositories[PLATFORM].commit("main", CONFIGURATION)
    repositories[SNEAK].commit("main", OPEN_ALL)
    with serving(root / "git") as git:
        governed: list[dict[str, object]] = [
            {"forge": "github", "name": name, "clone": f"{git.address}/{name}.git"}
            for name in NAMES
        ]
        governed[0]["contributes"] = ["prod"]
        with scene(root, governed, {"SWEEP_SECONDS": "3600"}) as here:
            yield Estate(repositories, here)


def opened(review: Review) -> list[tuple[list[str], list[str], object]]:
    return [
        ([str(end) for end in edge.sources], [str(end) for end in edge.destinations],
         edge.after.as_mapping())
        for edge in only(review).diff.added
    ]  # fmt: skip


def test_what_the_platform_holds_decides_what_an_allow_opens(estate: Estate) -> None:
    estate.follows(estate.repositories[PLATFORM].git("rev-parse", "main"))
    alone = estate.review(1, WORKLOADS, ALLOWED)
    assert opened(alone) == []
    assert only(alone).diff.may_added == ()

    commit = estate.deploys(PLATFORM, DENY)
    estate.scene.github.deliver_push(estate.scene.webhook, PLATFORM, "main", commit)
    estate.follows(commit)
    review = estate.review(2, WORKLOADS, ALLOWED)
    edge = (["shop/web[Deployment]"], ["shop/db[Deployment]"], {"TCP": [[5432, 5432]]})
    assert opened(review) == [edge]
    (used,) = review.provenance.contributions
    assert (used.cluster, used.repository, used.commit) == ("prod", PLATFORM, commit)
    told = only(review).assumptions
    assert any(f"taken from {PLATFORM} (commit {commit[:12]}, less than" in each for each in told)
    assert LIVE_NOT_SEEN in told


def test_a_place_in_another_repository_is_named_and_leads_nowhere(estate: Estate) -> None:
    commit = estate.deploys(PLATFORM, DENY)
    estate.scene.github.deliver_push(estate.scene.webhook, PLATFORM, "main", commit)
    estate.follows(commit)
    review = estate.review(3, ALLOWED, WORKLOADS)
    assert len(only(review).diff.removed) == 1
    (comment,) = eventually(lambda: estate.scene.github.comments(SHOP, 3))
    assert "(in acme/platform) policies/deny.yaml" in comment.replace("\\", "")
    assert "deny.yaml#" not in comment


def test_a_repository_that_may_not_contribute_changes_nobodys_answer(estate: Estate) -> None:
    """It says that everything is open already, and tells the service of its push."""
    commit = estate.deploys(SNEAK, {**OPEN_ALL, "more.yaml": policy_named("more")})
    estate.scene.github.deliver_push(estate.scene.webhook, SNEAK, "main", commit)
    review = estate.review(4, WORKLOADS, ALLOWED)
    assert len(opened(review)) == 1
    assert {each.by.repository for each in estate.contributions()} == {PLATFORM}


def test_a_push_that_nobody_told_is_found_by_the_worker_after_a_killed_one(estate: Estate) -> None:
    commit = estate.deploys(PLATFORM, {**DENY, "x.yaml": policy_named("x")})
    worker = estate.scene.service.worker()
    os.kill(worker, signal.SIGKILL)
    estate.follows(commit)
    assert estate.scene.service.worker() != worker
