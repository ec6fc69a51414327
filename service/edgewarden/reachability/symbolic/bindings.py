"""What the policies of several namespaces say together, found by the boxes that they meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edgewarden.reachability.facts import OTHER, SUBJECT
from edgewarden.reachability.model import Direction
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.translation import Said

_FEW = 16
"""Up to so many namespaces are looked up one by one."""


def few(names: Values) -> bool:
    """Whether the namespaces are few enough to be looked up one by one."""
    return not names.inverted and len(names) <= _FEW


@dataclass(frozen=True, slots=True)
class Bindings:
    """The isolation and the rules of some namespaces in one direction.

    ``isolating`` pairs namespaces with the pods that are isolated in each of them, and ``bound``
    are all of these namespaces. ``rules`` hold equal boxes of several namespaces once, with the
    namespaces of their subjects; selectors of namespaces are as written. Some boxes are larger
    than their rules where ``widened``.
    """

    bound: Values
    isolating: Sequence[tuple[Values, Shelf]]
    rules: Shelf
    widened: bool


def bind(direction: Direction, said: Iterable[tuple[str, Said]]) -> Bindings:
    """What namespaces say, each given by name."""
    isolating: dict[tuple[Box, ...], list[str]] = {}
    admitting: dict[Box, list[str]] = {}
    widened = False
    for name, each in said:
        if each.isolating:
            isolating.setdefault(each.isolating, []).append(name)
        for box in each.admitting:
            admitting.setdefault(box, []).append(name)
        widened = widened or each.widened
    where = axes.namespace(SUBJECT[direction])
    rules = [box.having(where, Values.only(*names)) for box, names in admitting.items()]
    return Bindings(
        bound=Values.only(*(name for names in isolating.values() for name in names)),
        isolating=[(Values.only(*names), Shelf.of(boxes)) for boxes, names in isolating.items()],
        rules=Shelf.under(axes.namespace(OTHER[direction]), rules),
        widened=widened,
    )
