"""Ends of connections in few words."""

from collections.abc import Sequence

from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.wording import address_texts, listed

_MOST_NAMED = 3


def crowd(ends: Sequence[End]) -> str:
    """The first of them by name, and how many others there are."""
    workloads = [str(each) for each in ends if isinstance(each, WorkloadEnd)]
    ranges = [each for each in ends if isinstance(each, AddressEnd)]
    names = [*workloads, *address_texts(ranges)] if ranges else workloads
    if len(names) <= _MOST_NAMED:
        return listed(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def pairs(sources: Sequence[End], destinations: Sequence[End]) -> int:
    """Of ends; all addresses at one end count as one."""
    return _count(sources) * _count(destinations)


def _count(ends: Sequence[End]) -> int:
    workloads = sum(isinstance(each, WorkloadEnd) for each in ends)
    return workloads + (workloads < len(ends))
