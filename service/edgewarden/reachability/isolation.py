"""Workloads that become isolated in a direction, or are so no longer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.causes import Causes, ordered
from edgewarden.reachability.endpoints import Endpoint
from edgewarden.reachability.evaluation import Isolation
from edgewarden.reachability.facts import Holding, unknowns
from edgewarden.reachability.model import ClusterProfile, Direction
from edgewarden.reachability.policies import PolicyIndex
from edgewarden.reachability.report import IsolationChange


def isolation_changes(
    endpoints: Iterable[Endpoint], base: PolicyIndex, head: PolicyIndex, causes: Causes
) -> tuple[IsolationChange, ...]:
    """The changes of workloads that both states have, sorted by workload and direction."""
    found = (
        change
        for endpoint in endpoints
        for direction in Direction
        for change in _changes(endpoint, direction, base, head, causes)
    )
    return tuple(sorted(found, key=lambda c: (c.workload, c.direction, c.isolated)))


def _changes(
    endpoint: Endpoint, direction: Direction, base: PolicyIndex, head: PolicyIndex, causes: Causes
) -> Iterator[IsolationChange]:
    if endpoint.base is None or endpoint.head is None:
        return
    before = base.isolations(endpoint.base.workload, direction)
    after = head.isolations(endpoint.head.workload, direction)
    outcomes = _outcomes(before, after, head.state.profile)
    gained = [not outcome.before and outcome.after for outcome in outcomes]
    lost = [outcome.before and not outcome.after for outcome in outcomes]
    if any(gained):
        why = causes.of_isolation(endpoint, direction, after)
        yield IsolationChange(endpoint.end, direction, True, all(gained), ordered(why))
    if any(lost):
        why = causes.of_lost_isolation(endpoint, direction, before)
        yield IsolationChange(endpoint.end, direction, False, all(lost), ordered(why))


@dataclass(frozen=True, slots=True)
class _Isolated:
    """Whether the pods are isolated in base and head, in one world."""

    before: bool
    after: bool


def _outcomes(
    before: Iterable[Isolation], after: Iterable[Isolation], profile: ClusterProfile
) -> list[_Isolated]:
    """One outcome for every possible value of the labels that selectors hang on.

    Labels are independent of each other, and each selector is a conjunction.
    """
    before, after = tuple(before), tuple(after)
    holding: list[Holding] = [frozenset()]
    asked = (proposition for each in (*after, *before) for proposition in each.when)
    for unknown in unknowns(asked, profile):
        holding = [world | answer for world in holding for answer in unknown.answers]
    return [
        _Isolated(
            any(each.when <= world for each in before), any(each.when <= world for each in after)
        )
        for world in holding
    ]
