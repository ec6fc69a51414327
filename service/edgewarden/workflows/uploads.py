"""What CI rendered of commits: handed in by whoever may, kept as far as it is needed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edgewarden.governance.review import Review
from edgewarden.manifests.uploads.cleaning import Tally
from edgewarden.manifests.uploads.document import RenderedFile
from edgewarden.workflows.authorisation import Right, authorise
from edgewarden.workflows.configuration.named_clusters import NamedClusters
from edgewarden.workflows.inventories import check_cluster_name
from edgewarden.workflows.ports import (
    Actor,
    Change,
    ChangeRef,
    Cleaner,
    Clock,
    Queue,
    Store,
    StoredUpload,
    Transaction,
    TreePair,
    UploadPlace,
)
from edgewarden.workflows.rendered import ClusterUpload
from edgewarden.workflows.services import GovernedRepository, Services, governed_as

COMMIT = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
"""A whole id, of SHA-1 or SHA-256."""
LONGEST_BRANCH = 255


class CommitError(ValueError):
    """No commit has that id."""

    def __init__(self) -> None:
        super().__init__(
            "A commit is named by all 40 (or 64) hexadecimal digits of its id, in lower case: "
            "`git rev-parse HEAD` prints it."
        )


class BranchError(ValueError):
    """No branch has that name."""

    def __init__(self) -> None:
        super().__init__(
            f"A branch is named by up to {LONGEST_BRANCH} printable characters, without refs/heads."
        )


class UploadOutcome(StrEnum):
    """What an upload changed."""

    FIRST = "first"
    """Nothing was there for the commit and the cluster."""
    REPLACED = "replaced"
    """Something else was there."""
    UNCHANGED = "unchanged"
    """It was there already."""


@dataclass(frozen=True, slots=True)
class UploadReceipt:
    """``wanted`` is the number of open changes that are reviewed again."""

    outcome: UploadOutcome
    upload: StoredUpload
    tally: Tally
    wanted: int


def receive(
    place: UploadPlace,
    file: Callable[[], RenderedFile],
    actor: Actor,
    *,
    branch: str,
    governed: Sequence[GovernedRepository],
    cleaner: Cleaner,
    store: Store,
    queue: Queue,
    clock: Clock,
) -> UploadReceipt:
    """Have what was rendered cleaned, and keep it; what it may matter to is wanted in the same
    transaction.

    ``file`` is asked for once it is clear that it may come. Raises what that raises,
    ``NotPermittedError``, ``UnknownRepositoryError``, ``ClusterNameError``,
    ``CommitError``, ``BranchError`` and ``UploadError``.
    """
    authorise(actor, Right.PUSH_MANIFESTS)
    governed_as(place.forge, place.repository, governed)
    check_place(place.cluster, place.commit, branch)
    upload, tally = cleaner.cleaned(file())
    now = clock.now()
    given = StoredUpload(
        place=place,
        digest=upload.digest,
        branch=branch,
        received_at=now,
        actor=actor.handle,
        counts=tally.kept,
    )
    with store.begin() as transaction:
        before = transaction.uploads.keep(given, upload.document, actor)
        outcome = _outcome(before, given)
        if outcome is UploadOutcome.REPLACED:
            authorise(actor, Right.REPLACE_MANIFESTS)  # or nothing of this transaction is kept
        kept = transaction.uploads.get(place) or given
        same = outcome is UploadOutcome.UNCHANGED
        changes = [] if same else _want(place, transaction, now)
    for change in changes:
        queue.review(change.id)
    return UploadReceipt(outcome, kept, tally, len(changes))


def check_place(cluster: str, commit: str, branch: str = "") -> None:
    """Raises ``ClusterNameError``, ``CommitError`` and ``BranchError``."""
    check_cluster_name(cluster)
    if re.fullmatch(COMMIT, commit) is None:
        raise CommitError
    if len(branch) > LONGEST_BRANCH or not branch.isprintable() or branch.startswith("refs/"):
        raise BranchError


def known(
    actor: Actor,
    *,
    forge: str,
    repository: str,
    commit: str,
    governed: Sequence[GovernedRepository],
    store: Store,
) -> Sequence[StoredUpload]:
    """What was handed in for a commit.

    Raises ``NotPermittedError``, ``UnknownRepositoryError`` and ``CommitError``.
    """
    authorise(actor, Right.READ_MANIFESTS)
    governed_as(forge, repository, governed)
    if re.fullmatch(COMMIT, commit) is None:
        raise CommitError
    with store.begin() as transaction:
        return transaction.uploads.of(forge, repository, {commit})


def of_change(
    ref: ChangeRef, trees: TreePair, named: NamedClusters, transaction: Transaction
) -> Iterator[ClusterUpload]:
    """The uploads of all clusters that a change may be about; its analysis tells which are."""
    commits = {trees.merge_base, trees.head_commit}
    for each in transaction.uploads.of(ref.forge, ref.repository, commits):
        if named.may_hold(each.place.cluster):
            document = transaction.uploads.document(each.place)
            if document is not None:
                yield ClusterUpload(each.place.cluster, each.place.commit, each.digest, document)


def overtaken(review: Review, ref: ChangeRef, transaction: Transaction) -> bool:
    """Whether something else stands by now where a review found its uploads, or missed them.

    An upload wants the changes that it sees, so it can only miss one whose review began before the
    upload's transaction ended, and this is false once a review was given what stands.
    """
    made_of = review.provenance
    if not made_of.uploads:
        return False
    commits = (made_of.merge_base, made_of.head)
    now = {
        (each.place.cluster, each.place.commit): each.digest
        for each in transaction.uploads.of(ref.forge, ref.repository, set(commits))
    }
    return any(
        now.get((each.cluster, commit), "") != digest
        for each in made_of.uploads
        for commit, digest in zip(commits, (each.merge_base, each.head), strict=True)
    )


def forget_uploads(services: Services) -> int:
    """Delete what nobody will ask for any more; how many uploads that were."""
    before = services.clock.now() - services.terms.uploads_kept
    with services.store.begin() as transaction:
        return transaction.uploads.forget(before)


def _want(place: UploadPlace, transaction: Transaction, now: datetime) -> list[Change]:
    found = transaction.changes.open_by_commit(place.forge, place.repository, place.commit)
    return [
        transaction.changes.want(each.ref, base_branch=each.base_branch, head=each.head, now=now)
        for each in found
    ]


def _outcome(before: StoredUpload | None, given: StoredUpload) -> UploadOutcome:
    if before is None:
        return UploadOutcome.FIRST
    same = before.digest == given.digest
    return UploadOutcome.UNCHANGED if same else UploadOutcome.REPLACED
