"""An answer held against what is known of its change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edgewarden.governance.findings import ChecklistItem, Outcome
from edgewarden.governance.review import Review
from edgewarden.governance.sign_offs import SignOff, SignOffKind
from edgewarden.governance.signing import standing
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import SHORT_COMMIT
from edgewarden.workflows import statuses
from edgewarden.workflows.authorisation import Right, authorise, authorise_answer
from edgewarden.workflows.messages import (
    CommentMessage,
    StatusMessage,
    comment_key,
    encode_comment,
    encode_status,
    status_key,
)
from edgewarden.workflows.ports import (
    Actor,
    Change,
    MessageKind,
    StoredReview,
    Transaction,
)
from edgewarden.workflows.services import Publication
from edgewarden.workflows.sign_offs.answer import (
    Answer,
    HeadMovedError,
    SignOffError,
    UnknownChangeError,
)
from edgewarden.workflows.sign_offs.shown import with_sign_offs
from edgewarden.workflows.texts import prose_fault

_HINTED_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Case:
    """An answer of somebody who may give it, and what it is about: held, so that no review of it
    comes in between."""

    answer: Answer
    actor: Actor
    change: Change
    stored: StoredReview
    record: Sequence[SignOff]
    transaction: Transaction

    @classmethod
    def of(cls, answer: Answer, actor: Actor, transaction: Transaction) -> "Case":
        """Whoever may neither sign off the item nor read reviews learns nothing of the change."""
        if (fault := prose_fault(answer.statement)) is not None:
            raise SignOffError(f"What was checked has to be stated: {fault}.")
        known = transaction.changes.by_ref(answer.ref)
        change = None if known is None else transaction.changes.hold(known.id)
        stored = None if change is None else transaction.reviews.latest(change.id)
        _authorise(actor, answer.item, stored, transaction)
        if change is None:
            raise UnknownChangeError(answer.ref)
        if not change.open:
            raise SignOffError("The change is closed: there is nothing to sign off any more.")
        if stored is None or stored.head != change.head:
            raise HeadMovedError(
                f"{change.head[:SHORT_COMMIT]} is not reviewed yet: wait for its review, and read "
                "that."
            )
        if len(answer.head) < SHORT_COMMIT or not stored.head.startswith(answer.head):
            raise HeadMovedError(
                f"The newest review is of {stored.head[:SHORT_COMMIT]}: read that, and give it as "
                "the head."
            )
        record = transaction.sign_offs.of(change.id)
        return cls(answer, actor, change, stored, record, transaction)

    def named(self) -> Mapping[str, ChecklistItem]:
        """The item in the clusters that the answer names, in all of them where it names none."""
        items = {
            cluster: item
            for each in self.stored.review.clusters
            for cluster in each.clusters
            for item in each.checklist
            if item.id == self.answer.item
        }
        if not items:
            raise SignOffError(
                f"There is no item {self.answer.item} in the checklist of this review: it has "
                f"{listed(sorted(_ids(self.stored.review)))}."
            )
        if unknown := sorted(set(self.answer.clusters) - set(items)):
            raise SignOffError(
                f"The change does nothing to {listed(unknown)}, but to {listed(sorted(items))}."
            )
        return {name: items[name] for name in self.answer.clusters or items}

    def waiting(self) -> Mapping[str, ChecklistItem]:
        """Those of them that are left to a person: without a name it has to be one."""
        items = self.named()
        left = {cluster: item for cluster, item in items.items() if item.asked is not None}
        refused = [name for name in items if name not in left]
        if refused and (self.answer.clusters or not left):
            raise SignOffError(_refusal(items[refused[0]]))
        if len(left) > 1 and not self.answer.clusters:
            raise SignOffError(
                f"It waits for a person in {listed(sorted(left))}: name those where it was checked."
            )
        return left

    def signed(self, cluster: str, item: ChecklistItem, now: datetime) -> SignOff:
        """What counts for the item now: added, unless just that counts already."""
        entry = SignOff(
            kind=SignOffKind.SIGNED,
            item=item.id,
            cluster=cluster,
            head=self.stored.head,
            basis=item.basis,
            actor=self.actor.handle,
            at=now,
            statement=self.answer.statement.strip(),
        )
        counting = standing(item, cluster, self.record)
        if counting is not None and replace(counting, at=now) == entry:
            return counting
        self.transaction.sign_offs.add(self.change.id, entry, self.actor)
        return entry

    def revoked(self, cluster: str, now: datetime) -> SignOff | None:
        """The entry that takes back what was signed off, added where something was."""
        own = [e for e in self.record if (e.item, e.cluster) == (self.answer.item, cluster)]
        if not own or own[-1].kind is SignOffKind.REVOKED:
            return None
        entry = replace(
            own[-1],
            kind=SignOffKind.REVOKED,
            head=self.stored.head,
            actor=self.actor.handle,
            at=now,
            statement=self.answer.statement.strip(),
        )
        self.transaction.sign_offs.add(self.change.id, entry, self.actor)
        return entry

    def retold(self, publication: Publication, now: datetime) -> Sequence[int]:
        """Queue what status and comment say now; what is due then.

        A review under way tells the status itself.
        """
        change, outbox = self.change, self.transaction.outbox
        review = with_sign_offs(self.stored, self.transaction).review
        if change.done >= change.wanted:
            address = publication.review_address(change)
            status = statuses.answered(review, publication.inconclusive, address)
            outbox.put(
                MessageKind.STATUS,
                status_key(change.id, self.stored.head),
                encode_status(StatusMessage(self.stored.head, status)),
                now=now,
                change_id=change.id,
            )
        if change.comment is not None or not review.quiet:
            outbox.put(
                MessageKind.COMMENT,
                comment_key(change.id),
                encode_comment(CommentMessage(self.stored.id)),
                now=now,
                change_id=change.id,
            )
        return outbox.due(now, _HINTED_MESSAGES)


def _authorise(
    actor: Actor, name: str, stored: StoredReview | None, transaction: Transaction
) -> None:
    """Raise ``NotPermittedError``; an item has the same signers in every cluster."""
    clusters = () if stored is None else stored.review.clusters
    items = (item for each in clusters for item in each.checklist if item.id == name)
    manual = next((item.manual for item in items if item.manual is not None), None)
    if manual is None:
        authorise(actor, Right.READ_REVIEWS)
        return
    teams = {
        team
        for team in manual.signers.teams
        if any(member.handle == actor.handle for member in transaction.people.members(team))
    }
    authorise_answer(actor, teams, manual.signers, name)


def _ids(review: Review) -> Collection[str]:
    return {item.id for each in review.clusters for item in each.checklist}


def _refusal(item: ChecklistItem) -> str:
    """Why an item is not signed off, and what to do instead."""
    if item.unread:
        return (
            f"{item.id} was not evaluated, since something could not be read: mend what stands "
            "under Not judged."
        )
    match item.outcome:
        case Outcome.FAIL | Outcome.ATTENTION:
            return (
                f"{item.id} is not left to a person: {_OBJECTS[item.outcome]}. Mend what it names, "
                "or have an exception granted."
            )
        case Outcome.MANUAL:
            return f"{item.id} was judged by a version that asked nobody: push it again."
        case _:
            return f"{item.id} needs no person: there is nothing to sign off."


_OBJECTS = {Outcome.FAIL: "it fails", Outcome.ATTENTION: "it asks for attention"}
