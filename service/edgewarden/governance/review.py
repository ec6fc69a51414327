"""What a review concludes: a value that carries its reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from edgewarden.governance.contract.report import NO_REPORT, ContractReport
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


class UsedInventory(NamedTuple):
    """What was known of a cluster: the digest of that."""

    cluster: str
    digest: str


class UsedUpload(NamedTuple):
    """What CI rendered for a cluster: the digests of what it handed in for the merge base of a
    change and for its head, empty where it had not."""

    cluster: str
    merge_base: str
    head: str


@dataclass(frozen=True, slots=True)
class UsedContribution:
    """What another repository deploys to a cluster: by which commit, and the digest of that.

    ``forge`` is where the repository lies, empty in reviews of versions that did not tell.
    """

    cluster: str
    repository: str
    commit: str
    digest: str
    forge: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a review judged and by what: enough to make it again.

    ``base`` and ``head`` are commit ids (or directory names on the command line),
    ``base_tree`` and ``head_tree`` the ids of the trees compared, empty for directories.
    ``inventories`` say what was known of clusters, ``contributions`` what other repositories
    deploy there, and ``uploads`` what CI rendered for them at ``merge_base`` and at ``head``.
    ``author`` is a login, and ``teams`` are those that its person was in, none where nobody knew.
    """

    base: str
    head: str
    comparison: Comparison
    tool_version: str
    policy_pack: str
    base_tree: str = ""
    head_tree: str = ""
    inventories: tuple[UsedInventory, ...] = ()
    contributions: tuple[UsedContribution, ...] = ()
    merge_base: str = ""
    uploads: tuple[UsedUpload, ...] = ()
    author: str = ""
    teams: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClusterReview:
    """What a change does to one cluster, or to several of them in the very same way.

    ``clusters`` are their names. ``reasons`` are full sentences, the weightiest first, that made
    ``verdict``. ``problems`` holds what was not judged on either side, those of ``diff.unjudged``
    included. ``paths`` are there where somebody asked for them; the verdict is without them.
    Of ``bare`` sides neither a policy nor a workload was read. ``contract`` says what becomes of
    agreed connections, here and before.
    """

    clusters: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    diff: ReachabilityDiff
    findings: tuple[Finding, ...]
    checklist: tuple[ChecklistItem, ...]
    covered: tuple[CoveredEdge, ...]
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]
    paths: Paths = NO_PATHS
    bare: tuple[Side, ...] = ()
    contract: ContractReport = NO_REPORT

    @property
    def silent(self) -> bool:
        """No change of reachability, nothing to say and nobody to ask; what is only recorded is
        nothing to say."""
        told = any(each.enforcement is not Enforcement.AUDIT for each in self.findings)
        asked = any(item.asked or item.signed for item in self.checklist)
        return self.verdict is Verdict.PASS and self.diff.empty and not told and not asked


@dataclass(frozen=True, slots=True)
class Review:
    """The answer to a change.

    ``clusters`` are those that the change may touch, the worst verdict first; ``untouched`` names
    the others. ``problems`` and ``assumptions`` are those of the whole repository, and ``reasons``
    what they make of the verdict. ``fixed`` is what the review before found and this one does not.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    clusters: tuple[ClusterReview, ...]
    untouched: tuple[str, ...]
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]
    provenance: Provenance
    judged_at: datetime
    fixed: tuple[Finding, ...] = ()

    @property
    def quiet(self) -> bool:
        """Nothing to say of any cluster: a green status and no comment.

        What is judged from now on by another configuration is something to say.
        """
        reconfigured = any(each.kind is ProblemKind.CONFIGURATION for each in self.problems)
        silent = all(each.silent for each in self.clusters)
        return self.verdict is Verdict.PASS and silent and not reconfigured

    @property
    def different(self) -> bool:
        """Whether the change opens, closes or isolates anything anywhere, or leads anywhere."""
        return any(not each.diff.empty or each.paths.found for each in self.clusters)

    @property
    def inconclusive(self) -> bool:
        """Something that the change touches was not judged, whatever the verdict is."""
        every = (self.problems, *(each.problems for each in self.clusters))
        return any(problem.decisive for problems in every for problem in problems)
