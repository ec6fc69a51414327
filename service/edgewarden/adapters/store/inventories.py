"""What clusters held when they were last looked at."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer

from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import InventoryRow, PersonRow
from edgewarden.manifests.inventory.document import Unseen
from edgewarden.workflows.ports import Actor, StoredInventory


class DatabaseInventories:
    """``workflows.ports.Inventories`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, inventory: StoredInventory, document: bytes, actor: Actor) -> StoredInventory:
        """One statement decides between two that come at the same moment."""
        statement = insert_into(self._session, InventoryRow).values(
            cluster=inventory.cluster,
            digest=inventory.digest,
            taken_at=inventory.taken_at,
            received_at=inventory.received_at,
            actor_id=actor.person_id,
            counts=dict(inventory.counts),
            unseen=dict(inventory.unseen),
            document=document,
        )
        given = statement.excluded
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["cluster"],
                set_={
                    "digest": given.digest,
                    "taken_at": given.taken_at,
                    "received_at": given.received_at,
                    "actor_id": given.actor_id,
                    "counts": given.counts,
                    "unseen": given.unseen,
                    "document": given.document,
                },
                where=InventoryRow.taken_at <= given.taken_at,
            )
        )
        return self.get(inventory.cluster) or inventory

    def get(self, cluster: str) -> StoredInventory | None:
        return next(iter(self._found(InventoryRow.cluster == cluster)), None)

    def document(self, cluster: str) -> bytes | None:
        statement = select(InventoryRow.document).where(InventoryRow.cluster == cluster)
        return self._session.scalar(statement)

    def all(self) -> Sequence[StoredInventory]:
        return sorted(self._found(), key=lambda inventory: inventory.cluster)

    def _found(self, *conditions: ColumnElement[bool]) -> Sequence[StoredInventory]:
        statement = (
            select(InventoryRow, PersonRow.handle)
            .join(PersonRow, PersonRow.id == InventoryRow.actor_id)
            .where(*conditions)
            .options(defer(InventoryRow.document))
            .execution_options(populate_existing=True)
        )
        return [
            StoredInventory(
                cluster=row.cluster,
                digest=row.digest,
                taken_at=row.taken_at,
                received_at=row.received_at,
                actor=handle,
                counts=row.counts,
                unseen={name: Unseen(reason) for name, reason in row.unseen.items()},
            )
            for row, handle in self._session.execute(statement)
        ]
