"""What was not judged before the change either, and has nothing to do with it."""

from collections import defaultdict
from collections.abc import Sequence

from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.wording import listed

PROBLEM_KINDS = {
    ProblemKind.UNPARSABLE: "files, or parts of them, that cannot be parsed",
    ProblemKind.TOO_LARGE: "files that are too large",
    ProblemKind.DUPLICATE_KEY: "documents that hold a key twice",
    ProblemKind.DUPLICATE_OBJECT: "objects that are declared twice",
    ProblemKind.INVALID_OBJECT: "objects that the API server refuses, or that are never the same",
    ProblemKind.UNKNOWN_FIELD: "fields that are unknown",
    ProblemKind.NOT_RENDERED: "overlays and charts that are not rendered",
    ProblemKind.NOT_FOLLOWED: "links and submodules that are not followed",
    ProblemKind.NOT_JUDGED: "policies of kinds that are not judged",
    ProblemKind.UNSEEN_PODS: "policies that may bind pods which nothing shows",
    ProblemKind.OUT_OF_BOUNDS: "parts beyond a limit",
    ProblemKind.CONFIGURATION: "faults of the configuration",
}
_NAMED = 4


def apart(problems: Sequence[Problem]) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """The problems to tell one by one, and a line for all others of each kind.

    Of a kind of which only one stands there, that one is told.
    """
    kinds: dict[ProblemKind, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.standing and not problem.decisive:
            kinds[problem.kind].append(problem)
    summed = {kind: some for kind, some in kinds.items() if len(some) > 1}
    told = [p for p in problems if not p.standing or p.decisive or p.kind not in summed]
    return tuple(told), tuple(_line(kind, summed[kind]) for kind in sorted(summed))


def _line(kind: ProblemKind, problems: Sequence[Problem]) -> str:
    names = sorted(frozenset[str]().union(*(problem.namespaces for problem in problems)))
    noun = "namespace" if len(names) == 1 else "namespaces"
    more = len(names) - _NAMED
    first = [*names[:_NAMED], *([f"{more} more"] if more > 0 else [])]
    where = f", in {noun} {listed(first)}" if names else ""
    return f"{len(problems)} {PROBLEM_KINDS[kind]}{where}; the change does not touch them"
