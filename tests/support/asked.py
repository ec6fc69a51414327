"""Reviews with items of the checklist that are left to a person."""

from dataclasses import replace

from edgewarden.governance.findings import ChecklistItem, Outcome
from edgewarden.governance.review import Review, Verdict
from edgewarden.governance.sign_offs import Manual, Signers
from tests.support.reviews import cluster_review, review_of

BASIS, OTHER_BASIS = "ab" * 32, "cd" * 32
OPERATORS = Signers("operator")
QUESTION = "Which of these connections did you try, and what came out?"


def asked(
    item: str = "tests", *, basis: str = BASIS, signers: Signers = OPERATORS
) -> ChecklistItem:
    return ChecklistItem(
        item,
        "Connectivity is tested",
        Outcome.MANUAL,
        "No connection was tried.",
        manual=Manual(QUESTION, signers),
        basis=basis,
    )


def failing(item: str = "dns") -> ChecklistItem:
    """One that would be left to the same people, and fails."""
    return replace(asked(item), outcome=Outcome.FAIL, basis="")


def asking(*items: ChecklistItem, clusters: tuple[str, ...] = ("cluster",)) -> Review:
    """A review of clusters that fare alike, with these items."""
    return review_of(cluster_review(Verdict.ATTENTION, clusters=clusters, items=items))
