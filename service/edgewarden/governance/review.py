"""What a review concludes: a value that carries its reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edgewarden.governance.exceptions import CoveredEdge
from edgewarden.governance.findings import ChecklistItem, Enforcement, Finding
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.paths.path import NO_PATHS, Paths
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.report import ReachabilityDiff


class Verdict(StrEnum):
    PASS = "pass"
    ATTENTION = "attention"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"


class Comparison(StrEnum):
    """Which trees were compared."""

    MERGE_RESULT = "merge_result"
    """The base branch against the result of merging the change into it."""
    MERGE_BASE = "merge_base"
    """The merge base against the head, because the change conflicts with its base."""
    TREES = "trees"
    """Two trees as they are, without a merge."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a review judged and by what: enough to make it again.

    ``base`` and ``head`` are commit ids (or directory names on the command line),
    ``base_tree`` and ``head_tree`` the ids of the trees compared, empty for directories.
    """

    base: str
    head: str
    comparison: Comparison
    tool_version: str
    policy_pack: str
    base_tree: str = ""
    head_tree: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The answer to a change.

    ``reasons`` are full sentences, the weightiest first, that made ``verdict``. ``problems``
    holds what was not judged on either side, those of ``diff.unjudged`` included. ``paths`` are
    there where somebody asked for them; the verdict is without them. ``bare`` sides hold neither
    a policy nor a workload.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    diff: ReachabilityDiff
    findings: tuple[Finding, ...]
    checklist: tuple[ChecklistItem, ...]
    covered: tuple[CoveredEdge, ...]
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]
    provenance: Provenance
    judged_at: datetime
    paths: Paths = NO_PATHS
    bare: tuple[Side, ...] = ()

    @property
    def quiet(self) -> bool:
        """No change of reachability and nothing to say: a green status and no comment.

        Findings that are only recorded are nothing to say. What is judged from now on by another
        configuration is.
        """
        told = any(each.enforcement is not Enforcement.AUDIT for each in self.findings) or any(
            each.kind is ProblemKind.CONFIGURATION for each in self.problems
        )
        return self.verdict is Verdict.PASS and self.diff.empty and not told

    @property
    def inconclusive(self) -> bool:
        """Something that the change touches was not judged, whatever the verdict is."""
        return any(problem.decisive for problem in self.problems)
