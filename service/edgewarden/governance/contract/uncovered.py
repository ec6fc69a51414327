"""New edges that no entry of a contract speaks of."""

from collections.abc import Iterator, Sequence

from edgewarden.governance.contract.among_all import boxes
from edgewarden.governance.contract.contract import Entry
from edgewarden.governance.contract.coverage import Area, Coverage
from edgewarden.governance.contract.members import Membership
from edgewarden.governance.contract.report import Uncovered
from edgewarden.governance.contract.wording import crowd, pairs
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.facts import Role
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import EdgeChange, MayChange
from edgewarden.reachability.symbolic.boxes import Box, conjunction
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import PodSet, Statement
from edgewarden.reachability.symbolic.stating import box_of, end_set, ports_box, stated_ports

_MOST_CAUSES = 6
_BUDGET = 1_000_000
"""Steps of ``Budget``; what takes more is told whole."""


def uncovered_edges(
    entries: Sequence[Entry], proposal: Proposal, membership: Membership
) -> Iterator[Uncovered]:
    """The exact parts, between known workloads first; ``membership`` is of the head."""
    yield from _known(proposal, Coverage(entries, membership), membership)
    yield from _conceivable(entries, proposal)


def _known(proposal: Proposal, coverage: Coverage, membership: Membership) -> Iterator[Uncovered]:
    """The exact parts of new edges between known workloads that no entry speaks of."""
    diff = proposal.diff
    changes: tuple[tuple[EdgeChange | MayChange, PortSet, bool], ...] = (
        *((each, each.opened, True) for each in proposal.opened),
        *((each, each.ports, False) for each in diff.may_added),
    )
    for change, ports, certain in changes:
        area = Area(membership.ends(change.sources), membership.ends(change.destinations), ports)
        for part in coverage.uncovered(area):
            sources, destinations = (
                membership.named(ends) for ends in (part.sources, part.destinations)
            )
            causes = change.causes_of(sources[0], destinations[0])
            text = f"{crowd(sources)} → {crowd(destinations)}: {part.ports}"
            count = pairs(sources, destinations)
            yield Uncovered(text, count, certain, causes[:_MOST_CAUSES])


def _conceivable(entries: Sequence[Entry], proposal: Proposal) -> Iterator[Uncovered]:
    """The same of pods that no manifest shows."""
    opened = [each for each in proposal.diff.symbolic.opened if _unseen(each)]
    if not opened:
        return
    profile = proposal.profile
    covered = Shelf.of([box for entry in entries for box in boxes(entry, profile)])
    budget = Budget(_BUDGET)
    for statement in opened:
        try:
            left = minus_all([statement_box(statement)], covered, budget)
        except BudgetExhaustedError:
            left = [statement_box(statement)]
        certain = statement.certain and not statement.conditional
        for box in left:
            source, destination = (end_set(box, role) for role in Role)
            text = f"{source} → {destination}: {stated_ports(box)}"
            yield Uncovered(text, 0, certain, statement.causes[:_MOST_CAUSES])


def _unseen(statement: Statement) -> bool:
    """Whether no known edge tells a part of it."""
    ends = (
        (statement.source, statement.sources),
        (statement.destination, statement.destinations),
    )
    return any(isinstance(end, PodSet) and not known.workloads for end, known in ends)


def statement_box(statement: Statement) -> Box:
    """All its connections."""
    box = conjunction(
        box_of(statement.source, Role.SOURCE),
        box_of(statement.destination, Role.DESTINATION),
        ports_box(statement.ports),
    )
    if box is None:
        raise ValueError(f"no connection is in {statement}")
    return box
