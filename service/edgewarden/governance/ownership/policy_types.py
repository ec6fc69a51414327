"""What kind of thing a policy does, by what it says and not by what it is called."""

from edgewarden.governance.dns_pods import DNS_PORT_NAMES
from edgewarden.governance.monitoring import selects_monitoring
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.model import (
    ClusterProfile,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
)


def policy_types(policy: NetworkPolicy, profile: ClusterProfile) -> frozenset[PolicyType]:
    """All that a policy does. One that does several things is of several types."""
    rules = rules_of((policy,))
    found = {each for written in rules for each in rule_types(written, profile)}
    denies = [each for each in policy.isolates if not policy.rules(each)]
    if denies and policy.pods.selects_everything:
        found.add(PolicyType.DEFAULT_DENY)
    return frozenset(found or {PolicyType.APPLICATION})


def rule_types(written: WrittenRule, profile: ClusterProfile) -> frozenset[PolicyType]:
    """All that a rule does; one that opens nothing but the ports of DNS is that alone."""
    if written.direction is Direction.EGRESS and _is_dns(written, profile):
        return frozenset({PolicyType.DNS})
    if not written.rule.peers:
        return frozenset({_external(written.direction)})
    return frozenset(_peer_type(peer, written) for peer in written.rule.peers)


def _is_dns(written: WrittenRule, profile: ClusterProfile) -> bool:
    known = (*profile.dns_ports, *DNS_PORT_NAMES)
    ports = written.rule.ports
    return bool(ports) and all(each.port in known and each.end_port is None for each in ports)


def _peer_type(peer: Peer, written: WrittenRule) -> PolicyType:
    if isinstance(peer, IPBlock):
        return _external(written.direction)
    if peer.namespaces is None or peer.namespaces == _named(written.policy.namespace):
        return PolicyType.APPLICATION
    if written.direction is Direction.INGRESS and selects_monitoring(peer.namespaces):
        return PolicyType.MONITORING
    return PolicyType.CROSS_NAMESPACE


def _external(direction: Direction) -> PolicyType:
    if direction is Direction.EGRESS:
        return PolicyType.EXTERNAL_EGRESS
    return PolicyType.EXTERNAL_INGRESS


def _named(namespace: str) -> LabelSelector:
    return LabelSelector.matching({NAMESPACE_NAME_LABEL: namespace})
