"""The web application over a store, a forge, a queue and a clock in memory."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edgewarden.governance.review import Review
from edgewarden.web.app import create_app
from edgewarden.web.services import Hook, WebServices
from edgewarden.workflows.ports import Change, ChangeRef, EventKind, ForgeEvent, Role, Store
from edgewarden.workflows.services import GovernedRepository, Publication
from edgewarden.workflows.tokens import TOKEN_BYTES, create_token
from tests.support.flow import HintedQueue, SettableClock
from tests.support.memory_forge import MemoryForge
from tests.support.memory_store import MemoryStore
from tests.support.plain_cleaner import PlainCleaner

REPOSITORY = "team/shop"
HEAD = "a" * 40
ADDRESS = "https://edgewarden.example"


@dataclass
class SettableReadiness:
    """Ready, until a test says what is wrong."""

    wrong: str | None = None

    def problem(self) -> str | None:
        return self.wrong


@dataclass
class Web:
    """An application and everything behind it. Hook ``team`` belongs to the forge in memory."""

    store: Store = field(default_factory=MemoryStore)
    queue: HintedQueue = field(default_factory=HintedQueue)
    clock: SettableClock = field(default_factory=SettableClock)
    forge: MemoryForge = field(default_factory=lambda: MemoryForge("memory"))
    readiness: SettableReadiness = field(default_factory=SettableReadiness)
    delivery_limit: int = 5_000_000
    inventory_limit: int = 50_000_000
    upload_limit: int = 20_000_000
    github: Hook | None = None

    def __post_init__(self) -> None:
        self.services = WebServices(
            store=self.store,
            queue=self.queue,
            clock=self.clock,
            cleaner=PlainCleaner(),
            readiness=self.readiness,
            publication=Publication(ADDRESS),
            github=self.github,
            git_hooks={"team": Hook(self.forge, frozenset({REPOSITORY}))},
            delivery_limit=self.delivery_limit,
            inventory_limit=self.inventory_limit,
            upload_limit=self.upload_limit,
            repositories=(GovernedRepository("memory", REPOSITORY),),
        )
        self.app = create_app(self.services)
        self.client: FlaskClient = self.app.test_client()
        self._tokens = 0

    def token(self, *roles: Role, handle: str = "ada") -> str:
        """A fresh token of a person with these roles."""
        self._tokens += 1
        entropy = self._tokens.to_bytes(TOKEN_BYTES, "big")
        return create_token(
            handle, frozenset(roles), "test", entropy=entropy, store=self.store, clock=self.clock
        ).secret

    def deliver(self, event: ForgeEvent, hook: str = "team") -> TestResponse:
        """Post a signed delivery of the forge in memory."""
        headers, body = self.forge.deliver(event)
        return self.client.post(f"/webhooks/git/{hook}", data=body, headers=headers)

    def want(self, head: str = HEAD, key: str = "7") -> Change:
        """A change whose review is wanted."""
        with self.store.begin() as transaction:
            return transaction.changes.want(
                ChangeRef("memory", REPOSITORY, key),
                base_branch="main",
                head=head,
                now=self.clock.now(),
            )

    def answer(self, change: Change, review: Review, head: str = "") -> None:
        """Store the review of a change, as a worker would."""
        now = self.clock.now()
        with self.store.begin() as transaction:
            claimed = transaction.changes.claim(change.id, "worker", now, now)
            assert claimed is not None
            transaction.reviews.add(change.id, claimed.wanted, head or claimed.head, review, now)
            transaction.changes.settle(change.id, "worker", claimed.wanted)


def updated(delivery: str = "d-1", head: str = HEAD, key: str = "7", **more: Any) -> ForgeEvent:
    """The event of a change that moved."""
    fields: dict[str, Any] = {
        "kind": EventKind.CHANGE_UPDATED,
        "delivery": delivery,
        "event": "push",
        "repository": REPOSITORY,
        "change": ChangeRef("memory", REPOSITORY, key),
        "base_branch": "main",
        "head": head,
        **more,
    }
    return ForgeEvent(**fields)


def moved(branch: str, delivery: str = "d-9") -> ForgeEvent:
    """The event of a branch that moved."""
    return ForgeEvent(
        EventKind.BRANCH_MOVED, delivery, "push", REPOSITORY, branch=branch, head="c" * 40
    )
