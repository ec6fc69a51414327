"""From two trees to a review: the one path that the service and the command line share."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from edgewarden import __version__
from edgewarden.governance.case import Case
from edgewarden.governance.checklist import checklist
from edgewarden.governance.contract.change import contract_report
from edgewarden.governance.coverage import covered_edges
from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.ownership.owners import NO_OWNERS, Owners
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.relevance import relevant
from edgewarden.governance.request import NO_REQUEST, Request
from edgewarden.governance.review import (
    ClusterReview,
    Provenance,
    Review,
    UsedContribution,
    UsedInventory,
)
from edgewarden.governance.rules.evaluation import findings
from edgewarden.governance.verdict import overall, verdict, weight
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.load import StatePair
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Problem
from edgewarden.reachability.paths.path import NO_PATHS, Paths
from edgewarden.reachability.wording import listed
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.tree_configuration import branch_configuration
from edgewarden.workflows.fixes import Workbench, with_fixes
from edgewarden.workflows.ownership import read_owners
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.rendered import ClusterUpload, UploadedSides
from edgewarden.workflows.rulebook.preview import held_against
from edgewarden.workflows.rulebook.rulebook import Rulebook
from edgewarden.workflows.states import ChangedClusters, changed_clusters
from edgewarden.workflows.surroundings import NO_SURROUNDINGS, Around


def assess(
    trees: TreePair,
    *,
    pack: PolicyPack,
    platform: ProfileClaims,
    exceptions: Sequence[PolicyException],
    surroundings: Around = NO_SURROUNDINGS,
    uploads: tuple[ClusterUpload, ...] = (),
    request: Request = NO_REQUEST,
    now: datetime,
) -> Review:
    """Load both trees, compare what they allow, and hold the difference against the pack.

    Pure: the same arguments give the same review. The base's own configuration says what is
    read, and what is added to the ``pack``, which is the platform's; what the head makes of that is
    told and counts once it is merged. A configuration that cannot be used leaves the review
    inconclusive. What the platform claims of clusters outweighs it, and the ``surroundings`` say
    what else is in them; ``uploads`` stand for clusters that CI renders. The ``request`` is what a
    forge tells of the change. Exceptions annotate the edges that they cover and never improve the
    verdict.
    """
    configuration = branch_configuration(trees.base, trees.default, trees.branch)
    rendered = UploadedSides(trees.base_commit, trees.merge_base, trees.head_commit, uploads)
    recalled = decode_readings(trees.recalled)
    clusters = changed_clusters(
        trees.base,
        trees.head,
        configuration,
        platform,
        surroundings,
        uploads=rendered,
        recalled=recalled,
    )
    book = held_against(trees, configuration, pack, platform)
    clusters = judged_by(clusters, book)
    owners = read_owners(trees.base, configuration.owners)
    bench = Workbench(trees.head, book.pack, configuration, platform, surroundings, recalled)
    proposals = [propose(pair, owners, request) for pair in clusters.touched]
    judged = [
        (proposal, judge(proposal, pack=book.pack, exceptions=exceptions, now=now))
        for proposal in proposals
    ]
    review = conclude(with_fixes(judged, bench), clusters, trees=trees, pack=book.pack, now=now)
    used = replace(
        review.provenance,
        uploads=rendered.used(configuration),
        author=request.author,
        teams=None if request.teams is None else tuple(sorted(request.teams)),
    )
    return replace(review, provenance=used)


def judged_by(clusters: ChangedClusters, book: Rulebook) -> ChangedClusters:
    """The clusters with what is to be said of the rules that they are judged by."""
    assumptions = clusters.assumptions
    if book.weakened:
        rules = listed(book.weakened)
        told = f"By {CONFIGURATION_FILE} less comes of {rules} here than the platform says."
        assumptions = (*assumptions, told)
    problems = (*clusters.problems, *book.problems)
    return replace(clusters, problems=problems, assumptions=assumptions)


def propose(pair: StatePair, owners: Owners = NO_OWNERS, request: Request = NO_REQUEST) -> Proposal:
    """Both states of one cluster, and what differs between them."""
    return Proposal(pair.base, pair.head, compare(pair.base, pair.head), request, owners)


def judge(
    proposal: Proposal,
    *,
    pack: PolicyPack,
    exceptions: Sequence[PolicyException],
    now: datetime,
    paths: Paths = NO_PATHS,
) -> ClusterReview:
    """What a difference that is known already means, with ``paths`` that were asked about.

    Of a difference that is restricted to some connections, findings are about these.
    """
    base, head, diff = proposal.base, proposal.head, proposal.diff
    agreed = contract_report(pack.contract, proposal, now.date())
    found = relevant(findings(Case(proposal, pack, agreed)), diff, paths)
    problems = _distinct_problems((*head.problems, *base.problems, *diff.unjudged))
    outcome, reasons = verdict(found, problems, diff)
    return ClusterReview(
        clusters=(head.name,),
        verdict=outcome,
        reasons=reasons,
        diff=diff,
        findings=found,
        checklist=checklist(proposal, pack, found),
        covered=covered_edges(proposal, exceptions, now),
        problems=problems,
        assumptions=tuple(dict.fromkeys((*head.assumptions, *base.assumptions))),
        paths=paths,
        bare=proposal.bare,
        contract=agreed,
    )


def conclude(
    judged: Sequence[ClusterReview],
    clusters: ChangedClusters,
    *,
    trees: TreePair,
    pack: PolicyPack,
    now: datetime,
) -> Review:
    """One review of all clusters. What it does to several in the very same way stands once."""
    around = {
        name: clusters.around[name] for name in sorted(n for each in judged for n in each.clusters)
    }
    problems = _distinct_problems(clusters.problems)
    outcome, reasons = overall(problems, [each.verdict for each in judged])
    return Review(
        verdict=outcome,
        reasons=reasons,
        clusters=_worst_first(judged),
        untouched=tuple(sorted(clusters.untouched)),
        problems=problems,
        assumptions=clusters.assumptions,
        provenance=Provenance(
            base=trees.base_commit,
            head=trees.head_commit,
            comparison=trees.comparison,
            tool_version=__version__,
            policy_pack=pack.digest,
            base_tree=trees.base_tree,
            head_tree=trees.head_tree,
            merge_base=trees.merge_base,
            inventories=tuple(
                UsedInventory(name, each.inventory)
                for name, each in around.items()
                if each.inventory
            ),
            contributions=tuple(
                UsedContribution(name, used.by.repository, used.commit, used.digest, used.by.forge)
                for name, each in around.items()
                for used in each.used
            ),
        ),
        judged_at=now,
    )


def _worst_first(judged: Sequence[ClusterReview]) -> tuple[ClusterReview, ...]:
    alike: list[ClusterReview] = []
    for review in sorted(judged, key=lambda each: each.clusters):
        for number, known in enumerate(alike):
            if replace(known, clusters=()) == replace(review, clusters=()):
                alike[number] = replace(known, clusters=(*known.clusters, *review.clusters))
                break
        else:
            alike.append(review)
    return tuple(sorted(alike, key=lambda each: (weight(each.verdict), each.silent)))


def _distinct_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What both sides have is told once; decisive ones come first."""
    distinct = dict.fromkeys(problems)
    return tuple(sorted(distinct, key=lambda each: (not each.decisive, each.location, each.kind)))
