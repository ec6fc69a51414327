"""Items on running the result: enforcement, DNS, monitoring, tests, and the way back."""

from collections.abc import Iterator

from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.checklist.grounds import closing, whole_change
from edgewarden.governance.dns_changes import DnsChange, dns_changes
from edgewarden.governance.dns_pods import Answer, protocols_phrase
from edgewarden.governance.dns_refusals import dns_refusals
from edgewarden.governance.findings import Outcome
from edgewarden.governance.monitoring import is_monitoring
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.report import EdgeChange


def cni_support(proposal: Proposal) -> Evaluation:
    """Only the platform knows its network plugin: the answer is the cluster profile's."""
    profile = proposal.profile
    plugin = profile.cni or "the network plugin"
    match profile.enforces_policies:
        case True:
            evidence = f"The cluster profile says that {plugin} enforces NetworkPolicy."
            return Evaluation(Outcome.PASS, evidence)
        case False:
            evidence = (
                f"The cluster profile says that {plugin} does not enforce NetworkPolicy: "
                "none of these policies has an effect."
            )
            return Evaluation(Outcome.FAIL, evidence)
        case None:
            evidence = (
                "The cluster profile does not say whether the network plugin enforces "
                "NetworkPolicy. Confirm it for the cluster and set it in the profile."
            )
            return Evaluation(Outcome.ATTENTION, evidence)


def dns(proposal: Proposal) -> Evaluation:
    """The DNS of pods whose egress, or whose way to the DNS pods, the change touches."""
    touched = [change for change in dns_changes(proposal) if change.touched]
    lost = [change for change in touched if change.lost]
    unsure = [change for change in touched if not change.lost and _unsure(change)]
    refusals = tuple(dns_refusals(proposal, {str(change.subject) for change in lost}))
    if lost or refusals:
        cut_off = [(str(change.subject), change.lost) for change in lost]
        cut_off += [(str(end), each.protocols) for each in refusals for end in each.workloads]
        told = listing(f"{who} ({protocols_phrase(by)})" for who, by in dict.fromkeys(cut_off))
        return Evaluation(
            Outcome.ATTENTION if all(by == {Protocol.TCP} for _, by in cut_off) else Outcome.FAIL,
            f"Cut off from DNS: {told}.",
            (
                *(policy.location for change in lost for policy in change.after.isolated_by),
                *(each.cause.location for each in refusals),
            ),
        )
    if unsure:
        rules = {
            f"egress rule {rule.index + 1} of policy {policy.ref} ({rule.location})": rule.location
            for change in unsure
            for policy, rule in change.after.rules
        }
        return Evaluation(
            Outcome.ATTENTION,
            f"Whether {listing(change.subject for change in unsure)} still reach DNS is not "
            f"certain. It hangs on {listing(rules)}: compare its peers with the cluster's DNS "
            "pods.",
            tuple(rules.values()),
        )
    if touched:
        return Evaluation(
            Outcome.PASS,
            f"DNS stays within reach of {listing(change.subject for change in touched)}.",
            tuple(rule.location for change in touched for _, rule in change.after.rules),
        )
    return not_applicable("No pods gain egress isolation or change how they reach DNS.")


def _unsure(change: DnsChange) -> bool:
    return any(
        answer is Answer.MAY and change.before.answers[protocol] is Answer.YES
        for protocol, answer in change.after.answers.items()
    )


def observability(proposal: Proposal) -> Evaluation:
    """Monitoring that is cut off shows as connections from its namespaces that are blocked.

    Drops that the network plugin makes are seen by nothing here.
    """
    watching = {*_watching(proposal.base), *_watching(proposal.head)}
    blocked = [
        (change, sources) for change in proposal.closed if (sources := _watchers(change, watching))
    ]
    if blocked:
        told = listing(
            f"{listing(sources)} to {listing(change.destinations)} on {change.closed} "
            f"({change.causes[0].location})"
            for change, sources in blocked
        )
        return Evaluation(
            Outcome.ATTENTION,
            f"Monitoring is newly blocked: {told}.",
            tuple(change.causes[0].location for change, _ in blocked),
        )
    diff = proposal.diff
    if not (any(proposal.closed) or diff.may_removed or diff.symbolic.closed):
        return not_applicable("Nothing is newly blocked.")
    rests_on = (frozenset(watching), closing(proposal))
    if not watching:
        return Evaluation(
            Outcome.MANUAL,
            "No monitoring namespace is seen here, so whether its connections survive was not "
            "evaluated.",
            rests_on=rests_on,
        )
    return Evaluation(
        Outcome.MANUAL,
        f"No known connection from {listing(sorted(watching))} is newly blocked. Whether dropped "
        "connections can be seen in the cluster, nothing here shows.",
        rests_on=rests_on,
    )


def _watching(state: ClusterState) -> Iterator[str]:
    names = {each.namespace for each in state.workloads}
    return filter(is_monitoring, names)


def _watchers(change: EdgeChange, namespaces: set[str]) -> list[End]:
    """The sources in ``namespaces``, where they are cut off from what is outside of these."""
    outside = any(
        not isinstance(target, WorkloadEnd) or target.namespace not in namespaces
        for target in change.destinations
    )
    return [
        source
        for source in change.sources
        if outside and isinstance(source, WorkloadEnd) and source.namespace in namespaces
    ]


def tests(proposal: Proposal) -> Evaluation:
    """What a test should find is computed here; whether the cluster agrees, only a test shows."""
    if proposal.diff.empty:
        return not_applicable("No connection changes.")
    return Evaluation(
        Outcome.MANUAL,
        "No connection was tried in a cluster. What a test should find is listed above.",
        rests_on=whole_change(proposal),
    )


def rollback(proposal: Proposal) -> Evaluation:
    """A revert brings files back; objects that the change added stay unless pruning is on."""
    before = {policy.ref for policy in proposal.base.policies}
    changed = proposal.changed_policies()
    added = [policy for policy in changed if policy.ref not in before]
    restored = [policy for policy in changed if policy.ref in before]
    removed = proposal.removed_policies()
    if not changed and not removed:
        return not_applicable("No policy is added, changed or removed.")
    told = (
        ("restores", restored),
        ("brings back", removed),
        ("takes away", added),
    )
    means = "; ".join(
        f"{verb} {listing(policy.ref for policy in policies)}"
        for verb, policies in told
        if policies
    )
    places = tuple(policy.location for policy in (*changed, *removed))
    if added and proposal.profile.prunes is not True:
        known = "is off" if proposal.profile.prunes is False else "is not known to be on"
        return Evaluation(
            Outcome.ATTENTION,
            f"Reverting the change {means}. Pruning {known}, so delete the added policies by "
            "hand when reverting.",
            places,
        )
    return Evaluation(Outcome.PASS, f"Reverting the change {means}.", places)
