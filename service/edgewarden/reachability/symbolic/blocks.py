"""What changes whether or not ``ipBlock`` matches pods, and what only in one of the two cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce

from edgewarden.reachability.facts import Role
from edgewarden.reachability.reasons import Fact, FactKind
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.restrictions import Spans
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import Precision

_QUESTION = "Does the network plugin let ipBlock match the addresses of pods?"


def combined(apart: Iterable[Found], within: Iterable[Found], budget: Budget) -> Iterator[Found]:
    """What is found in both cases as it is, and what only in one of them with the fact.

    ``apart`` is found where ``ipBlock`` never matches pods, ``within`` where it does.
    """
    first, vague = _parted(apart)
    second, vague_too = _parted(within)
    yield from vague
    told = {each.box for each in vague}
    yield from (_doubted(each) for each in vague_too if each.box not in told)
    try:
        only_first = [_whatever_address(each) for each in _remaining(first, second, budget)]
        only_second = _remaining(second, first, budget)
        both = _remaining(first, only_first, budget)
    except BudgetExhaustedError:
        yield from map(_doubted, (*first, *second))
    else:
        yield from both
        yield from map(_doubted, (*only_first, *only_second))


def possible(found: Iterable[Found], pod_addresses: Spans) -> Iterator[Found]:
    """Without addresses of pods that no pod has, and not asking for those that all pods have."""
    for each in found:
        box: Box | None = each.box
        for end in Role:
            box = None if box is None else _placed(box, end, pod_addresses)
        if box is not None:
            yield replace(each, box=box)


def _placed(box: Box, end: Role, pod_addresses: Spans) -> Box | None:
    axis = axes.pod_address(end)
    addresses = box.sides.get(axis)
    if not isinstance(addresses, Spans):
        return box
    if not addresses.overlaps(pod_addresses):
        return None
    return box if pod_addresses - addresses else box.free_of(axis)


def _parted(found: Iterable[Found]) -> tuple[list[Found], list[Found]]:
    """What is exact, and the rest."""
    every = list(found)
    exact = [each for each in every if each.precision is Precision.EXACT]
    return exact, [each for each in every if each.precision is not Precision.EXACT]


def _remaining(found: Sequence[Found], removed: Iterable[Found], budget: Budget) -> list[Found]:
    """The points of ``found`` that are in none of ``removed``."""
    boxes = [each.box for each in removed]
    same, shelf = frozenset(boxes), Shelf.of(boxes)
    return [
        replace(each, box=part)
        for each in found
        if each.box not in same
        for part in minus_all([each.box], shelf, budget)
    ]


def _whatever_address(found: Found) -> Found:
    """A pod of which nobody knows the address may have any."""
    return replace(
        found,
        box=reduce(Box.free_of, map(axes.pod_address, Role), found.box),
    )


def _doubted(found: Found) -> Found:
    """``found`` as something that hangs on the question."""
    where = min(cause.location for cause in found.causes)
    fact = Fact(FactKind.IP_BLOCK, "pods", _QUESTION, where)
    return replace(found, facts=found.facts | {fact})
