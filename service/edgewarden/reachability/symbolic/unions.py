"""Several sets of ends put into words together."""

from collections.abc import Collection

from edgewarden.reachability.facts import Role
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, fused_boxes
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.importance import breadth
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import AddressSet, Anything, EndSet, PodSet
from edgewarden.reachability.symbolic.stating import box_of, end_set

_STEPS = 20_000
"""With more work than this the sets are named one by one."""
_END = Role.SOURCE


def together(ends: Collection[EndSet]) -> tuple[str, ...]:
    """One text for each set, or a single one for all of them by what they leave out.

    Addresses come first, since the internet may be among them, and then the widest set of pods.

    ``anything except pods app=web in namespace shop``; ``any pod except all pods in namespace
    kube-system``.
    """
    boxes = fused_boxes([box_of(each, _END) for each in ends])
    texts = tuple(map(str, sorted((end_set(box, _END) for box in boxes), key=_weightiest)))
    if len(texts) < 2:
        return texts
    every, noun = Box(), str(Anything())
    if not any(isinstance(each, AddressSet | Anything) for each in ends):
        every = Box({axes.kind(_END): axes.POD})
        noun = str(end_set(every, _END))
    try:
        left = minus_all([every], Shelf.of(boxes), Budget(_STEPS))
    except BudgetExhaustedError:
        return texts
    left_out = [end_set(box, _END) for box in fused_boxes(left)]
    if not left_out:
        return (noun,)
    plain = len(left_out) == 1 and _is_named(left_out[0])
    return (f"{noun} except {left_out[0]}",) if plain else texts


def _weightiest(ends: EndSet) -> tuple[bool, int, str]:
    return isinstance(ends, PodSet), breadth(ends), str(ends)


def _is_named(ends: EndSet) -> bool:
    """Whether it is said by what is in it, and not again by what is not."""
    return not isinstance(ends, PodSet) or not ends.namespaces.inverted
