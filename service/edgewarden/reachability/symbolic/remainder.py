"""What selectors leave of the pods of a namespace, of all pods that could exist there."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, fused_boxes, without_covered
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import disjoint, minus_all
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import PodSet
from edgewarden.reachability.symbolic.stating import pod_set
from edgewarden.reachability.symbolic.translation import selected_pods

_STEPS = 200_000
_END = Role.SOURCE


@dataclass(frozen=True, slots=True)
class Remainder:
    """Pods of one namespace, as disjoint sets, the widest first.

    Where not ``exact``, telling them apart takes too many steps, and some of these are not meant.
    """

    pods: tuple[PodSet, ...]
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.pods)

    def __str__(self) -> str:
        return " and ".join(map(str, self.pods)) or "no pods"


def remainder(
    namespace: str, selected: Iterable[LabelSelector], without: Iterable[LabelSelector]
) -> Remainder:
    """The pods of ``namespace`` that one of ``selected`` selects and none of ``without`` does."""
    where = axes.namespace(_END)
    every = without_covered([box.having(where, Values.only(namespace)) for box in _boxes(selected)])
    budget = Budget(_STEPS)
    try:
        left = minus_all(disjoint(every, budget), Shelf.of(_boxes(without)), budget)
    except BudgetExhaustedError:
        return Remainder(_told(every), exact=False)
    return Remainder(_told(left))


def _boxes(selectors: Iterable[LabelSelector]) -> list[Box]:
    """Those of a selector that contradicts itself are none."""
    found = (selected_pods(_END, each) for each in dict.fromkeys(selectors))
    return [box for box in found if box is not None]


def _told(boxes: Iterable[Box]) -> tuple[PodSet, ...]:
    sets = (pod_set(box, _END) for box in fused_boxes(boxes))
    return tuple(sorted(sets, key=lambda each: (len(each.labels), str(each))))
