"""Pods on the network of their node, which policies seem to bind and do not.

Such pods have no address of their own, so a policy that selects them has no effect on most network
plugins (Kubernetes documentation, "Network Policies and hostNetwork pods").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, NetworkPolicy, ObjectRef, Workload


@dataclass(frozen=True, slots=True)
class Bypass:
    """A workload on the network of its node, and the policies that select its labels in vain.

    It is ``anew`` on that network, or was there and policies came to select it.
    """

    workload: Workload
    policies: tuple[NetworkPolicy, ...]
    anew: bool

    @property
    def key(self) -> tuple[str, ...]:
        return self.workload.identity

    @property
    def text(self) -> str:
        named = listing(f"policy {each.ref} ({each.location})" for each in self.policies)
        runs = "now runs" if self.anew else "runs"
        one = len(self.policies) == 1
        bind = "selects its labels and does" if one else "select its labels and do"
        return (
            f"{self.workload} {runs} on the network of its node (`hostNetwork: true`): {named} "
            f"{bind} not bind it. Whoever reaches the node reaches it, and it reaches whatever the "
            "node does."
        )

    @property
    def location(self) -> Location:
        return self.workload.location if self.anew else self.policies[0].location

    @property
    def subject(self) -> ObjectRef:
        """The workload, or the policy that came to select it."""
        if not self.anew:
            return self.policies[0].ref
        return ObjectRef("", self.workload.kind, self.workload.namespace, self.workload.name)

    @property
    def remedy(self) -> str:
        return (
            f"Give {self.workload} a network of its own, or bind the node: a HostEndpoint of "
            "Calico, the host firewall of Cilium, or a firewall of the machines."
        )


def bypasses(proposal: Proposal) -> Iterator[Bypass]:
    """Those of the head that the base does not have, in the order of the workloads."""
    before = {each.identity: each for each in proposal.base.workloads if each.host_network}
    for workload, policies in _in_vain(proposal.head, proposal.head.workloads):
        known = before.get(workload.identity)
        if known is None or not any(_in_vain(proposal.base, [known])):
            yield Bypass(workload, policies, anew=known is None)


def _in_vain(
    state: ClusterState, workloads: Iterable[Workload]
) -> Iterator[tuple[Workload, tuple[NetworkPolicy, ...]]]:
    """The workloads on the network of their node that some policies would select."""
    for workload in workloads:
        if workload.host_network:
            selecting = tuple(
                policy
                for policy in state.policies
                if policy.namespace == workload.namespace and policy.pods.admits(workload.labels)
            )
            if selecting:
                yield workload, selecting
