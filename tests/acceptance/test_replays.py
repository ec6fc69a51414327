"""Real changes, from webhook over Git by HTTP to the comment on the pull request."""

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from edgewarden.governance.review import Verdict
from tests.acceptance.replays import REPLAYS, Replay
from tests.support.fake_github import FakeGitHub
from tests.support.git_http import serving
from tests.support.repositories import BareRepository
from tests.support.running_service import RunningService, eventually, running_service
from tests.support.shared import shared_path

NUMBER = 7
_TITLES = {
    Verdict.PASS: "Passes",
    Verdict.ATTENTION: "Needs attention",
    Verdict.INCONCLUSIVE: "Inconclusive",
}
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MARKS = str.maketrans("", "", "`*\\")
"""What makes text Markdown, without which it reads as it was written."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The service with a GitHub and a Git server that hold every replay."""

    service: RunningService
    github: FakeGitHub
    commits: dict[str, tuple[str, str]]
    reader: str
    """A token that may read reviews."""

    def open(self, replay: str) -> None:
        """Open the pull request of a replay and let GitHub tell the service."""
        base, head = self.commits[replay]
        pull_request = self.github.pull_request(_name(replay), NUMBER, base=base, head=head)
        to = f"{self.service.address}/webhooks/github"
        assert self.github.deliver_pull_request(to, pull_request, "opened").status_code == 202

    def final_status(self, replay: str) -> dict[str, str]:
        """The status on the head once the review is published."""
        head = self.commits[replay][1]

        def settled() -> dict[str, str] | None:
            statuses = self.github.statuses(_name(replay), head)
            return statuses[-1] if statuses and statuses[-1]["state"] != "pending" else None

        return eventually(settled, seconds=120)

    def report(self, replay: str) -> dict[str, object]:
        """The review as programs read it."""
        query = {"forge": "github", "repository": _name(replay), "change": str(NUMBER)}
        answer = httpx.get(
            f"{self.service.address}/api/v1/changes/review",
            params=query,
            headers={"Authorization": f"Bearer {self.reader}"},
            timeout=30,
        )
        report: dict[str, object] = answer.raise_for_status().json()["review"]
        return report

    def comments(self, replay: str) -> list[str]:
        return self.github.comments(_name(replay), NUMBER, self.github.login)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    replays = shared_path("replays")
    specification = shared_path("forges/github-openapi-subset.json")
    root = tmp_path_factory.mktemp("replays")
    commits = {each.id: _repository(root / "git", replays / each.id, each.id) for each in REPLAYS}
    with FakeGitHub(specification) as github, serving(root / "git") as git:
        settings = {
            "GITHUB_API": github.address,
            "GITHUB_TOKEN": github.token,
            "GITHUB_WEBHOOK_SECRET": github.secret,
            "REPOSITORIES": json.dumps(
                [
                    {
                        "forge": "github",
                        "name": _name(each.id),
                        "clone": f"{git.address}/{each.id}.git",
                    }
                    for each in REPLAYS
                ]
            ),
        }
        with running_service(root, settings) as service:
            yield Stage(service, github, commits, service.token("anna", "reader"))


def _name(replay: str) -> str:
    return f"replays/{replay}"


def _repository(directory: Path, replay: Path, name: str) -> tuple[str, str]:
    """A bare repository with the two states of a replay; the ids of base and head."""
    repository = BareRepository.create(directory / f"{name}.git")
    base = repository.commit("main", _files(replay / "base"))
    head = repository.commit("change", _files(replay / "head"), base)
    repository.pull_request(NUMBER, head)
    return base, head


def _files(tree: Path) -> dict[str, bytes]:
    paths = sorted(path for path in tree.rglob("*") if path.is_file())
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in paths}


def test_every_replay_has_an_expectation() -> None:
    known = {entry["id"] for entry in json.loads(shared_path("replays/index.json").read_text())}
    assert {replay.id for replay in REPLAYS} == known


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.id)
def test_a_replayed_change_gets_its_verdict(replay: Replay, stage: Stage) -> None:
    stage.open(replay.id)
    status = stage.final_status(replay.id)
    settled = replay.verdict in {Verdict.PASS, Verdict.ATTENTION}
    assert status["state"] == ("success" if settled else "failure"), status
    if not replay.names:
        assert stage.comments(replay.id) == [], "nothing changed, so nothing is said"
        return
    (comment,) = eventually(lambda: stage.comments(replay.id))
    assert f"**{_TITLES[replay.verdict]}:**" in comment.partition("\n####")[0], comment
    plain = _LINK.sub(r"\1", comment).translate(_MARKS)
    for name in replay.names:
        assert name in plain, f"{name!r} is not named in:\n{plain}"
    for name in replay.silent_on:
        assert name not in plain, f"{name!r} is named in:\n{plain}"


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.id)
def test_the_command_line_says_of_a_replay_what_the_service_says(
    replay: Replay, stage: Stage
) -> None:
    stage.open(replay.id)
    stage.final_status(replay.id)
    assert stage.report(replay.id) == _reported(replay.id) != {}


def _reported(replay: str) -> dict[str, object]:
    """What the command line says of the two trees."""
    trees = shared_path("replays") / replay
    command = [sys.executable, "-m", "edgewarden", "diff", "--format", "json", "--no-cache"]
    command += [str(trees / "base"), str(trees / "head")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    report: dict[str, object] = json.loads(answer.stdout)
    return report


def test_the_first_policies_of_kube_prometheus_close_exactly_what_they_select() -> None:
    """Every known source loses the three workloads that the new policies isolate.

    They admit only Prometheus, whose pods an operator makes. The node exporter is on the host
    network: policies do not bind it, and whether they hold its own traffic off is up to the CNI.
    """
    replay = shared_path("replays/first-policies-kube-prometheus")
    command = [sys.executable, "-m", "edgewarden", "diff"]
    command += [str(replay / "base"), str(replay / "head"), "--format", "json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(answer.stdout)
    isolated = {
        f"monitoring/{name}[Deployment]"
        for name in ("grafana", "kube-state-metrics", "prometheus-operator")
    }
    bound = isolated | {
        f"monitoring/{name}[Deployment]" for name in ("blackbox-exporter", "prometheus-adapter")
    }
    outside = {"0.0.0.0-255.255.255.255", f"::-{':'.join(['ffff'] * 8)}"}
    every = [[1, 65535]]
    assert report["added"] == report["changed"] == report["may_added"] == []
    assert all(
        edge["ports"] == {"TCP": every, "UDP": every, "SCTP": every} for edge in report["removed"]
    )
    assert sorted((edge["src"], edge["dst"]) for edge in report["removed"]) == sorted(
        itertools.product(bound | outside, isolated)
    )
    assert sorted((edge["src"], edge["dst"]) for edge in report["may_removed"]) == sorted(
        itertools.product({"monitoring/node-exporter[DaemonSet]"}, isolated)
    )
