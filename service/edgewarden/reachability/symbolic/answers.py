"""What changes whatever the answer to a question is, and what only under one of two answers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce

from edgewarden.reachability.facts import SUBJECT, PolicyLingers, Role
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.reasons import Fact, FactKind
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.restrictions import Spans, Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import Precision


def combined(
    no: Iterable[Found],
    yes: Iterable[Found],
    facts: Callable[[Found], frozenset[Fact]],
    budget: Budget,
) -> Iterator[Found]:
    """What is found under both answers as it is, and what under one of them with ``facts``."""

    def doubted(found: Found) -> Found:
        return replace(found, facts=found.facts | facts(found))

    first, vague = _parted(no)
    second, vague_too = _parted(yes)
    yield from vague
    told = {each.box for each in vague}
    yield from (doubted(each) for each in vague_too if each.box not in told)
    try:
        only_first = _remaining(first, second, budget)
        only_second = _remaining(second, first, budget)
        both = _remaining(first, only_first, budget)
    except BudgetExhaustedError:
        yield from map(doubted, (*first, *second))
    else:
        yield from both
        yield from map(doubted, (*only_first, *only_second))


BLOCKS_MATCH = Fact(
    FactKind.IP_BLOCK,
    "pods",
    "Does the network plugin let ipBlock match the addresses of pods?",
    Location("", 1),
)
"""Asked of connections before it is known at which block."""


def of_blocks(_: Found) -> frozenset[Fact]:
    """Whether ``ipBlock`` matches pods."""
    return frozenset((BLOCKS_MATCH,))


def of_lingering(
    policies: Iterable[NetworkPolicy],
) -> Callable[[Found], frozenset[Fact]]:
    """Whether those of ``policies`` that would bind the pods are still in the cluster."""
    every = [(policy, PolicyLingers.of(policy).fact()) for policy in policies]

    def facts(found: Found) -> frozenset[Fact]:
        return frozenset(fact for policy, fact in every if _could_bind(policy, found.box))

    return facts


def _could_bind(policy: NetworkPolicy, box: Box) -> bool:
    ends = (SUBJECT[direction] for direction in policy.isolates)
    places = (
        Box({axes.kind(end): axes.POD, axes.namespace(end): Values.only(policy.namespace)})
        for end in ends
    )
    return any(box.overlaps(place) for place in places)


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
    """What is certain, and the rest."""
    every = list(found)
    certain = [each for each in every if each.precision is Precision.EXACT and not each.facts]
    return certain, [each for each in every if each.precision is not Precision.EXACT or each.facts]


def _remaining(found: Sequence[Found], removed: Iterable[Found], budget: Budget) -> list[Found]:
    """The points of ``found`` that are in none of ``removed``, and perhaps a few more.

    Pods that were not asked for their address may have any.
    """
    boxes = [each.box for each in removed]
    same, shelf = frozenset(boxes), Shelf.of(boxes)
    return [
        replace(each, box=_unasked(part, each.box))
        for each in found
        if each.box not in same
        for part in minus_all([each.box], shelf, budget)
    ]


def _unasked(part: Box, whole: Box) -> Box:
    asked = (axis for axis in map(axes.pod_address, Role) if axis not in whole.sides)
    return reduce(Box.free_of, asked, part)
