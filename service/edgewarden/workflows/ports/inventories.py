"""What clusters held when they were last looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.manifests.inventory.document import Unseen
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
