"""A review made ready to be shown: Markdown, text and HTML render these rows as they are.

Every text is plain and unescaped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edgewarden.governance.findings import Enforcement
from edgewarden.governance.review import (
    ClusterReview,
    Comparison,
    Provenance,
    Review,
    Verdict,
)
from edgewarden.reachability.reasons import Side
from edgewarden.reporting.across import across, clusters_named, rest
from edgewarden.reporting.cluster_view import ClusterView, cluster_view, problem_rows
from edgewarden.reporting.headline import VERDICT_TITLES
from edgewarden.reporting.rows import ProblemRow
from edgewarden.reporting.standing import apart
from edgewarden.reporting.wording import moment, short_revision


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Everything a rendering shows, in the order in which it is read.

    ``sentence`` is the verdict in one sentence of bounded length, ``title`` in two words. Where
    the repository is that of one cluster, all is told of that one. Of ``several`` those are shown
    of which there is anything to tell, ``others`` are sentences on the rest, and ``reasons``,
    ``problems``, ``standing`` and ``assumptions`` what concerns the repository as a whole. Of a
    ``quiet`` one there is nothing to tell but that. ``fixed`` is what the review before found.
    """

    verdict: Verdict
    title: str
    sentence: str
    clusters: tuple[ClusterView, ...]
    compared: str
    judged: str
    provenance: Provenance
    several: bool = False
    others: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    standing: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    quiet: bool = False
    fixed: tuple[str, ...] = ()

    def commit(self, side: Side) -> str:
        """The commit in which places of that side lie."""
        return self.provenance.base if side is Side.BASE else self.provenance.head


def review_view(review: Review) -> ReviewView:
    if _about_one(review):
        cluster = cluster_view(_with_whole(review), review.judged_at)
        return _view(review, cluster.sentence, (cluster,))
    told = [each for each in review.clusters if not each.silent]
    clusters = tuple(replace(cluster_view(each, review.judged_at), assumptions=()) for each in told)
    sentence = across(told, [each.sentence for each in clusters], review.problems)
    view = _view(review, sentence, clusters)
    problems, standing = apart(review.problems)
    return replace(
        view,
        several=True,
        others=rest(review),
        reasons=review.reasons,
        problems=problem_rows(problems),
        standing=standing,
        assumptions=(*review.assumptions, *_assumed(told)),
    )


def _assumed(told: Sequence[ClusterReview]) -> Iterator[str]:
    """What is assumed of the clusters, each once, and of which where it is not of all."""
    for assumption in dict.fromkeys(text for each in told for text in each.assumptions):
        mine = [each for each in told if assumption in each.assumptions]
        names = [name for each in mine for name in each.clusters]
        of_all = len(mine) == len(told)
        yield assumption if of_all else f"In {clusters_named(names)}: {assumption}"


def _view(review: Review, sentence: str, clusters: tuple[ClusterView, ...]) -> ReviewView:
    return ReviewView(
        verdict=review.verdict,
        title=VERDICT_TITLES[review.verdict],
        sentence=sentence,
        clusters=clusters,
        compared=_compared(review.provenance),
        judged=moment(review.judged_at),
        provenance=review.provenance,
        quiet=review.quiet and not review.different,
        fixed=tuple(
            f"{each.title} ({each.location})"
            for each in review.fixed
            if each.enforcement is not Enforcement.AUDIT
        ),
    )


def _about_one(review: Review) -> bool:
    names = [name for each in review.clusters for name in each.clusters]
    return len(names) == 1 and not review.untouched


def _with_whole(review: Review) -> ClusterReview:
    """The only cluster together with what concerns the repository as a whole."""
    (cluster,) = review.clusters
    return replace(
        cluster,
        verdict=review.verdict,
        reasons=(*review.reasons, *cluster.reasons),
        problems=(*review.problems, *cluster.problems),
        assumptions=(*review.assumptions, *cluster.assumptions),
    )


def _compared(provenance: Provenance) -> str:
    base, head = short_revision(provenance.base), short_revision(provenance.head)
    match provenance.comparison:
        case Comparison.MERGE_RESULT:
            return f"Compared base {base} with the result of merging head {head} into it."
        case Comparison.MERGE_BASE:
            return (
                f"The change conflicts with its base branch, so there is no merge result: head"
                f" {head} was compared with the merge base of it and {base}. What landed on the"
                f" base branch meanwhile is not in this comparison; resolve the conflict to have"
                f" the result judged."
            )
        case Comparison.TREES:
            return f"Compared {base} with {head} as they are, without a merge."
