"""Which findings can be mended mechanically, and by what."""

from collections.abc import Callable, Mapping, Set
from typing import Final, TypeAlias

from edgewarden.governance.dns_changes import dns_changes
from edgewarden.governance.dns_pods import DNS_PROTOCOLS
from edgewarden.governance.findings import Finding
from edgewarden.governance.fixes.mends import (
    AddedDirection,
    AddedEgress,
    JoinedPeers,
    JoinedPorts,
    Mend,
    NestedSelector,
    SeparatedObjects,
)
from edgewarden.governance.fixes.quick_fix import QuickFix
from edgewarden.governance.observations.splits import splits_of
from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.governance.rule_ports.split_items import split_ports
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import (
    ClusterProfile,
    Direction,
    NetworkPolicy,
    PodPeer,
    PolicyPort,
    Rule,
)
from edgewarden.reachability.ports import Protocol

_Mender: TypeAlias = Callable[[Finding, Proposal], Mend | None]


def mend_of(finding: Finding, quick_fix: QuickFix, proposal: Proposal) -> Mend | None:
    """What that fix is to do for a finding of the head; nothing where the finding is about
    something else."""
    return _MENDERS[quick_fix](finding, proposal)


def _policy(finding: Finding, proposal: Proposal) -> NetworkPolicy | None:
    found = (each for each in proposal.head.policies if each.ref == finding.subject)
    return next((each for each in found if each.location.path == finding.location.path), None)


def _joined_peers(finding: Finding, proposal: Proposal) -> Mend | None:
    for split in splits_of(proposal.touched_policies()):
        if split.whole_namespaces.location == finding.location:
            return JoinedPeers(
                split.written.policy.location,
                split.written.direction,
                split.whole_namespaces.location,
                split.own_pods.location,
            )
    return None


def _joined_ports(finding: Finding, proposal: Proposal) -> Mend | None:
    policy = _policy(finding, proposal)
    for written in rules_of((policy,) if policy else ()):
        for split in split_ports(written):
            if split.location == finding.location:
                return JoinedPorts(
                    split.written.policy.location,
                    split.port.location,
                    split.protocol.location,
                    split.joined,
                )
    return None


def _dns_rule(finding: Finding, proposal: Proposal) -> Mend | None:
    """For the protocols that pods of the policy lost, not for what they never had."""
    policy = _policy(finding, proposal)
    if policy is None or policy.location != finding.location:
        return None
    lost = {
        protocol
        for change in dns_changes(proposal)
        if policy in change.after.isolated_by and not change.by_estrangement
        for protocol in change.lost
    }
    if not lost:
        return None
    return AddedEgress(policy.location, _to_dns(proposal.profile, lost, policy.location))


def _to_dns(profile: ClusterProfile, protocols: Set[Protocol], place: Location) -> Rule:
    namespace = LabelSelector.matching({NAMESPACE_NAME_LABEL: profile.dns_namespace})
    ports = (
        PolicyPort(protocol, port, None, place)
        for protocol in DNS_PROTOCOLS
        for port in profile.dns_ports
        if protocol in protocols
    )
    return Rule(0, (PodPeer(namespace, profile.dns_pods, place),), tuple(ports), place)


def _added_direction(finding: Finding, proposal: Proposal) -> Mend | None:
    policy = _policy(finding, proposal)
    if policy is None or not policy.dead_rules:
        return None
    places = {policy.location, *(rule.location for rule in policy.dead_rules)}
    if finding.location not in places:
        return None
    (missing,) = set(Direction) - policy.isolates
    return AddedDirection(policy.location, missing)


def _of_manifest(finding: Finding, proposal: Proposal) -> Mend | None:
    for problem in proposal.head.problems:
        if problem.location == finding.location and finding.message.startswith(problem.message):
            match problem.kind:
                case ProblemKind.DUPLICATE_KEY:
                    return SeparatedObjects(problem)
                case ProblemKind.UNKNOWN_FIELD | ProblemKind.INVALID_OBJECT:
                    return NestedSelector(problem)
    return None


_MENDERS: Final[Mapping[QuickFix, _Mender]] = {
    QuickFix.JOIN_PEERS: _joined_peers,
    QuickFix.JOIN_PORTS: _joined_ports,
    QuickFix.ALLOW_DNS: _dns_rule,
    QuickFix.ADD_DIRECTION: _added_direction,
    QuickFix.REPAIR_MANIFEST: _of_manifest,
}
