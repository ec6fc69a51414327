"""What a change does to a contract: entries that it breaks or mends, and edges without an entry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from edgewarden.governance.contract.among_all import boxes
from edgewarden.governance.contract.contract import Contract, Entry
from edgewarden.governance.contract.coverage import Area, areas_of
from edgewarden.governance.contract.members import Membership
from edgewarden.governance.contract.report import NO_REPORT, ContractReport
from edgewarden.governance.contract.uncovered import statement_box, uncovered_edges
from edgewarden.governance.contract.verification import Verification
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.report import EdgeChange, MayChange
from edgewarden.reachability.symbolic.statements import Statement

Thing = TypeVar("Thing")

MOST_CAUSES = 6
"""Of more causes the first are told."""


def contract_report(contract: Contract, proposal: Proposal, today: date) -> ContractReport:
    """Every entry that is about the cluster, in the head and before, and what none speaks of."""
    entries = contract.of_cluster(proposal.head.name)
    if not entries:
        return NO_REPORT
    base, head = Verification(proposal.base), Verification(proposal.head)
    touched = _touched(proposal)
    results = []
    for entry in entries:
        after = head.result(entry, today)
        result = replace(after, before=after.standing)
        if touched is None or entry.namespaces is None or touched & entry.namespaces:
            before = base.result(entry, today).standing
            if before is not after.standing:
                found = _Changes(entry, proposal)
                every = (*found.edges(base.membership), *found.edges(head.membership))
                causes = tuple(dict.fromkeys((*every, *found.statements())))
                result = replace(after, before=before, causes=causes[:MOST_CAUSES])
        results.append(result)
    uncovered = uncovered_edges(entries, proposal, head.membership)
    return ContractReport(tuple(results), tuple(uncovered))


def _touched(proposal: Proposal) -> frozenset[str] | None:
    """The namespaces in which anything differs; nothing where that may be any.

    An entry whose ends are in no such namespace fares as before: only what is there binds its pods
    or tells what they are.
    """
    base, head = proposal.base, proposal.head
    names = {
        *(each.namespace for each in _unshared(base.policies, head.policies)),
        *(each.namespace for each in _unshared(base.lingering, head.lingering)),
        *(each.namespace for each in _unshared(base.workloads, head.workloads)),
        *(each.name for each in _unshared(base.namespaces, head.namespaces)),
        *(each.ref.namespace for each in _unshared(base.unjudged, head.unjudged)),
    }
    for problem in _unshared(base.problems, head.problems):
        names.update(problem.namespaces or ("",))
    return None if "" in names else frozenset(names)


def _unshared(before: Sequence[Thing], after: Sequence[Thing]) -> Sequence[Thing]:
    lost, won = unshared(before, after)
    return [*lost, *won]


class _Changes:
    """What the change did to the connections of an entry that fares otherwise than before."""

    def __init__(self, entry: Entry, proposal: Proposal) -> None:
        diff = proposal.diff
        self._entry = entry
        self._profile = proposal.profile
        changed: tuple[EdgeChange | MayChange, ...] = (*diff.added, *diff.removed, *diff.changed)
        self._edges = (*changed, *diff.may_added, *diff.may_removed)
        self._statements: tuple[Statement, ...] = (*diff.symbolic.opened, *diff.symbolic.closed)

    def edges(self, membership: Membership) -> Iterator[Cause]:
        meant = list(areas_of(self._entry, membership))
        for each in self._edges:
            area = Area(
                membership.ends(each.sources), membership.ends(each.destinations), _ports(each)
            )
            if any(area & some for some in meant):
                yield from each.causes

    def statements(self) -> Iterator[Cause]:
        meant = list(boxes(self._entry, self._profile))
        for each in self._statements:
            if any(statement_box(each).overlaps(box) for box in meant):
                yield from each.causes


def _ports(change: EdgeChange | MayChange) -> PortSet:
    return change.opened | change.closed if isinstance(change, EdgeChange) else change.ports
