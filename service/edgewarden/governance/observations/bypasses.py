"""Pods on the network of their node, which policies seem to bind and do not.

Such pods have no address of their own, so a policy that selects them has no effect on most network
plugins (Kubernetes documentation, "Network Policies and hostNetwork pods").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.model import ClusterState, NetworkPolicy, ObjectRef, Workload


@dataclass(frozen=True, slots=True)
class Bypass(Observation):
    """A workload on the network of its node that policies select in vain.

    It is ``anew`` on that network, or was there and policies came to select it.
    """

    anew: bool = True


def bypasses(proposal: Proposal) -> Iterator[Bypass]:
    """Those of the head that the base does not have, in the order of the workloads."""
    before = {each.identity: each for each in proposal.base.workloads if each.host_network}
    for workload, policies in _in_vain(proposal.head, proposal.head.workloads):
        known = before.get(workload.identity)
        if known is None or not any(_in_vain(proposal.base, [known])):
            yield _observed(workload, policies, anew=known is None)


def _observed(workload: Workload, policies: tuple[NetworkPolicy, ...], *, anew: bool) -> Bypass:
    """It points at the workload, or at a policy that came to select it."""
    named = listing(f"{each.ref} ({each.location})" for each in policies)
    runs = "now runs" if anew else "runs"
    bind = f"policy {named} selects its labels and does not bind it"
    if len(policies) > 1:
        bind = f"policies {named} select its labels and do not bind it"
    own = ObjectRef("", workload.kind, workload.namespace, workload.name)
    return Bypass(
        key=workload.identity,
        text=(
            f"{workload} {runs} on the network of its node (`hostNetwork: true`): {bind}. Whoever "
            "reaches the node reaches it, and it reaches whatever the node does."
        ),
        location=workload.location if anew else policies[0].location,
        subject=own if anew else policies[0].ref,
        anew=anew,
    )


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
