"""Bring the review of a change up to what is wanted of it."""

from dataclasses import dataclass

from edgewarden.governance.review import Review
from edgewarden.governance.signing import signed
from edgewarden.governance.tracking import tracked
from edgewarden.workflows import failures, inventories, statuses, uploads
from edgewarden.workflows.contributions import contributed_by, contributors
from edgewarden.workflows.failures import Failure
from edgewarden.workflows.live import note_seen
from edgewarden.workflows.messages import (
    CommentMessage,
    StatusMessage,
    comment_key,
    encode_comment,
    encode_status,
    status_key,
)
from edgewarden.workflows.people import request_of
from edgewarden.workflows.ports import (
    AssessmentRequest,
    Change,
    ChangeGoneError,
    CommitStatus,
    ForgeError,
    GitError,
    MessageKind,
    PullRequest,
    Stage,
    StoredReview,
    Transaction,
)
from edgewarden.workflows.services import Services


class ClaimLostError(Exception):
    """The lease ran out and somebody else has taken the change over."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A change that this job holds under the name ``owner`` until its lease ends."""

    change: Change
    owner: str


def review_change(change_id: int, services: Services) -> None:
    """Review the live state of a change, store the answer and queue what is to be told.

    Does nothing where the change is up to date, closed, or held by another worker. A want that
    arrives meanwhile leaves the change due, so the newest head wins. Failures of the forge and
    of Git are stored on the change and told on its status, and tried again later; a defect is
    treated the same way and raised.
    """
    owner = services.fresh_name()
    now = services.clock.now()
    with services.store.begin() as transaction:
        change = transaction.changes.claim(change_id, owner, now, now + services.terms.review_lease)
    if change is None:
        return
    claim = Claim(change, owner)
    services.observer.passed(Stage.CLAIMED, change_id)
    try:
        pull_request = services.forge(change.ref.forge).pull_request(change.ref)
    except ChangeGoneError:
        _close(claim, services)
    except ForgeError as error:
        _postpone(claim, change.head, failures.of_forge(error), services)
    except Exception as error:
        _postpone(claim, change.head, failures.of_defect(error), services)
        raise
    else:
        services.observer.passed(Stage.LOOKED_UP, change_id)
        if pull_request.open:
            _answer(claim, pull_request, services)
        else:
            _close(claim, services)
    services.announce(services.terms.batch)
    _hint_if_wanted_again(change_id, services)


def _hint_if_wanted_again(change_id: int, services: Services) -> None:
    """A want that arrived under way found the change held, so its own hint did nothing."""
    with services.store.begin() as transaction:
        change = transaction.changes.get(change_id)
    if change.open and change.done < change.wanted and not change.last_error:
        services.queue.review(change_id)


def _answer(claim: Claim, pull_request: PullRequest, services: Services) -> None:
    """Compare, judge and store; a failure postpones the claimed change."""
    try:
        review = _judge(claim, pull_request, services)
        _store(claim, pull_request, review, services)
    except ClaimLostError:
        return  # whoever took the change over answers it
    except GitError as error:
        _postpone(claim, pull_request.head, failures.of_git(error), services)
    except Exception as error:
        _postpone(claim, pull_request.head, failures.of_defect(error), services)
        raise


def _judge(claim: Claim, pull_request: PullRequest, services: Services) -> Review:
    trees = services.mirrors.compare(pull_request)
    services.observer.passed(Stage.FETCHED, claim.change.id)
    now, named = services.clock.now(), trees.named_clusters
    others = contributors(pull_request.ref, named, services.repositories)
    with services.store.begin() as transaction:
        contributions = contributed_by(others, transaction)
        request = AssessmentRequest(
            trees=trees,
            exceptions=tuple(transaction.register.active(now)),
            now=now,
            inventories=tuple(inventories.of_change(named, transaction)),
            uploads=tuple(uploads.of_change(pull_request.ref, trees, named, transaction)),
            contributions=contributions.known,
            awaited=contributions.awaited,
            request=request_of(pull_request, transaction.people),
        )
    review = services.analyst.assess(request)
    services.observer.passed(Stage.ASSESSED, claim.change.id)
    return review


