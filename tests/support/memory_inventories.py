"""Inventories in memory, as ``workflows.ports.Inventories`` has them."""

from collections.abc import Sequence
from dataclasses import replace

from edgewarden.workflows.ports import Actor, StoredInventory


class MemoryInventories:
    def __init__(self, rows: dict[str, tuple[StoredInventory, bytes]]) -> None:
        self._rows = rows

    def keep(self, inventory: StoredInventory, document: bytes, actor: Actor) -> StoredInventory:
        before = self.get(inventory.cluster)
        if before is None or before.taken_at <= inventory.taken_at:
            kept = replace(inventory, actor=actor.handle)
            self._rows[inventory.cluster] = (kept, document)
        return self._rows[inventory.cluster][0]

    def get(self, cluster: str) -> StoredInventory | None:
        row = self._rows.get(cluster)
        return None if row is None else row[0]

    def document(self, cluster: str) -> bytes | None:
        row = self._rows.get(cluster)
        return None if row is None else row[1]

    def all(self) -> Sequence[StoredInventory]:
        return [self._rows[cluster][0] for cluster in sorted(self._rows)]
