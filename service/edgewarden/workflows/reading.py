"""Reading the answer to a change: by the name of its page, or by the change."""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.workflows.authorisation import Right, authorise
from edgewarden.workflows.ports import Actor, Change, ChangeRef, Store, StoredReview, Transaction
from edgewarden.workflows.sign_offs.shown import with_sign_offs


class Progress(StrEnum):
    """How far the answer to a change is."""

    ANSWERED = "answered"
    PENDING = "pending"
    CLOSED = "closed"
    """Closed before it was reviewed: there will be no answer."""


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """A change and its newest review. ``review`` is set where the answer is there, with what was
    signed off."""

    change: Change
    progress: Progress
    review: StoredReview | None

    @property
    def judged_again(self) -> bool:
        """Whether a newer review of the same head is under way: its base may have moved."""
        return (
            self.review is not None and self.change.open and self.change.done < self.change.wanted
        )


def answer_on_page(public_id: str, head: str | None, store: Store) -> ChangeAnswer | None:
    """What the page of that unguessable name shows; none where there is no such page.

    The answer is there as soon as ``head`` (without one, the newest head known) is reviewed, or
    everything that was wanted is: then a newer head took its place.
    """
    with store.begin() as transaction:
        change = transaction.changes.by_public_id(public_id)
        return _answer(change, head, transaction) if change is not None else None


def answer_to(ref: ChangeRef, actor: Actor, store: Store) -> ChangeAnswer | None:
    """The answer to a change; none where it is not known. Raises ``NotPermittedError``."""
    authorise(actor, Right.READ_REVIEWS)
    with store.begin() as transaction:
        change = transaction.changes.by_ref(ref)
        return _answer(change, None, transaction) if change is not None else None


def review_of_commit(
    forge: str, repository: str, commit: str, actor: Actor, store: Store
) -> StoredReview | None:
    """The newest review of which that commit is the head. Raises ``NotPermittedError``."""
    authorise(actor, Right.READ_REVIEWS)
    with store.begin() as transaction:
        return transaction.reviews.of_commit(forge, repository, commit)


def _answer(change: Change, head: str | None, transaction: Transaction) -> ChangeAnswer:
    latest = transaction.reviews.latest(change.id)
    if latest is not None:
        latest = with_sign_offs(latest, transaction)
    asked = head or change.head
    if latest is not None and (change.done >= change.wanted or latest.head == asked):
        return ChangeAnswer(change, Progress.ANSWERED, latest)
    if change.open:
        return ChangeAnswer(change, Progress.PENDING, None)
    if latest is not None:
        return ChangeAnswer(change, Progress.ANSWERED, latest)
    return ChangeAnswer(change, Progress.CLOSED, None)
