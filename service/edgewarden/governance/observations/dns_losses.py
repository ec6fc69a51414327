"""Pods that are cut off from DNS: hardening that takes the application down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.dns_changes import DnsChange, dns_changes
from edgewarden.governance.dns_pods import dns_phrase, protocols_phrase
from edgewarden.governance.dns_refusals import DnsRefusal, dns_refusals
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.selection import implies
from edgewarden.governance.subjects import DescribedPods
from edgewarden.reachability.model import ClusterProfile, NetworkPolicy
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.wording import capitalised


@dataclass(frozen=True, slots=True)
class DnsLoss(Observation):
    """Pods that can no longer ask for names, by all protocols or by ``protocols`` alone.

    It is not ``certain`` of pods that nobody knows where other policies let some of them ask.
    """

    protocols: frozenset[Protocol] = frozenset()
    certain: bool = True


def dns_losses(proposal: Proposal) -> Iterator[DnsLoss]:
    """One for each namespace whose policies cut pods off, in whole or in part.

    Where the DNS pods changed and the policies did not, one for all pods that lost them; and one
    for each other reason why known workloads no longer get through to known DNS pods.
    """
    estranged: dict[frozenset[Protocol], list[DnsChange]] = {}
    groups: dict[tuple[str, frozenset[Protocol], bool], list[DnsChange]] = {}
    lost = [change for change in dns_changes(proposal) if change.lost]
    for change in lost:
        if _contained(change, lost):
            continue
        if change.by_estrangement:
            estranged.setdefault(change.lost, []).append(change)
        else:
            key = (change.subject.namespace, change.lost, bool(change.sparing))
            groups.setdefault(key, []).append(change)
    yield from (_of_estranged(changes, proposal) for changes in estranged.values())
    for changes in groups.values():
        yield _of_policies(changes, proposal)
    refusals: dict[tuple[object, ...], list[DnsRefusal]] = {}
    for refusal in dns_refusals(proposal, {str(change.subject) for change in lost}):
        cause = refusal.cause
        refusals.setdefault((cause.subject, cause.kind, refusal.protocols), []).append(refusal)
    yield from (_of_refusals(some, proposal.profile) for some in refusals.values())


def _contained(change: DnsChange, others: list[DnsChange]) -> bool:
    """Whether a broader selector of the namespace says the same."""
    subject = change.subject
    return isinstance(subject, DescribedPods) and any(
        isinstance(other.subject, DescribedPods)
        and other.subject.namespace == subject.namespace
        and other.subject.selector != subject.selector
        and other.lost >= change.lost
        and bool(other.sparing) <= bool(change.sparing)
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


def _beginning(subjects: Iterable[str]) -> str:
    """Subjects at the beginning of a sentence, where the name of a workload stays as it is."""
    text = listing(sorted(subjects))
    return text if "/" in text.partition(" ")[0] else capitalised(text)


def _of_estranged(changes: list[DnsChange], proposal: Proposal) -> DnsLoss:
    """The DNS pods are at fault: no policy changed."""
    lost, pods = changes[0].lost, changes[0].estranged
    who = _beginning(str(change.subject) for change in changes)
    what = listing(f"{each} ({each.location})" for each in pods)
    answered = "answer DNS and are" if len(pods) > 1 else "answers DNS and is"
    selector = proposal.profile.dns_pods
    return DnsLoss(
        key=(*map(str, pods), protocols_phrase(lost)),
        text=(
            f"{who} cannot ask for names by {protocols_phrase(lost)} any more: {what} {answered} "
            f"no longer selected by {selector}, and no egress rule that applies to them allows "
            f"it.{_gone(changes)}"
        ),
        location=pods[0].location,
        protocols=lost,
        remedy=(
            f"Leave the labels {selector} and a network of their own to the DNS pods, or first "
            "change the egress rules that select them."
        ),
    )


def _of_refusals(refusals: list[DnsRefusal], profile: ClusterProfile) -> DnsLoss:
    """The way from the workloads to the DNS pods is closed, at either end."""
    cause, protocols = refusals[0].cause, refusals[0].protocols
    who = _beginning({str(end) for refusal in refusals for end in refusal.workloads})
    pods = listing(sorted({str(end) for refusal in refusals for end in refusal.pods}))
    place = f"{cause.location} in the base" if cause.side is Side.BASE else str(cause.location)
    return DnsLoss(
        key=(str(cause.subject), cause.kind.value, protocols_phrase(protocols)),
        text=(
            f"{who} cannot ask {pods} for names by {protocols_phrase(protocols)} any more, because "
            f"of {cause.subject.kind} {cause.subject} ({place})."
        ),
        location=cause.location,
        subject=cause.subject,
        side=cause.side,
        protocols=protocols,
        remedy=f"Let them through to {dns_phrase(profile, ())} by UDP and TCP.",
    )


def _of_policies(changes: list[DnsChange], proposal: Proposal) -> DnsLoss:
    """It points at the first policy that allows nothing, or at the first."""
    lost, certain = changes[0].lost, not changes[0].sparing
    pods = _beginning(str(change.subject) for change in changes)
    culprits = {each.ref: each for each in (_culprit(change, proposal) for change in changes)}
    ordered = sorted(culprits.values(), key=lambda each: (bool(each.egress), each.ref))
    culprit = ordered[0]
    named = listing(f"{each.ref} ({each.location})" for each in ordered)
    isolated = f"isolated for egress by {'policies' if len(ordered) > 1 else 'policy'} {named}"
    if lost == {Protocol.TCP}:
        effect = (
            "may ask for names by UDP only: an answer that does not fit into a datagram is "
            "asked for again by TCP, which no egress rule allows"
        )
    elif lost == {Protocol.UDP}:
        effect = "may ask for names by TCP only, while resolvers ask by UDP first"
    else:
        effect = (
            f"{'cannot' if certain else 'may not be able to'} ask for names any more: no egress "
            f"rule that applies to {'them' if certain else 'all of them'} allows "
            f"{protocols_phrase(lost)} {dns_phrase(proposal.profile, changes[0].estranged)}"
        )
    return DnsLoss(
        key=(culprit.namespace, str(culprit.pods), protocols_phrase(lost)),
        text=(
            f"{pods}, {isolated}, {effect}.{_spared(changes)}{_gone(changes)}"
            f"{_unjudged(proposal, culprit)}"
        ),
        location=culprit.location,
        subject=culprit.ref,
        protocols=lost,
        certain=certain,
    )


def _spared(changes: list[DnsChange]) -> str:
    """Who can ask all the same, so that the rest may be nobody."""
    policies = dict.fromkeys(policy for change in changes for policy in change.sparing)
    if not policies:
        return ""
    named = listing(f"{policy.ref} ({policy.location})" for policy in policies)
    return f" Pods that are bound by {named} as well can; whether there are others is not known."


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