def _store(claim: Claim, pull_request: PullRequest, review: Review, services: Services) -> None:
    """Keep the review and queue its messages, all or nothing."""
    change, now = claim.change, services.clock.now()
    address = services.publication.review_address(change)
    with services.store.begin() as transaction:
        previous = transaction.reviews.latest(change.id)
        if previous is not None:
            review = tracked(review, previous.review)
        review_id = transaction.reviews.add(
            change.id, change.wanted, pull_request.head, review, now
        )
        if not transaction.changes.settle(change.id, claim.owner, change.wanted):
            raise ClaimLostError
        if uploads.overtaken(review, change.ref, transaction):
            transaction.changes.want(
                change.ref, base_branch=pull_request.base_branch, head=pull_request.head, now=now
            )
        note_seen(transaction, pull_request, now)
        # The change is settled, so whoever signs something off now waits for this transaction.
        shown = signed(review, pull_request.head, transaction.sign_offs.of(change.id))
        status = statuses.answered(shown, services.publication.inconclusive, address)
        _tell(transaction, change, pull_request.head, status, services)
        if change.head != pull_request.head and not _answered(previous, change.head):
            superseded = statuses.superseded(pull_request.head, address)
            _tell(transaction, change, change.head, superseded, services)
        if not review.quiet or _comment_attempted(change, previous):
            transaction.outbox.put(
                MessageKind.COMMENT,
                comment_key(change.id),
                encode_comment(CommentMessage(review_id)),
                now=now,
                change_id=change.id,
            )
    services.observer.passed(Stage.STORED, change.id)


def _close(claim: Claim, services: Services) -> None:
    """Let go of a change that is closed or gone, unless it was wanted again meanwhile."""
    change, now = claim.change, services.clock.now()
    with services.store.begin() as transaction:
        if not transaction.changes.settle(change.id, claim.owner, change.wanted):
            return
        if transaction.changes.get(change.id).wanted != change.wanted:
            return
        transaction.changes.close(change.ref, now)
        if not _answered(transaction.reviews.latest(change.id), change.head):
            closed = statuses.closed(services.publication.review_address(change))
            _tell(transaction, change, change.head, closed, services)


def _postpone(claim: Claim, commit: str, failure: Failure, services: Services) -> None:
    """Keep the failure, say it on the commit, and set the time of the next try."""
    change, now = claim.change, services.clock.now()
    address = services.publication.review_address(change)
    if failure.permanent:
        status = statuses.failed(failure, address)
    elif now - change.first_wanted_at >= services.terms.answer_within:
        status = statuses.late(failure.reason, address)
    else:
        status = statuses.retrying(failure, address)
    again_at = failure.retry_at(services.terms, now, change.attempts)
    with services.store.begin() as transaction:
        if transaction.changes.get(change.id).done >= change.wanted:
            return  # the lease ran out, and whoever took over has answered
        transaction.changes.postpone(change.id, claim.owner, failure.reason, again_at)
        _tell(transaction, change, commit, status, services)


def _tell(
    transaction: Transaction,
    change: Change,
    commit: str,
    status: CommitStatus,
    services: Services,
) -> None:
    transaction.outbox.put(
        MessageKind.STATUS,
        status_key(change.id, commit),
        encode_status(StatusMessage(commit, status)),
        now=services.clock.now(),
        change_id=change.id,
    )


def _answered(review: StoredReview | None, head: str) -> bool:
    return review is not None and review.head == head


def _comment_attempted(change: Change, previous: StoredReview | None) -> bool:
    """Whether a comment stands on the change, or one may be on its way."""
    return change.comment is not None or (previous is not None and not previous.review.quiet)
