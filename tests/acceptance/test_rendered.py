"""A cluster that CI renders, from the webhook to the comment that follows the upload."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.scene import Scene, scene
from tests.support.git_http import serving
from tests.support.live_objects import SECRET
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually

REPOSITORY = "team/shop"
WORKLOADS = "---\n".join(deployment(name) for name in ("api", "web", "db"))
SECRET_OBJECT = (
    f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{p: {SECRET}}}\n"
)
RENDERED = "---\n".join((WORKLOADS, SECRET_OBJECT, ingress_policy("db", "db", "api", 5432)))
OPENED = f"""{RENDERED}\
  - from:
    - podSelector: {{matchLabels: {{app: web}}}}
    ports:
    - {{protocol: TCP, port: 5432}}
"""
TREE = {
    ".edgewarden.yaml": "version: 1\nclusters:\n- name: prod\n  renderer: uploaded\n",
    "values.yaml": "web: false\n",
}


@dataclass(frozen=True, slots=True)
class Estate:
    """A repository whose cluster only CI can render, and pull request 7 against it."""

    here: Scene
    token: str
    base: str
    head: str

    def push(self, commit: str, manifests: str, *arguments: str, token: str = "") -> str:
        """Hand in what was rendered, as CI does, or the owner of a token; what the command says."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "edgewarden", "rendered", "push", "--cluster", "prod"),
                *("--commit", commit, "--repository", REPOSITORY, *arguments, "-"),
            ],
            env={
                **os.environ,
                **self.here.service.environment,
                "EDGEWARDEN_TOKEN": token or self.token,
            },
            input=manifests,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    def comment(self, *parts: str, without: str = "\0") -> str:
        """The one comment, once it says that."""

        def told() -> str | None:
            comments = self.here.github.comments(REPOSITORY, 7, self.here.github.login)
            assert len(comments) <= 1
            text = comments[0].replace("\\", "") if comments else ""
            return text if all(part in text for part in parts) and without not in text else None

        return eventually(told)


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    repository = BareRepository.create(tmp_path / "git" / f"{REPOSITORY}.git")
    base = repository.commit("main", TREE)
    head = repository.commit("change", {**TREE, "values.yaml": "web: true\n"}, base)
    repository.pull_request(7, head)
    with serving(tmp_path / "git") as git:
        governed = {
            "forge": "github",
            "name": REPOSITORY,
            "clone": f"{git.address}/{REPOSITORY}.git",
        }
        with scene(tmp_path, [governed], {"RECONCILE_SECONDS": "1"}) as here:
            yield Estate(here, here.token("ci", "renderer"), base, head)


def test_a_review_waits_for_what_ci_renders_and_follows_it(estate: Estate) -> None:
    here, base, head = estate.here, estate.base, estate.head
    here.open(REPOSITORY, 7, base=base, head=head)

    estate.comment(f"--cluster prod --commit {base}", f"--cluster prod --commit {head}")
    assert here.final_status(REPOSITORY, head)["state"] == "failure"

    said = estate.push(base, RENDERED, "--branch", "main")
    assert said.startswith(f"TAKEN IN: cluster prod at {base[:12]}: 1 file in")
    assert "1 change will be reviewed again." in said
    assert "Secret: 1" in said
    estate.comment("of the head commit", without="of the base commit")

    estate.push(head, OPENED)

    comment = estate.comment("Newly allowed", "shop/web", "5432")
    assert "was not handed in" not in comment
    assert "(rendered for prod)/manifests.yaml" in comment
    assert "blob/" not in comment
    provenance = here.stored(REPOSITORY, "7").review.provenance
    (used,) = provenance.uploads
    assert (used.cluster, provenance.merge_base) == ("prod", base)
    assert used.merge_base != used.head
    assert "KNOWN ALREADY" in estate.push(head, OPENED)
    assert SECRET.encode() not in (here.root / "data" / "edgewarden.sqlite").read_bytes()

    operator = here.token("ada", "operator")
    assert "in place of something else" in estate.push(head, RENDERED, token=operator).lower()
    estate.comment("nothing to report any more")


def test_what_a_dry_run_prints_holds_no_secret_and_can_be_handed_in(
    estate: Estate, tmp_path: Path
) -> None:
    file = tmp_path / "rendered.json"
    environment = {**estate.here.service.environment, "EDGEWARDEN_TOKEN": estate.token}
    command = [sys.executable, "-m", "edgewarden", "rendered", "push"]
    place = ["--cluster", "prod", "--commit", estate.base, "--repository", REPOSITORY]
    dry = subprocess.run(
        [*command, *place, "--dry-run", "-"],
        env=environment,
        input=RENDERED.encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert SECRET.encode() not in dry.stdout
    assert list(json.loads(dry.stdout)["files"]) == ["manifests.yaml"]
    file.write_bytes(dry.stdout)

    sent = subprocess.run(
        [*command, *place, str(file)], env=environment, capture_output=True, check=True, timeout=60
    )

    assert sent.stdout.startswith(b"TAKEN IN: ")
