"""A review with what people have signed off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from edgewarden.governance.findings import ChecklistItem, Outcome
from edgewarden.governance.review import Review
from edgewarden.governance.sign_offs import Signature, SignOff, SignOffKind


def signed(review: Review, head: str, record: Sequence[SignOff]) -> Review:
    """The review of ``head`` as the ``record`` of its change, the oldest first, leaves it.

    What is left to a person passes by a person where a sign-off of each cluster counts. Every
    other outcome stays: what fails is not signed off.
    """
    clusters = tuple(
        replace(
            each,
            checklist=tuple(_signed(item, each.clusters, head, record) for item in each.checklist),
        )
        for each in review.clusters
    )
    return replace(review, clusters=clusters)


def standing(item: ChecklistItem, cluster: str, record: Sequence[SignOff]) -> SignOff | None:
    """The newest sign-off that counts for an item as it is.

    One counts while nothing has changed that it rests on, whatever the head was, and nobody has
    taken it back.
    """
    counting = None
    for each in record:
        if (each.item, each.cluster) != (item.id, cluster):
            continue
        if each.kind is SignOffKind.REVOKED:
            counting = None
        elif each.basis == item.basis:
            counting = each
    return counting


def _signed(
    item: ChecklistItem, clusters: Sequence[str], head: str, record: Sequence[SignOff]
) -> ChecklistItem:
    if item.asked is None:
        return item
    found = tuple(_signatures(item, clusters, head, record))
    whole = {each.sign_off.cluster for each in found} == set(clusters)
    return replace(item, outcome=Outcome.SIGNED if whole else item.outcome, signed=found)


def _signatures(
    item: ChecklistItem, clusters: Sequence[str], head: str, record: Sequence[SignOff]
) -> Iterator[Signature]:
    for cluster in clusters:
        if (sign_off := standing(item, cluster, record)) is not None:
            yield Signature(sign_off, carried=sign_off.head != head)
