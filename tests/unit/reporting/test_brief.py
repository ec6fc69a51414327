"""What of a review is told first."""

from dataclasses import replace

from edgewarden.governance.findings import Outcome
from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location
from edgewarden.reporting.brief import brief_blocks, summary_blocks
from edgewarden.reporting.lengths import FIRST
from edgewarden.reporting.rows import Place, Why
from edgewarden.reporting.text import plain_text, review_text
from edgewarden.reporting.view import ReviewView, review_view
from tests.support.reviews import checklist, problem, review
from tests.unit.reporting.situations import SITUATIONS

WHOLE = "Everything is elsewhere."


def brief(view: ReviewView) -> str:
    return plain_text(brief_blocks(view, WHOLE))


def test_of_a_review_that_changes_nothing_there_is_one_line_and_what_stands_by_it() -> None:
    old = problem("The chart is not rendered.", decisive=False)
    view = review_view(review(Verdict.PASS, items=checklist(), problems=(old,)))

    assert brief(view).splitlines() == [
        "PASSES: this change opens and closes nothing.",
        "  k8s/broken.yaml:4: The chart is not rendered.",
        f"  {WHOLE}",
    ]


def test_a_review_that_could_not_judge_everything_is_not_quiet() -> None:
    view = review_view(review(Verdict.INCONCLUSIVE, items=checklist(), problems=(problem(),)))

    assert "Not judged: 1" in brief(view)


def test_items_that_pass_or_do_not_apply_are_counted() -> None:
    view = review_view(SITUATIONS["the-shop"])
    (cluster,) = view.clusters

    text = brief(view)

    assert all(row.title in text for row in cluster.open_checks)
    assert not any(row.title in text for row in cluster.settled_checks)
    assert f"  {len(cluster.settled_checks)} more passes or does not apply" in text
    assert all(row.title in review_text(view) for row in cluster.settled_checks)


def test_statements_and_causes_beyond_the_first_are_counted() -> None:
    view = review_view(SITUATIONS["beyond-known-workloads"])
    (cluster,) = view.clusters
    causes = tuple(Why(f"cause {n}", Place(Location("a.yaml", n))) for n in range(1, 10))
    row = replace(cluster.statements[0], whys=causes)
    many = replace(cluster, statements=(row,) * 30, witnessed=())

    text = brief(replace(view, clusters=(many,)))

    assert text.count("It concerns") == FIRST.statements + len(many.conditional)
    assert f"  {30 - FIRST.statements} more statements\n" in text
    assert f"      {9 - FIRST.causes} more causes\n" in text
    assert "cause 9" not in text


def test_a_summary_has_the_verdict_and_the_findings() -> None:
    view = review_view(SITUATIONS["the-shop"])

    text = plain_text(summary_blocks(view))

    assert text.startswith("NEEDS ATTENTION: ")
    assert "Egress isolation without DNS" in text
    assert "Checklist" not in text
    assert "Newly allowed" not in text


def test_an_item_that_needs_a_person_does_not_make_a_quiet_review_long() -> None:
    view = review_view(review(Verdict.PASS, items=checklist(ports=Outcome.MANUAL)))

    assert len(brief(view).splitlines()) == 2
