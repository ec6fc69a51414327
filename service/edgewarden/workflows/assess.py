"""From two trees to a review: the one path that the service and the command line share."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from edgewarden import __version__
from edgewarden.governance.checklist import checklist
from edgewarden.governance.coverage import covered_edges
from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.findings import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.relevance import relevant
from edgewarden.governance.review import Provenance, Review
from edgewarden.governance.rules import findings
from edgewarden.governance.verdict import verdict
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Problem
from edgewarden.reachability.paths.path import NO_PATHS, Paths
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.states import states_of


def assess(
    trees: TreePair,
    *,
    pack: PolicyPack,
    platform: ProfileClaims,
    exceptions: Sequence[PolicyException],
    now: datetime,
) -> Review:
    """Load both trees, compare what they allow, and hold the difference against the pack.

    Pure: the same arguments give the same review. The base's own configuration says what is
    read; one that cannot be used leaves the review inconclusive. What the platform claims of the
    cluster outweighs it. Exceptions annotate the edges that they cover and never improve the
    verdict.
    """
    proposal = propose(trees, usable_configuration(trees.base), platform)
    return judge(proposal, trees=trees, pack=pack, exceptions=exceptions, now=now)


def propose(
    trees: TreePair, configuration: Configuration, platform: ProfileClaims = NO_CLAIMS
) -> Proposal:
    """Both trees as states of one cluster, and what differs between them."""
    base, head = states_of(trees.base, trees.head, configuration, platform)
    return Proposal(base, head, compare(base, head))


def judge(
    proposal: Proposal,
    *,
    trees: TreePair,
    pack: PolicyPack,
    exceptions: Sequence[PolicyException],
    now: datetime,
    paths: Paths = NO_PATHS,
) -> Review:
    """The review of a difference that is known already, with ``paths`` that were asked about.

    Of a difference that is restricted to some connections, findings are about these.
    """
    base, head, diff = proposal.base, proposal.head, proposal.diff
    found = relevant(findings(proposal, pack), diff, paths)
    problems = _distinct_problems((*head.problems, *base.problems, *diff.unjudged))
    outcome, reasons = verdict(found, problems, diff)
    return Review(
        verdict=outcome,
        reasons=reasons,
        diff=diff,
        findings=found,
        checklist=checklist(proposal, pack, found),
        covered=covered_edges(proposal, exceptions, now),
        problems=problems,
        assumptions=tuple(dict.fromkeys((*head.assumptions, *base.assumptions))),
        provenance=Provenance(
            base=trees.base_commit,
            head=trees.head_commit,
            comparison=trees.comparison,
            tool_version=__version__,
            policy_pack=pack.digest,
            base_tree=trees.base_tree,
            head_tree=trees.head_tree,
        ),
        judged_at=now,
        paths=paths,
        bare=proposal.bare,
    )


def _distinct_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What both sides have is told once; decisive ones come first."""
    distinct = dict.fromkeys(problems)
    return tuple(sorted(distinct, key=lambda each: (not each.decisive, each.location, each.kind)))
