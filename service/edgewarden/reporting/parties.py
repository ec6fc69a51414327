"""Ends put into words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.report import Edges, ReachabilityDiff
from edgewarden.reachability.wording import address_texts, listed
from edgewarden.reporting.rows import Party

MOST_NAMED = 3
"""More members than these are counted and folded instead of named."""


class Namer:
    """Names workloads as ``namespace/name``, with the kind only where that is ambiguous."""

    def __init__(self, workloads: Iterable[WorkloadEnd]) -> None:
        kinds = Counter((end.namespace, end.name) for end in set(workloads))
        self._ambiguous = frozenset(name for name, count in kinds.items() if count > 1)

    def workload(self, end: WorkloadEnd) -> str:
        name = f"{end.namespace}/{end.name}"
        if (end.namespace, end.name) in self._ambiguous:
            name = str(end)
        return f"{name} (host network)" if end.host_network else name

    def party(self, ends: Iterable[End]) -> Party:
        """One end of a row; ``ends`` is not empty.

        Addresses come first in the text, since the internet may be among them.
        """
        found = frozenset(ends)
        workloads = sorted(end for end in found if isinstance(end, WorkloadEnd))
        addresses = address_texts(end for end in found if isinstance(end, AddressEnd))
        names = tuple(map(self.workload, workloads))
        many_workloads, many_addresses = len(names) > MOST_NAMED, len(addresses) > MOST_NAMED
        parts = (
            [f"{len(addresses)} address ranges outside the cluster"]
            if many_addresses
            else list(addresses)
        )
        parts += [_counted_workloads(workloads)] if many_workloads else names
        return Party(
            text=listed(parts),
            members=(*names, *addresses),
            folded=many_workloads or many_addresses,
        )


def _counted_workloads(workloads: list[WorkloadEnd]) -> str:
    namespaces = sorted({end.namespace for end in workloads})
    if len(namespaces) == 1:
        return f"{len(workloads)} workloads in namespace {namespaces[0]}"
    if len(namespaces) <= MOST_NAMED:
        return f"{len(workloads)} workloads in namespaces {listed(namespaces)}"
    return f"{len(workloads)} workloads in {len(namespaces)} namespaces"


def workloads_of(diff: ReachabilityDiff) -> Iterable[WorkloadEnd]:
    """Every workload that an edge or an isolation change of the difference names."""
    certain, may = (*diff.added, *diff.removed, *diff.changed), (*diff.may_added, *diff.may_removed)
    yield from workload_ends((*certain, *may))
    for isolation in diff.isolation:
        yield isolation.workload


def workload_ends(several: Iterable[Edges]) -> Iterator[WorkloadEnd]:
    """The workloads among the ends of edges."""
    for edges in several:
        for end in edges.ends():
            if isinstance(end, WorkloadEnd):
                yield end
