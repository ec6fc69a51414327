"""A change is tested by a person: asked in the comment, answered by the command, and asked again
where a new head connects something else."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.scene import Scene, scene
from tests.support.git_http import serving
from tests.support.manifests import deployment, ingress_policy
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually

REPOSITORY = "team/shop"
WORKLOADS = "---\n".join(deployment(name) for name in ("api", "web", "db"))
BASE = {"workloads.yaml": WORKLOADS, "db.yaml": ingress_policy("db", "db", "api", 5432)}
FIRST = {**BASE, "db.yaml": ingress_policy("db", "db", "web", 5432)}
MOVED = {"workloads.yaml": WORKLOADS, "net/db.yaml": f"# Reviewed.\n\n{FIRST['db.yaml']}"}
OTHER = {**BASE, "db.yaml": ingress_policy("db", "db", "web", 5433)}
CHANGE = ("--repository", REPOSITORY, "--change", "7")
STATEMENT = "Tried web and api to db on 5432 in staging: as listed."


def command(here: Scene, token: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "edgewarden", "signoff", *arguments, *CHANGE],
        env={**here.service.environment, "EDGEWARDEN_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def comment(here: Scene, holds: Callable[[str], object]) -> str:
    """The one comment, once it holds that, as plain text."""

    def told() -> str | None:
        (body,) = here.github.comments(REPOSITORY, 7, here.github.login)
        plain = re.sub(r"[\\`]", "", body)
        return plain if holds(plain) else None

    return eventually(told)


def asks(body: str) -> bool:
    return "Connectivity is tested** needs a person" in body


def test_a_person_tests_a_change_and_only_a_change_of_what_was_tested_asks_again(
    tmp_path: Path,
) -> None:
    repository = BareRepository.create(tmp_path / "git" / "shop.git")
    base = repository.commit("main", BASE)
    first = repository.commit("first", FIRST, base, message="Let the web in")
    moved = repository.commit("moved", MOVED, base, message="Let the web in")
    other = repository.commit("other", OTHER, base, message="Let the web in elsewhere")
    with serving(tmp_path / "git") as git:
        governed = {"forge": "github", "name": REPOSITORY, "clone": f"{git.address}/shop.git"}
        with scene(tmp_path, [governed], {}) as here:

            def propose(head: str) -> None:
                repository.pull_request(7, head)
                here.open(REPOSITORY, 7, base=base, head=head)
                here.reviewed(REPOSITORY, 7, head)

            operator, reader = here.token("ada", "operator"), here.token("eve", "reader")
            said = ("tests", "--statement", STATEMENT, "--head")
            propose(first)
            assert "signs it off as tests" in comment(here, asks)
            assert "question" in here.final_status(REPOSITORY, first)["description"]

            refused = command(here, reader, "add", *said, first)
            assert refused.returncode == 1
            assert "eve may not sign off tests" in " ".join(refused.stderr.split())
            signed = command(here, operator, "add", *said, first[:12])
            assert signed.returncode == 0, signed.stderr
            assert f"tests in cluster: signed off by ada at {first[:12]}" in signed.stdout
            told = comment(here, lambda body: not asks(body))
            assert f"Signed off by ada at {first[:12]}:" in told
            assert STATEMENT in told
            eventually(lambda: "signed off" in here.final_status(REPOSITORY, first)["description"])

            propose(moved)
            told = comment(here, lambda body: "nothing that it rests on has changed" in body)
            assert f"at {first[:12]}; nothing that it rests on has changed since" in told
            assert "signed off" in here.final_status(REPOSITORY, moved)["description"]

            propose(other)
            assert "Signed off" not in comment(here, asks)
            late = command(here, operator, "add", *said, moved)
            assert late.returncode == 1
            assert f"The newest review is of {other[:12]}" in " ".join(late.stderr.split())

            propose(moved)
            comment(here, lambda body: not asks(body))
            taken = command(
                here, operator, "revoke", "tests", "--reason", "Staging differs.", "--head", moved
            )
            assert taken.returncode == 0, taken.stderr
            comment(here, asks)
            record = command(here, reader, "list").stdout
            assert re.findall(r"(signed off|taken back) by ada", record) == [
                "signed off",
                "taken back",
            ]
