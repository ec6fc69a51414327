"""What policies of a change are found to be, and those of the base were not."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias, TypeVar

from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.model import ClusterState, NetworkPolicy


class Keyed(Protocol):
    """Something that was found; equal keys mean the same, whatever line it stands in."""

    @property
    def key(self) -> Hashable: ...


Found = TypeVar("Found", bound=Keyed)
Finder: TypeAlias = Callable[[ClusterState, Sequence[NetworkPolicy]], Iterable[Found]]
"""What it finds in some policies of a state."""


def introduced(proposal: Proposal, find: Finder[Found]) -> Iterator[Found]:
    """What is found in the policies that the change touches, and in none of the base's policies of
    the same namespaces."""
    touched = proposal.touched_policies()
    namespaces = {policy.namespace for policy in touched}
    there = [each for each in proposal.base.policies if each.namespace in namespaces]
    return beyond(find(proposal.head, touched), find(proposal.base, there))


def beyond(after: Iterable[Found], before: Iterable[Found]) -> Iterator[Found]:
    """Each of ``after`` once, without what ``before`` has."""
    known = {each.key for each in before}
    for each in after:
        if each.key not in known:
            known.add(each.key)
            yield each
