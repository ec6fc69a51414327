"""A worker killed between any two stages leaves one comment and the right status.

Everything is real but GitHub, which is a stateful process of its own: SQLite, Huey, Git over
HTTP, the analysis in its child, and a worker that dies by SIGKILL.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edgewarden.adapters.store.schema import upgrade
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.workflows.messages import StatusMessage, encode_status, status_key
from edgewarden.workflows.ports import (
    Change,
    ChangeRef,
    CommitStatus,
    MessageKind,
    Stage,
    StatusState,
)
from tests.support.fake_github import FakeGitHub
from tests.support.git_http import GitServer, serving
from tests.support.repositories import BareRepository

ROOT = Path(__file__).resolve().parents[3]
REPOSITORY = "team/shop"

WORKLOADS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
"""
CLOSED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
"""
OPEN = (
    CLOSED
    + """\
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    ports: [{port: 5432}]
"""
)


@dataclass(frozen=True, slots=True)
class World:
    """What outlives the workers: GitHub, the Git server, the database."""

    github: FakeGitHub
    repository: BareRepository
    environment: dict[str, str]
    store: DatabaseStore
    numbers: Iterator[int]

    def propose(self) -> tuple[ChangeRef, str]:
        """A pull request that is wanted, as a webhook leaves it: with a pending status."""
        number = next(self.numbers)
        base = self.repository.git("rev-parse", "main")
        files = {"workloads.yaml": WORKLOADS, "db.yaml": OPEN}
        head = self.repository.commit("change", files, base, message=f"Open {number}")
        self.repository.pull_request(number, head)
        self.github.pull_request(REPOSITORY, number, head=head, base=base)
        ref = ChangeRef("github", REPOSITORY, str(number))
        with self.store.begin() as transaction:
            now = _now()
            change = transaction.changes.want(ref, base_branch="main", head=head, now=now)
            pending = CommitStatus(StatusState.PENDING, "Waiting.", "https://edgewarden.example")
            transaction.outbox.put(
                MessageKind.STATUS,
                status_key(change.id, head),
                encode_status(StatusMessage(head, pending)),
                now=now,
                change_id=change.id,
            )
        return ref, head

    def change(self, ref: ChangeRef) -> Change:
        with self.store.begin() as transaction:
            change = transaction.changes.by_ref(ref)
        assert change is not None
        return change

    def settled(self, ref: ChangeRef) -> bool:
        """Nothing is wanted, claimed or waiting any more."""
        change = self.change(ref)
        with self.store.begin() as transaction:
            far = _now().replace(year=9000)
            waiting = transaction.outbox.due(far, 100)
        return change.done == change.wanted and change.comment is not None and not waiting


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def git_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with serving(tmp_path_factory.mktemp("git")) as server:
        yield server


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, git_server: GitServer) -> Iterator[World]:
    repository = BareRepository.create(git_server.root / "shop.git")
    repository.commit("main", {"workloads.yaml": WORKLOADS, "db.yaml": CLOSED})
    data = tmp_path_factory.mktemp("data")
    database = f"sqlite:///{data}/edgewarden.sqlite"
    upgrade(database)
    store = DatabaseStore.at(database)
    with FakeGitHub() as github:
        yield World(
            github, repository, _settings(data, github, git_server), store, itertools.count(1)
        )
    store.close()


def _settings(data: Path, github: FakeGitHub, git_server: GitServer) -> dict[str, str]:
    """Leases that are over soon, and one job at a time."""
    repository = (
        f'[{{"forge": "github", "name": "{REPOSITORY}", "clone": "{git_server.address}/shop.git"}}]'
    )
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "service",
        "EDGEWARDEN_DATA": str(data),
        "EDGEWARDEN_GITHUB_API": github.address,
        "EDGEWARDEN_GITHUB_TOKEN": github.token,
        "EDGEWARDEN_GITHUB_WEBHOOK_SECRET": github.secret,
        "EDGEWARDEN_REPOSITORIES": repository,
        "EDGEWARDEN_WORKER_THREADS": "1",
        "EDGEWARDEN_GIT_SECONDS": "1.5",
        "EDGEWARDEN_RENDERING_SECONDS": "0.5",
        "EDGEWARDEN_ANALYSIS_SECONDS": "3",
        "EDGEWARDEN_REVIEW_LEASE_SECONDS": "8.5",
        "EDGEWARDEN_MESSAGE_LEASE_SECONDS": "2",
        "EDGEWARDEN_FIRST_RETRY_SECONDS": "0.2",
        "EDGEWARDEN_RECONCILE_SECONDS": "1",
        "EDGEWARDEN_LOG_LEVEL": "warning",
    }


BOUNDARIES = [
    *((stage, 1) for stage in Stage),  # of the review, and of the status that goes out first
    (Stage.MESSAGE_CLAIMED, 2),  # of the comment
    (Stage.DELIVERED, 2),
]


@pytest.mark.parametrize(("stage", "occurrence"), BOUNDARIES)
def test_a_killed_worker_leaves_one_comment_and_the_right_status(
    world: World, tmp_path: Path, stage: Stage, occurrence: int
) -> None:
    ref, head = world.propose()
    killed_at(world, stage, occurrence, tmp_path)
    restarted_until_settled(world, ref, tmp_path)
    assert_one_right_answer(world, ref, head)


def test_a_comment_whose_id_was_never_stored_is_not_posted_again(
    world: World, tmp_path: Path
) -> None:
    ref, head = world.propose()
    killed_at(world, Stage.SENT, 2, tmp_path)
    assert len(world.github.comments(REPOSITORY, int(ref.key))) == 1
    assert world.change(ref).comment is None
    restarted_until_settled(world, ref, tmp_path)
    assert_one_right_answer(world, ref, head)


def assert_one_right_answer(world: World, ref: ChangeRef, head: str) -> None:
    [comment] = world.github.comments(REPOSITORY, int(ref.key))
    assert "shop/db" in comment
    [*_, last] = world.github.statuses(REPOSITORY, head)
    assert last["state"] == "success"


def killed_at(world: World, stage: Stage, occurrence: int, directory: Path) -> None:
    history = directory / "history"
    killed = worker(world, stage, occurrence, history)
    assert killed.wait(60) == -signal.SIGKILL
    assert history.read_text().splitlines().count(stage.value) == occurrence


def restarted_until_settled(world: World, ref: ChangeRef, directory: Path) -> None:
    second = worker(world, Stage.SENT, 0, directory / "history")
    try:
        eventually(lambda: world.settled(ref))
    finally:
        second.terminate()
        assert second.wait(20) in (0, -signal.SIGTERM)  # it may not be listening yet


def worker(world: World, stage: Stage, occurrence: int, history: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.mortal_worker", stage, str(occurrence), str(history)],
        cwd=ROOT,
        env=world.environment,
    )


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
