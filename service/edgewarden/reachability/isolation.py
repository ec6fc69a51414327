"""Workloads that become isolated in a direction, or are so no longer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.causes import Causes, ordered
from edgewarden.reachability.concrete.bits import numbers
from edgewarden.reachability.concrete.pairs import Pairs, pairs_of
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.evaluation import Isolation
from edgewarden.reachability.facts import Holding, unknowns
from edgewarden.reachability.model import ClusterProfile, Direction
from edgewarden.reachability.report import IsolationChange


def isolation_changes(step: Transition, causes: Causes) -> tuple[IsolationChange, ...]:
    """The changes of workloads that both states have, sorted by workload and direction."""
    base, head = pairs_of(step)
    found = (
        change
        for direction in Direction
        for number in numbers(_candidates(step, direction))
        for change in _changes(step, number, direction, (base, head), causes)
    )
    return tuple(sorted(found, key=lambda c: (c.workload, c.direction, c.isolated)))


def _candidates(step: Transition, direction: Direction) -> int:
    """Workloads of both states of which it differs, or could, whether a policy isolates them."""
    before, after = (index.rules.isolated(direction) for index in (step.base, step.head))
    apart = (before.certain ^ after.certain) | (before.possible ^ after.possible)
    hanging = (before.open | after.open) & (step.touched | step.policies[direction].subjects)
    both = step.base.inventory.present & step.head.inventory.present
    return (apart | hanging) & both


def _changes(
    step: Transition,
    number: int,
    direction: Direction,
    states: tuple[Pairs, Pairs],
    causes: Causes,
) -> Iterator[IsolationChange]:
    before, after = (each.isolations(number, direction) for each in states)
    endpoint = step.endpoint(number)
    outcomes = _outcomes(before, after, step.head.state.profile)
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
