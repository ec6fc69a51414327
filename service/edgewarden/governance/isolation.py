"""Which pods become isolated and which lose it, where no known workload shows it."""

from collections.abc import Iterator

from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.model import Direction
from edgewarden.reachability.symbolic.statements import IsolationStatement


def lost_isolation(proposal: Proposal, direction: Direction) -> Iterator[IsolationStatement]:
    """The pods that nothing isolates any more. A namespace that is deleted loses nothing."""
    return (each for each in _unseen(proposal, direction) if not each.isolated)


def gained_isolation(proposal: Proposal, direction: Direction) -> Iterator[IsolationStatement]:
    return (each for each in _unseen(proposal, direction) if each.isolated)


def _unseen(proposal: Proposal, direction: Direction) -> Iterator[IsolationStatement]:
    """What known workloads do not show in each of its namespaces."""
    return (
        each
        for each in proposal.diff.symbolic.isolation
        if each.direction is direction and not each.known.in_every_namespace
    )
