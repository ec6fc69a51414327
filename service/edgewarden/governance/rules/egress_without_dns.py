"""Egress isolation that forgets DNS: hardening that takes the application down."""

from collections.abc import Iterator

from edgewarden.governance.dns import dns_phrase, protocols_phrase
from edgewarden.governance.dns_changes import DnsChange, dns_changes
from edgewarden.governance.findings import Severity
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.sighting import Sighting
from edgewarden.governance.selection import implies
from edgewarden.governance.subjects import DescribedPods
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.ports import Protocol


def egress_without_dns(proposal: Proposal) -> Iterator[Sighting]:
    """One sighting for each policy and namespace that cuts pods off, in whole or in part."""
    groups: dict[tuple[str, frozenset[Protocol], object], list[DnsChange]] = {}
    lost = [change for change in dns_changes(proposal) if change.lost]
    for change in lost:
        if not _contained(change, lost):
            culprit = _culprit(change, proposal)
            key = (change.subject.namespace, change.lost, culprit.ref)
            groups.setdefault(key, []).append(change)
    for changes in groups.values():
        yield _sighting(changes, _culprit(changes[0], proposal), proposal)


def _contained(change: DnsChange, others: list[DnsChange]) -> bool:
    """Whether a broader selector of the namespace says the same."""
    subject = change.subject
    return isinstance(subject, DescribedPods) and any(
        isinstance(other.subject, DescribedPods)
        and other.subject.namespace == subject.namespace
        and other.subject.selector != subject.selector
        and other.lost >= change.lost
        and implies(subject.selector, other.subject.selector)
        for other in others
    )


def _culprit(change: DnsChange, proposal: Proposal) -> NetworkPolicy:
    """The policy to point at: one that isolates anew, else one that changed, else any; among
    equals one that allows nothing, since the others were written to allow something."""
    before = {policy.ref for policy in change.before.isolated_by}
    changed = {policy.ref for policy in proposal.changed_policies()}
    return min(
        change.after.isolated_by,
        key=lambda policy: (
            policy.ref in before,
            policy.ref not in changed,
            bool(policy.egress),
            policy.ref,
        ),
    )


def _sighting(changes: list[DnsChange], culprit: NetworkPolicy, proposal: Proposal) -> Sighting:
    lost = changes[0].lost
    pods = listing(sorted(str(change.subject) for change in changes))
    isolated = f"isolated for egress by policy {culprit.ref} ({culprit.location})"
    if lost == {Protocol.TCP}:
        effect = (
            "may ask for names by UDP only: an answer that does not fit into a datagram is "
            "asked for again by TCP, which no egress rule allows"
        )
    elif lost == {Protocol.UDP}:
        effect = "may ask for names by TCP only, while resolvers ask by UDP first"
    else:
        effect = (
            "cannot ask for names any more: no egress rule that applies to them allows "
            f"{protocols_phrase(lost)} {dns_phrase(proposal.profile)}"
        )
    return Sighting(
        key=(culprit.namespace, str(culprit.pods), protocols_phrase(lost)),
        message=f"{pods}, {isolated}, {effect}.{_gone(changes)}{_unjudged(proposal, culprit)}",
        location=culprit.location,
        subject=culprit.ref,
        severity=Severity.LOW if lost == {Protocol.TCP} else None,
    )


def _gone(changes: list[DnsChange]) -> str:
    """The rules of the base that allowed it."""
    rules = dict.fromkeys(
        f"egress rule {rule.index + 1} of policy {policy.ref} ({rule.location} in the base)"
        for change in changes
        for policy, rule in change.before.rules
    )
    return f" What allowed it before: {listing(rules)}." if rules else ""


def _unjudged(proposal: Proposal, culprit: NetworkPolicy) -> str:
    """Policies of other kinds could still allow it."""
    others = [
        f"{each.ref.kind} {each.ref}"
        for each in proposal.head.unjudged
        if each.ref.namespace in {"", culprit.namespace}
    ]
    return f" Not judged, and so not counted: {listing(others)}." if others else ""
