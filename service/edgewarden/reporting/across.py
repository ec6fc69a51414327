"""What is said where a review is about several clusters."""

from collections.abc import Sequence

from edgewarden.governance.review import ClusterReview, Review
from edgewarden.reachability.location import Problem
from edgewarden.reachability.wording import listed
from edgewarden.reporting.escaping import clipped, visible
from edgewarden.reporting.wording import counted

_NAMED = 4
_LONGEST_NAME = 80
_LONGEST_PLACE = 100


def across(
    told: Sequence[ClusterReview], sentences: Sequence[str], whole: Sequence[Problem]
) -> str:
    """The verdict in one sentence; ``sentences`` are those on each of the clusters that are told.

    It has what the worst verdict rests on; for the others it only says where something changes.
    ``whole`` are problems of the repository.
    """
    decisive = [problem for problem in whole if problem.decisive]
    if told:
        parts = [f"in {clusters_named(told[0].clusters)}, {sentences[0].removesuffix('.')}"]
    elif decisive:
        parts = ["no change of a connection was found in what could be judged"]
    else:
        parts = ["this change opens and closes nothing in any cluster"]
    others = [name for each in told[1:] for name in each.clusters]
    if others:
        parts.append(f"what it does in {clusters_named(others)} stands below")
    if decisive:
        first = clipped(visible(str(decisive[0].location)), _LONGEST_PLACE)
        parts.append(
            f"{counted(len(decisive), 'part was', 'parts were')} not judged, the first at {first}"
        )
    return "; ".join(parts) + "."


def rest(review: Review) -> tuple[str, ...]:
    """Sentences on the clusters of which nothing else is told."""
    silent = [name for each in review.clusters if each.silent for name in each.clusters]
    sentences = []
    if silent:
        sentences.append(f"Nothing changes in {clusters_named(sorted(silent))}.")
    if review.untouched:
        sentences.append(f"The change does not touch {clusters_named(review.untouched)}.")
    return tuple(sentences)


def clusters_named(names: Sequence[str]) -> str:
    """As in ``cluster staging`` and ``clusters east, west and 7 more``."""
    first = [clipped(visible(name), _LONGEST_NAME) for name in names[:_NAMED]]
    more = len(names) - len(first)
    text = listed([*first, f"{more} more"] if more else first)
    return f"cluster {text}" if len(names) == 1 else f"clusters {text}"
