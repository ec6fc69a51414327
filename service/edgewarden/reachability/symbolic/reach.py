"""Sources from which everybody, or everybody outside, can come."""

from collections.abc import Sequence

from edgewarden.reachability.addresses import overlap
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    PodSet,
    Reach,
)


def reach(source: EndSet, internet: Sequence[AddressEnd]) -> Reach | None:
    """How far ``source`` reaches, where that is as far as anyone outside or any pod."""
    match source:
        case Anything():
            return Reach.EVERYTHING
        case AddressSet():
            meets = any(overlap(mine, each) for mine in source.ranges for each in internet)
            return Reach.INTERNET if meets else None
        case PodSet():
            asked = (*source.namespace_labels.values(), *source.labels.values())
            free = source.namespaces.inverted and all(map(_asks_nothing, asked))
            return Reach.EVERY_POD if free and not source.addresses else None


def _asks_nothing(values: Values) -> bool:
    """Whether an object without any label of its own has one of ``values``."""
    return values.inverted and None in values
