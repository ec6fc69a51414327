"""The record of a change: what people signed off, and what they took back."""

from collections.abc import Sequence
from typing import Protocol

from edgewarden.governance.sign_offs import SignOff
from edgewarden.workflows.authorisation import Right, authorise
from edgewarden.workflows.ports import Actor, ChangeRef, Clock, Queue, Store
from edgewarden.workflows.services import Publication
from edgewarden.workflows.sign_offs.answer import Answer, UnknownChangeError
from edgewarden.workflows.sign_offs.case import Case


class Desk(Protocol):
    """What answers are taken in by."""

    @property
    def store(self) -> Store: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def publication(self) -> Publication: ...


def sign_off(answer: Answer, actor: Actor, desk: Desk) -> Sequence[SignOff]:
    """Put on record what the actor checked, and have status and comment say so.

    The same once more changes nothing. Returns what counts then, by cluster. Raises
    ``NotPermittedError``, ``UnknownChangeError``, and ``SignOffError`` where the item needs no
    person, another head stands there than the one that was read, or nothing is stated.
    """
    now = desk.clock.now()
    with desk.store.begin() as transaction:
        case = Case.of(answer, actor, transaction)
        waiting = case.waiting()
        counting = [case.signed(cluster, waiting[cluster], now) for cluster in sorted(waiting)]
        due = case.retold(desk.publication, now)
    _hint(due, desk)
    return counting


def revoke_sign_off(answer: Answer, actor: Actor, desk: Desk) -> Sequence[SignOff]:
    """Put on record that what was signed off does not count any more, and why.

    Whoever may sign the item off may do so. Without clusters, that of all of them is taken back.
    Returns what was added: nothing where nothing counted. Raises as ``sign_off`` does.
    """
    now = desk.clock.now()
    with desk.store.begin() as transaction:
        case = Case.of(answer, actor, transaction)
        taken = (case.revoked(cluster, now) for cluster in sorted(case.named()))
        added = [entry for entry in taken if entry is not None]
        due = case.retold(desk.publication, now) if added else ()
    _hint(due, desk)
    return added


def sign_offs_of(ref: ChangeRef, actor: Actor, store: Store) -> Sequence[SignOff]:
    """The record of a change, the oldest first.

    Raises ``NotPermittedError`` and ``UnknownChangeError``.
    """
    authorise(actor, Right.READ_REVIEWS)
    with store.begin() as transaction:
        change = transaction.changes.by_ref(ref)
        if change is None:
            raise UnknownChangeError(ref)
        return transaction.sign_offs.of(change.id)


def _hint(messages: Sequence[int], desk: Desk) -> None:
    for message in messages:
        desk.queue.publish(message)
