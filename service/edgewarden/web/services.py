"""What the web is given by whoever wires the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry

from edgewarden.workflows.ports import Cleaner, Clock, Forge, Queue, Store
from edgewarden.workflows.services import GovernedRepository, Publication


class Readiness(Protocol):
    """Whether the database can be worked with."""

    def problem(self) -> str | None:
        """Why not (unreachable, not migrated), in a sentence without private names."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A route that one forge delivers to. ``repositories`` are the governed ones (owner/name)."""

    forge: Forge
    repositories: frozenset[str]


@dataclass(frozen=True, slots=True)
class WebServices:
    """Everything that a request needs.

    ``github`` takes deliveries at ``/webhooks/github``, ``git_hooks`` by name at
    ``/webhooks/git/<name>``; a route without a hook does not exist. ``delivery_limit``,
    ``body_limit``, ``inventory_limit`` and ``upload_limit`` are the most bytes of a delivery, of a
    body sent to the API, of an inventory and of rendered manifests, both unpacked.
    ``repositories`` are the governed ones of all forges.
    """

    store: Store
    queue: Queue
    clock: Clock
    cleaner: Cleaner
    readiness: Readiness
    publication: Publication
    github: Hook | None = None
    git_hooks: Mapping[str, Hook] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    delivery_limit: int = 5_000_000
    body_limit: int = 1_000_000
    inventory_limit: int = 50_000_000
    upload_limit: int = 20_000_000
    repositories: Sequence[GovernedRepository] = ()
