"""Reviews that were made, each kept whole."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from edgewarden.adapters.store.tables import ChangeRow, ReviewRow
from edgewarden.governance.review import Review
from edgewarden.workflows.codec import decode_review, encode_review
from edgewarden.workflows.ports import StoredReview


class DatabaseReviews:
    """``workflows.ports.Reviews`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, change_id: int, wanted: int, head: str, review: Review, now: datetime) -> int:
        row = ReviewRow(
            change_id=change_id,
            wanted=wanted,
            head=head,
            merge_base=review.provenance.merge_base or None,
            verdict=review.verdict.value,
            body=encode_review(review).decode("ascii"),
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def get(self, review_id: int) -> StoredReview:
        row = self._session.get(ReviewRow, review_id)
        if row is None:
            raise KeyError(review_id)
        return _stored(row)

    def latest(self, change_id: int) -> StoredReview | None:
        row = self._session.scalar(
            select(ReviewRow)
            .where(ReviewRow.change_id == change_id)
            .order_by(ReviewRow.id.desc())
            .limit(1)
        )
        return None if row is None else _stored(row)

    def of_commit(self, forge: str, repository: str, commit: str) -> StoredReview | None:
        row = self._session.scalar(
            select(ReviewRow)
            .join(ChangeRow, ChangeRow.id == ReviewRow.change_id)
            .where(
                ChangeRow.forge == forge,
                ChangeRow.repository == repository,
                ReviewRow.head == commit,
            )
            .order_by(ReviewRow.id.desc())
            .limit(1)
        )
        return None if row is None else _stored(row)


def _stored(row: ReviewRow) -> StoredReview:
    return StoredReview(
        id=row.id,
        change_id=row.change_id,
        wanted=row.wanted,
        head=row.head,
        review=decode_review(row.body.encode("ascii")),
        created_at=row.created_at,
    )
