"""What rules object to in clusters as they stand, whoever brought it there."""

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Finding
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.evaluation import findings
from edgewarden.governance.rules.terms import RuleScope
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import ReachabilityDiff


def standing_findings(state: ClusterState, pack: PolicyPack) -> tuple[Finding, ...]:
    """What the rules would find if all of ``state`` were a change of a cluster without policies.

    The namespaces and workloads are there before, so what policies do to them is judged.
    """
    nothing = ClusterState(state.name, state.namespaces, state.workloads, profile=state.profile)
    only_texts = all(rule.scope is RuleScope.POLICY for rule in pack.rules)
    diff = ReachabilityDiff() if only_texts else compare(nothing, state)
    return findings(Case(Proposal(nothing, state, diff), pack))
