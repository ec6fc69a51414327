"""What policies name and the cluster does not have, and what of it a change brings about."""

from collections.abc import Iterator, Sequence

from edgewarden.governance.introduced import Finder, Found, beyond
from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.governance.vacuity.dns_rules import StrayDnsRule, stray_dns_rules
from edgewarden.governance.vacuity.port_names import UnknownPortName, unknown_port_names
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.governance.vacuity.selectors import SelectsNothing, selecting_nothing
from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.model import ClusterState, NetworkPolicy


def nothing_selected(
    state: ClusterState, policies: Sequence[NetworkPolicy]
) -> Iterator[SelectsNothing]:
    seen = Seen(state)
    return (each for policy in policies for each in selecting_nothing(policy, seen))


def no_such_ports(
    state: ClusterState, policies: Sequence[NetworkPolicy]
) -> Iterator[UnknownPortName]:
    seen = Seen(state)
    return (e for written in rules_of(policies) for e in unknown_port_names(written, seen))


def no_such_dns(state: ClusterState, policies: Sequence[NetworkPolicy]) -> Iterator[StrayDnsRule]:
    seen = Seen(state)
    return (e for written in rules_of(policies) for e in stray_dns_rules(written, seen, state))


def emptied(proposal: Proposal, find: Finder[Found]) -> Iterator[Found]:
    """What ``find`` finds in the head and not in the base: by another policy, or in a policy that
    stays as it is by other pods or namespaces."""
    base, head = proposal.base, proposal.head
    pods = unshared(base.workloads, head.workloads)
    namespaces = unshared(base.namespaces, head.namespaces)
    moved = any((*pods, *namespaces))
    policies = head.policies if moved else proposal.changed_policies()
    there = {policy.namespace for policy in policies}
    before = [policy for policy in base.policies if policy.namespace in there]
    return beyond(find(head, policies), find(base, before))
