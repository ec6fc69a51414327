"""Neighbouring address ranges of which the same holds, joined."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from edgewarden.reachability.addresses import adjacent
from edgewarden.reachability.ends import AddressEnd

What = TypeVar("What", bound=Hashable)
Why = TypeVar("Why", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[What, Why]):
    """``what`` holds of every address of ``range``, for ``reasons`` taken together."""

    range: AddressEnd
    what: What
    reasons: frozenset[Why]


def joined(stretches: Iterable[Stretch[What, Why]]) -> tuple[Stretch[What, Why], ...]:
    """Join stretches of equal ``what`` that touch, collecting their reasons.

    Stretches come sorted by address; those of equal ``what`` do not overlap.
    """
    runs: dict[What, list[Stretch[What, Why]]] = {}
    for each in stretches:
        run = runs.setdefault(each.what, [])
        if run and adjacent(run[-1].range, each.range):
            last = run[-1]
            whole = AddressEnd(last.range.first, each.range.last)
            run[-1] = Stretch(whole, each.what, last.reasons | each.reasons)
        else:
            run.append(each)
    return tuple(stretch for run in runs.values() for stretch in run)
