"""What a person's answer rests on: the values that the person looks at."""

from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.reachability.report import MayChange


def whole_change(proposal: Proposal) -> tuple[object, ...]:
    """Every connection that changes, and the policies that the change brings or takes."""
    diff = proposal.diff
    changed = proposal.changed_policies()
    return (
        [(each.sources, each.destinations, each.opened) for each in proposal.opened],
        [*map(_possible, diff.may_added)],
        diff.symbolic.opened,
        diff.symbolic.isolation,
        diff.isolation,
        diff.unjudged,
        closing(proposal),
        [(policy.ref, policy.pods, policy.isolates) for policy in changed],
        frozenset(written.effect for written in rules_of(changed)),
        [policy.ref for policy in proposal.removed_policies()],
    )


def closing(proposal: Proposal) -> tuple[object, ...]:
    """Every connection that is newly blocked, or may be."""
    return (
        [(each.sources, each.destinations, each.closed) for each in proposal.closed],
        [*map(_possible, proposal.diff.may_removed)],
        proposal.diff.symbolic.closed,
    )


def _possible(change: MayChange) -> tuple[object, ...]:
    return change.sources, change.destinations, change.ports, change.facts
