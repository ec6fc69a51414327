"""A running service between a GitHub and a Git server, and what tests do and see there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.settings import DATABASE_FILE
from edgewarden.workflows.ports import Change, ChangeRef, StoredReview
from tests.support.fake_github import FakeGitHub
from tests.support.running_service import RunningService, eventually, running_service

EXCEPTION = {
    "reason": "The reports read the orders.",
    "owner": "platform",
    "ticket": "SHOP-1",
    "test": "The connectivity matrix.",
    "source": {"namespace": "reports", "podSelector": {"matchLabels": {"app": "reports"}}},
    "destination": {"namespace": "orders", "podSelector": {"matchLabels": {"app": "orders"}}},
    "ports": {"TCP": [5432]},
    "expires_at": "2099-12-31",
}
"""An exception that the register takes, as the API wants it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """``root`` holds the service's data, ``store`` looks into its database from outside."""

    root: Path
    service: RunningService
    github: FakeGitHub
    store: DatabaseStore

    @property
    def webhook(self) -> str:
        return f"{self.service.address}/webhooks/github"

    def open(
        self,
        repository: str,
        number: int,
        *,
        base: str,
        head: str,
        base_ref: str = "main",
        head_ref: str = "change",
        title: str = "A change",
    ) -> None:
        """Open a pull request, or move its head, and let GitHub tell the service."""
        pull_request = self.github.pull_request(
            repository,
            number,
            base=base,
            head=head,
            base_ref=base_ref,
            head_ref=head_ref,
            title=title,
        )
        answer = self.github.deliver_pull_request(self.webhook, pull_request, "opened")
        assert answer.status_code == 202, answer.text

    def change(self, repository: str, key: str, forge: str = "github") -> Change | None:
        with self.store.begin() as transaction:
            return transaction.changes.by_ref(ChangeRef(forge, repository, key))

    def final_status(self, repository: str, head: str, *, seconds: float = 60) -> dict[str, str]:
        """The status of a commit once it is not pending any more."""

        def settled() -> dict[str, str] | None:
            statuses = self.github.statuses(repository, head)
            return statuses[-1] if statuses and statuses[-1]["state"] != "pending" else None

        return eventually(settled, seconds=seconds)

    def reviewed(self, repository: str, number: int, head: str, *, seconds: float = 60) -> str:
        """The one comment of a pull request whose head has its final status."""
        self.final_status(repository, head, seconds=seconds)
        (comment,) = eventually(lambda: self.github.comments(repository, number, self.github.login))
        return comment

    def stored(self, repository: str, key: str) -> StoredReview:
        """The newest review of a change, as the database holds it."""
        change = self.change(repository, key)
        assert change is not None
        with self.store.begin() as transaction:
            review = transaction.reviews.latest(change.id)
        assert review is not None
        return review

    def page(self, repository: str, key: str, media: str = "text/html") -> httpx.Response:
        """The page of a change, as a browser or a terminal asks for it."""
        change = self.change(repository, key)
        assert change is not None
        address = f"{self.service.address}/reviews/{change.public_id}"
        return httpx.get(address, headers={"Accept": media}, timeout=30)

    def command(self, *arguments: str) -> str:
        """What ``edgewarden`` answers beside the running service, on the same data."""
        done = self.service.command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def token(self, handle: str, role: str = "admin") -> str:
        """A fresh token of the API."""
        return self.service.token(handle, role)

    def defects(self) -> list[str]:
        """What the service's log says about errors of its own."""
        marks = ("Traceback", "request failed", "internal error")
        return [
            line
            for line in self.service.log.read_text(encoding="utf-8").splitlines()
            if any(mark in line for mark in marks)
        ]


@contextmanager
def scene(
    root: Path, repositories: Sequence[Mapping[str, object]], settings: Mapping[str, str]
) -> Iterator[Scene]:
    """Start GitHub and the service, which governs ``repositories``; no defect may be logged."""
    with FakeGitHub() as github:
        known = {
            "GITHUB_API": github.address,
            "GITHUB_TOKEN": github.token,
            "GITHUB_WEBHOOK_SECRET": github.secret,
            "REPOSITORIES": json.dumps(list(repositories)),
            **settings,
        }
        with running_service(root, known) as service:
            store = DatabaseStore.at(f"sqlite:///{root / 'data' / DATABASE_FILE}")
            try:
                here = Scene(root, service, github, store)
                yield here
            finally:
                store.close()
            assert not here.defects()
