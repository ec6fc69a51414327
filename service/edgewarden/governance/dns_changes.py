"""What a change does to the DNS of the pods that it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.dns import OPEN, DnsReach, dns_reach
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.subjects import (
    DescribedPods,
    KnownPods,
    known_subjects,
    subject_of,
)
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import Protocol


@dataclass(frozen=True, slots=True)
class DnsChange:
    """What a change does to the DNS of some pods, known or described."""

    subject: KnownPods | DescribedPods
    before: DnsReach
    after: DnsReach

    @property
    def lost(self) -> frozenset[Protocol]:
        """The protocols by which these pods certainly reach DNS no longer."""
        return self.after.refused() - self.before.refused()

    @property
    def touched(self) -> bool:
        return self.before.answers != self.after.answers or (
            bool(self.after.isolated_by) and not self.before.isolated_by
        )


def dns_changes(proposal: Proposal) -> Iterator[DnsChange]:
    """Known workloads first, then the selectors of policies that match none of them.

    A workload that is new had its DNS wherever it came from.
    """
    old = {each.identity for each in proposal.base.workloads}
    for workload in proposal.head.workloads:
        known = KnownPods(workload)
        before = dns_reach(proposal.base, known) if workload.identity in old else OPEN
        yield DnsChange(known, before, dns_reach(proposal.head, known))
    described: dict[DescribedPods, None] = {}
    for policy in proposal.head.policies:
        if Direction.EGRESS in policy.isolates and not known_subjects(proposal.head, policy):
            described[subject_of(policy)] = None
    for subject in described:
        before, after = dns_reach(proposal.base, subject), dns_reach(proposal.head, subject)
        yield DnsChange(subject, before, after)
