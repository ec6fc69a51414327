"""What clusters held when they were last looked at."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.manifests.inventory.document import Unseen
from edgewarden.manifests.inventory.resources import Resource
from edgewarden.workflows.ports.register import Actor


@dataclass(frozen=True, slots=True)
class StoredInventory:
    """An inventory without its document. ``actor`` is the handle of who handed it in last.

    ``taken_at`` is when the cluster was asked. ``counts`` are its objects by kind, ``unseen`` the
    resources of which it may lack objects.
    """

    cluster: str
    digest: str
    taken_at: datetime
    received_at: datetime
    actor: str
    counts: Mapping[str, int]
    unseen: Mapping[str, Unseen]


class Inventories(Protocol):
    """One inventory of each cluster: the one that was taken last."""

    def keep(self, inventory: StoredInventory, document: bytes, actor: Actor) -> StoredInventory:
        """Keep an inventory in place of the one before, unless that was taken later.

        ``actor`` is who hands it in. Returns what is kept then.
        """

    def get(self, cluster: str) -> StoredInventory | None: ...

    def document(self, cluster: str) -> bytes | None:
        """What ``manifests.inventory.reading`` reads."""

    def all(self) -> Sequence[StoredInventory]:
        """By the names of the clusters."""


class ListingError(Exception):
    """The objects of a resource cannot be listed; the message says what the cluster said."""

    def __init__(self, reason: Unseen, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Served:
    """What can be listed in a cluster. Of the API groups ``unanswered`` that is not known."""

    resources: frozenset[Resource]
    unanswered: frozenset[str] = frozenset()


class Cluster(Protocol):
    """A running cluster that is asked and never told anything."""

    def served(self) -> Served:
        """Raises ``ListingError`` where the cluster does not answer."""

    def objects(self, resource: Resource) -> Generator[bytes, None, None]:
        """The objects of all namespaces as ``kubectl`` prints them; to be closed.

        Raises ``ListingError`` before, between or behind the chunks; what came is then not all.
        """
