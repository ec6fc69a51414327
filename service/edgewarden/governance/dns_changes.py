"""What a change does to the DNS of the pods that it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.dns import OPEN, Dns, DnsReach
from edgewarden.governance.dns_pods import answering_dns
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.subjects import (
    DescribedPods,
    KnownPods,
    known_subjects,
    subject_of,
)
from edgewarden.reachability.model import Direction, NetworkPolicy, Workload
from edgewarden.reachability.ports import Protocol


@dataclass(frozen=True, slots=True)
class DnsChange:
    """What a change does to the DNS of some pods, known or described.

    ``estranged`` are DNS pods of the base that do not look like them in the head. ``sparing`` are
    policies that let some of the described pods ask, if not all.
    """

    subject: KnownPods | DescribedPods
    before: DnsReach
    after: DnsReach
    estranged: tuple[Workload, ...]
    sparing: tuple[NetworkPolicy, ...] = ()

    @property
    def lost(self) -> frozenset[Protocol]:
        """The protocols by which these pods certainly reach DNS no longer."""
        return self.after.refused() - self.before.refused()

    @property
    def by_estrangement(self) -> bool:
        """Whether the policies that isolate the pods are the same as before, and the DNS pods
        are not."""
        return bool(self.estranged) and self.before.isolated_by == self.after.isolated_by

    @property
    def touched(self) -> bool:
        return self.before.answers != self.after.answers or (
            bool(self.after.isolated_by) and not self.before.isolated_by
        )


def dns_changes(proposal: Proposal) -> Iterator[DnsChange]:
    """Known workloads first, then the selectors of policies that match none of them.

    Pods for which nothing differs on which their DNS could hang are left out. A workload that
    is new had its DNS wherever it came from.
    """
    before = Dns.of(proposal.base, answering_dns(proposal.head))
    after = Dns.of(proposal.head, answering_dns(proposal.base))
    estranged = after.pods.estranged
    apart = {
        name
        for name in {*before.isolating, *after.isolating}
        if before.of_namespace(name) != after.of_namespace(name)
    }
    old = {each.identity: each for each in proposal.base.workloads}
    for workload in proposal.head.workloads:
        was = old.get(workload.identity)
        if workload.namespace in apart or workload != was:
            known = KnownPods(workload)
            reach = OPEN if was is None else before.reach(known)
            yield DnsChange(known, reach, after.reach(known), estranged)
    described = dict.fromkeys(
        subject_of(policy)
        for policy in proposal.head.policies
        if policy.namespace in apart
        and Direction.EGRESS in policy.isolates
        and not known_subjects(proposal.head, policy)
    )
    for subject in described:
        yield DnsChange(
            subject,
            before.reach(subject),
            after.reach(subject),
            estranged,
            after.sparing(subject),
        )
