"""What rules object to in clusters as they stand, whoever brought it there."""

from dataclasses import replace

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Finding
from edgewarden.governance.ownership.owners import Owners
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.evaluation import findings, weightiest_first
from edgewarden.governance.rules.terms import RuleScope
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import ReachabilityDiff


def standing_findings(state: ClusterState, pack: PolicyPack, owners: Owners) -> tuple[Finding, ...]:
    """What the rules would find if all policies of ``state`` were new in its cluster.

    Namespaces and workloads are there before, so what policies do to them is judged. Policies that
    are added to none open nothing: rules that are asked of connections have nothing to find. Those
    asked of namespaces are asked as if these were new: without policies they would be as bad.
    Nobody proposes what stands, so it is held against no team that owns a type of policies.
    """
    claims = tuple(replace(each, policy_types=frozenset()) for each in owners.claims)
    owners = replace(owners, claims=claims)
    nothing = ClusterState(state.name, profile=state.profile)
    before = replace(nothing, namespaces=state.namespaces, workloads=state.workloads)
    of_namespaces = tuple(each for each in pack.rules if each.scope is RuleScope.NAMESPACE)
    apart = {RuleScope.NAMESPACE, RuleScope.EDGE}
    others = tuple(each for each in pack.rules if each.scope not in apart)
    return weightiest_first(
        finding
        for base, rules in ((nothing, of_namespaces), (before, others))
        for finding in findings(
            Case(
                Proposal(base, state, ReachabilityDiff(), owners=owners),
                replace(pack, rules=rules),
            )
        )
    )
