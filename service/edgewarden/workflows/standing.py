"""What rules object to in clusters as they stand, whoever brought it there."""

from dataclasses import replace

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Finding
from edgewarden.governance.ownership.owners import Owners
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.evaluation import findings
from edgewarden.governance.rules.terms import RuleScope
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import ReachabilityDiff


def standing_findings(state: ClusterState, pack: PolicyPack, owners: Owners) -> tuple[Finding, ...]:
    """What the rules would find if all policies of ``state`` were new in its cluster.

    Namespaces and workloads are there before, so what policies do to them is judged. Policies that
    are added to none open nothing: rules that are asked of connections have nothing to find.
    """
    nothing = ClusterState(state.name, state.namespaces, state.workloads, profile=state.profile)
    asked = tuple(rule for rule in pack.rules if rule.scope is not RuleScope.EDGE)
    proposal = Proposal(nothing, state, ReachabilityDiff(), owners=owners)
    return findings(Case(proposal, replace(pack, rules=asked)))
