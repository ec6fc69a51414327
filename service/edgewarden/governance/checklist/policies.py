"""Items on the policies that a change touches: direction, selected pods, documentation."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.findings import Outcome
from edgewarden.governance.isolation import gained_isolation, lost_isolation
from edgewarden.governance.ownership.annotations import reason_in
from edgewarden.governance.ownership.ownership import Ownership
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.subjects import known_subjects, subject_of
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, NetworkPolicy
from edgewarden.reachability.report import IsolationChange
from edgewarden.reachability.symbolic.statements import IsolationStatement


def direction(proposal: Proposal) -> Evaluation:
    """Isolation lost and rules without effect are what goes wrong with directions unnoticed."""
    lost, gained = list(_lost(proposal)), list(_gained(proposal))
    changed = proposal.changed_policies()
    dead = [(policy, rule) for policy in changed for rule in policy.dead_rules]
    if dead:
        places = listing(f"{policy.ref} ({rule.location})" for policy, rule in dead)
        return Evaluation(
            Outcome.FAIL,
            f"Rules stand in a direction that policyTypes leaves out, so they have no effect: "
            f"{places}." + _told("Isolation lost", lost) + _told("Newly isolated", gained),
            (*(rule.location for _, rule in dead), *(place for _, place in lost)),
        )
    if lost:
        return Evaluation(
            Outcome.ATTENTION,
            f"Isolation is lost: {listing(text for text, _ in lost)}. {_now(proposal)}"
            + _told("Newly isolated", gained),
            tuple(place for _, place in lost),
        )
    if gained:
        return Evaluation(
            Outcome.PASS,
            f"Newly isolated: {listing(text for text, _ in gained)}. No isolation is lost.",
            tuple(place for _, place in gained),
        )
    if not changed and not proposal.removed_policies():
        return not_applicable("No policy changes its effect and no isolation changes.")
    return Evaluation(
        Outcome.PASS, "No pods become isolated or lose isolation in either direction."
    )


def _now(proposal: Proposal) -> str:
    """What holds in the place of isolation that is lost."""
    instead = {
        f"{policy.replaced_by.kind} {policy.replaced_by} of {policy.replaced_by.group}"
        for policy in proposal.removed_policies()
        if policy.replaced_by is not None
    }
    if instead:
        return (
            f"Policies are replaced by a kind that is not judged ({listing(sorted(instead))}), so "
            "what is allowed there now is not known."
        )
    return "Everything is allowed there in that direction now."


_Place: TypeAlias = tuple[str, Location]
"""Pods and a direction in words, and where to look."""


def _lost(proposal: Proposal) -> Iterator[_Place]:
    yield from _known_changes(each for each in proposal.diff.isolation if not each.isolated)
    for each in Direction:
        yield from _unseen_changes(lost_isolation(proposal, each))


def _gained(proposal: Proposal) -> Iterator[_Place]:
    yield from _known_changes(each for each in proposal.diff.isolation if each.isolated)
    for each in Direction:
        yield from _unseen_changes(gained_isolation(proposal, each))


def _known_changes(changes: Iterable[IsolationChange]) -> Iterator[_Place]:
    for change in changes:
        certainty = "" if change.certain else ", which is not certain"
        place = change.causes[0].location
        yield f"{change.workload} for {change.direction}{certainty} ({place})", place


def _unseen_changes(changes: Iterable[IsolationStatement]) -> Iterator[_Place]:
    for each in changes:
        certainty = "" if each.certain else ", which is not certain"
        place = each.causes[0].location
        yield f"{each.pods} for {each.direction}{certainty} ({place})", place


def _told(label: str, changes: list[_Place]) -> str:
    return f" {label}: {listing(text for text, _ in changes)}." if changes else ""


def selected_pods(proposal: Proposal) -> Evaluation:
    """A selector that finds nothing is a likely slip, one that finds all a likely haste.

    A policy without rules over a whole namespace is a default deny and meant to be so.
    """
    changed = proposal.changed_policies()
    if not changed:
        return not_applicable("No policy is added or changed.")
    whole = [
        policy
        for policy in changed
        if policy.pods.selects_everything and (policy.ingress or policy.egress)
    ]
    unseen = [
        policy
        for policy in changed
        if not policy.pods.selects_everything and not known_subjects(proposal.head, policy)
    ]
    if whole or unseen:
        told = [
            f"{policy.ref} applies its rules to {subject_of(policy)} ({policy.location})"
            for policy in whole
        ] + [
            f"{policy.ref} selects no pod that is seen here: {subject_of(policy)} "
            f"({policy.location})"
            for policy in unseen
        ]
        return Evaluation(
            Outcome.ATTENTION,
            f"{listing(told)}.",
            tuple(policy.location for policy in (*whole, *unseen)),
        )
    told = [f"{policy.ref} selects {_selection(policy, proposal)}" for policy in changed]
    return Evaluation(
        Outcome.PASS, f"{listing(told)}.", tuple(policy.location for policy in changed)
    )


def _selection(policy: NetworkPolicy, proposal: Proposal) -> str:
    known = known_subjects(proposal.head, policy)
    if policy.pods.selects_everything:
        return f"{subject_of(policy)} and allows nothing"
    return listing(sorted(map(str, known)))


def documentation(proposal: Proposal) -> Evaluation:
    """The owner, wherever people write it, and the reason, which stands on the policy."""
    changed = proposal.changed_policies()
    if not changed:
        return not_applicable("No policy is added or changed.")
    manifests = {each.name: each for each in proposal.head.namespaces}
    owners = {
        policy.ref: proposal.owners.of_policy(policy, manifests.get(policy.namespace))
        for policy in changed
    }
    lacking = [
        (policy, missing) for policy in changed if (missing := _missing(policy, owners[policy.ref]))
    ]
    if lacking:
        told = listing(f"{policy.ref} lacks {' and '.join(words)}" for policy, words in lacking)
        keys = sorted({f"edgewarden.io/{word}" for _, words in lacking for word in words})
        return Evaluation(
            Outcome.ATTENTION,
            f"{told}. Annotate with {' and '.join(keys)}.",
            tuple(policy.location for policy, _ in lacking),
        )
    unknown = [each for each in owners.values() if each is not None and each.fault]
    if unknown:
        told = listing(f"{each.location.path} {each.fault}" for each in unknown)
        return Evaluation(
            Outcome.MANUAL,
            f"Reasons are annotated. Who owns the policies is not known: {told}.",
            tuple(each.location for each in unknown),
            (frozenset((each.location.path, each.fault) for each in unknown),),
        )
    told = listing(f"{ref} is owned by {owner}" for ref, owner in owners.items())
    return Evaluation(
        Outcome.PASS,
        f"The reason is annotated and the owner is known: {told}.",
        tuple(policy.location for policy in changed),
    )


def _missing(policy: NetworkPolicy, owner: Ownership | None) -> tuple[str, ...]:
    found = (("owner", owner), ("reason", reason_in(policy.annotations)))
    return tuple(word for word, written in found if written is None)
