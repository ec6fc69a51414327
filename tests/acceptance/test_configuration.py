"""The service reads a repository as the base's ``.edgewarden.yaml`` says, and no other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from edgewarden.governance.review import Verdict
from tests.acceptance.scene import Scene, scene
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.reviews import assumptions_of, only, problems_of

CLUSTER = '{"enforces_policies": false}'
CONFIGURATION = """\
version: 1
profile: {enforces_policies: true, ip_block_matches_pods: never}
clusters:
- name: production
  paths: [production]
"""
SHOP = {
    "production/workloads.yaml": "---\n".join(map(deployment, ("web", "api", "db"))),
    "production/db.yaml": ingress_policy("db", "db", "web", 5432),
    "staging/db.yaml": ingress_policy("db", "db", "api", 5432),
}
BASE = {**SHOP, ".edgewarden.yaml": CONFIGURATION}
OPENED = {**BASE, "production/db.yaml": ingress_policy("db", "db", "api", 5432)}
HIDDEN = {**OPENED, ".edgewarden.yaml": CONFIGURATION.replace("[production]", "[staging]")}
STAGING = {**BASE, "staging/db.yaml": ingress_policy("db", "db", "web", 5432)}
SPOILT = {**BASE, ".edgewarden.yaml": f"{CONFIGURATION}  excludes: []\n"}


@dataclass(frozen=True, slots=True)
class Governed:
    """A repository whose main branch holds the configuration, and the service over it."""

    name: str
    repository: BareRepository
    scene: Scene

    def review(self, number: int, base: Mapping[str, str], head: Mapping[str, str]) -> str:
        """The final state of a pull request from ``base`` to ``head``."""
        before = self.repository.commit("main", base)
        after = self.repository.commit(f"change-{number}", head, before)
        self.repository.pull_request(number, after)
        self.scene.open(self.name, number, base=before, head=after)
        return self.scene.final_status(self.name, after)["state"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Governed]:
    root = tmp_path_factory.mktemp("configured")
    repository = BareRepository.create(root / "git" / "shop.git")
    name = "team/shop"
    with serving(root / "git") as git:
        governed = {"forge": "github", "name": name, "clone": f"{git.address}/shop.git"}
        with scene(root, [governed], {"CLUSTER": CLUSTER}) as here:
            yield Governed(name, repository, here)


def test_a_change_of_the_named_cluster_is_judged_by_the_bases_configuration(
    shop: Governed,
) -> None:
    assert shop.review(1, BASE, HIDDEN) == "success"
    comment = shop.scene.reviewed(shop.name, 1, shop.repository.git("rev-parse", "change-1"))
    assert "| `shop/api` | `shop/db` | TCP 5432 |" in comment.replace("\\", "")
    review = shop.scene.stored(shop.name, "1").review
    assert [str(problem.location) for problem in problems_of(review)] == [".edgewarden.yaml:1"]
    assert assumptions_of(review)[0] == (
        "By .edgewarden.yaml this is about cluster production (`production`)."
    )


def test_the_platforms_settings_outweigh_the_repository(shop: Governed) -> None:
    shop.review(2, BASE, OPENED)
    review = shop.scene.stored(shop.name, "2").review
    (enforced,) = [item for item in only(review).checklist if item.id == "cni-support"]
    assert "does not enforce" in enforced.evidence
    assert "Of the cluster's profile .edgewarden.yaml is believed: ip_block_matches_pods." in (
        assumptions_of(review)
    )
    assert any("outweigh" in sentence for sentence in assumptions_of(review))


def test_a_change_of_another_cluster_of_the_repository_is_quiet(shop: Governed) -> None:
    assert shop.review(3, BASE, STAGING) == "success"
    review = shop.scene.stored(shop.name, "3").review
    assert review.quiet
    assert any(
        "what changes there is not judged: staging/db.yaml" in sentence
        for sentence in assumptions_of(review)
    )


def test_a_head_that_would_break_the_configuration_fails_with_its_line(shop: Governed) -> None:
    assert shop.review(4, BASE, SPOILT) == "failure"
    review = shop.scene.stored(shop.name, "4").review
    assert review.verdict is Verdict.INCONCLUSIVE
    assert [str(problem.location) for problem in problems_of(review)] == [".edgewarden.yaml:6"]
    assert "did you mean `exclude`?" in problems_of(review)[0].message


def test_a_broken_configuration_of_the_base_fails_closed(shop: Governed) -> None:
    assert shop.review(5, SPOILT, {**SPOILT, "staging/x.yaml": ""}) == "failure"
    review = shop.scene.stored(shop.name, "5").review
    assert review.verdict is Verdict.INCONCLUSIVE
    assert ".edgewarden.yaml:6" in {str(problem.location) for problem in problems_of(review)}
