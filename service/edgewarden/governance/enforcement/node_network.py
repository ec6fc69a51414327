"""Workloads that leave the reach of policies by running on the network of their node."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, Workload


@dataclass(frozen=True, slots=True)
class Unbound:
    """A workload that ``policies`` would bind if it did not run with ``hostNetwork``."""

    workload: Workload
    policies: tuple[NetworkPolicy, ...]

    @property
    def key(self) -> str:
        return str(self.workload)

    @property
    def location(self) -> Location:
        return self.workload.location

    def __str__(self) -> str:
        return str(self.workload)


def newly_unbound(proposal: Proposal) -> Iterator[Unbound]:
    """Those of the head that are new, or that no longer have a network of their own, in namespaces
    in which policies of the head select them."""
    _, changed = unshared(proposal.base.workloads, proposal.head.workloads)
    before = {each.identity for each in proposal.base.workloads if each.host_network}
    for workload in changed:
        if workload.host_network and workload.identity not in before:
            policies = tuple(
                policy
                for policy in proposal.head.policies
                if policy.namespace == workload.namespace and policy.pods.admits(workload.labels)
            )
            if policies:
                yield Unbound(workload, policies)
