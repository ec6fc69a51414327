"""A review with what people signed off."""

from dataclasses import replace

from edgewarden.governance.signing import signed
from edgewarden.workflows.ports import StoredReview, Transaction


def with_sign_offs(stored: StoredReview, transaction: Transaction) -> StoredReview:
    """A review as it is shown: with what counts of the record of its change."""
    record = transaction.sign_offs.of(stored.change_id)
    return replace(stored, review=signed(stored.review, stored.head, record))
