"""What people signed off of changes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from edgewarden.adapters.store.tables import PersonRow, SignOffRow
from edgewarden.governance.sign_offs import SignOff, SignOffKind
from edgewarden.workflows.ports import Actor


class DatabaseSignOffs:
    """``workflows.ports.SignOffs`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, change_id: int, sign_off: SignOff, actor: Actor) -> None:
        self._session.add(
            SignOffRow(
                change_id=change_id,
                kind=sign_off.kind.value,
                item=sign_off.item,
                cluster=sign_off.cluster,
                head=sign_off.head,
                basis=sign_off.basis,
                actor_id=actor.person_id,
                at=sign_off.at,
                statement=sign_off.statement,
            )
        )
        self._session.flush()

    def of(self, change_id: int) -> Sequence[SignOff]:
        statement = (
            select(SignOffRow, PersonRow.handle)
            .join(PersonRow, PersonRow.id == SignOffRow.actor_id)
            .where(SignOffRow.change_id == change_id)
            .order_by(SignOffRow.id)
        )
        return [
            SignOff(
                kind=SignOffKind(row.kind),
                item=row.item,
                cluster=row.cluster,
                head=row.head,
                basis=row.basis,
                actor=handle,
                at=row.at,
                statement=row.statement,
            )
            for row, handle in self._session.execute(statement)
        ]
