"""The difference of two states of one cluster.

Exact for ``networking.k8s.io/v1`` NetworkPolicy: between the workloads that either state shows,
and between all pods that could exist; and between either and addresses.
"""

from collections.abc import Iterable
from functools import cache

from edgewarden.reachability.causes import because, ordered
from edgewarden.reachability.concrete.accounts import (
    Account,
    Change,
    Closing,
    Opening,
    accounts,
    causes_of,
)
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Doubtful
from edgewarden.reachability.concrete.rectangles import changes
from edgewarden.reachability.concrete.transition import Transition, transition
from edgewarden.reachability.isolation import isolation_changes
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import EdgeChange, Edges, MayChange, ReachabilityDiff
from edgewarden.reachability.symbolic.diff import difference_from as symbolic_difference
from edgewarden.reachability.symbolic.readings import Readings
from edgewarden.reachability.unjudged import unjudged_changes


def compare(base: ClusterState, head: ClusterState) -> ReachabilityDiff:
    """What ``head`` allows that ``base`` does not, and the reverse, with causes.

    Raises ``ValueError`` where the two states come with different profiles: what is not known of
    a cluster has to have the same answer in both.
    """
    if base.profile != head.profile:
        raise ValueError("base and head have different cluster profiles; load both with one")
    return difference(transition(Index.of(base), head))


def difference(step: Transition) -> ReachabilityDiff:
    """The difference of two indexed states."""
    causes = causes_of(step)
    found = accounts(changes(step), causes)
    certain = _edge_changes(step, found)
    return ReachabilityDiff(
        added=tuple(change for change in certain if not change.before),
        removed=tuple(change for change in certain if change.before and not change.after),
        changed=tuple(change for change in certain if change.before and change.after),
        may_added=tuple(
            sorted(_may_changes(step, found, Opening), key=lambda change: change.place)
        ),
        may_removed=tuple(
            sorted(_may_changes(step, found, Closing), key=lambda change: change.place)
        ),
        isolation=isolation_changes(step, causes),
        symbolic=symbolic_difference(Readings(step.base.state), step.head),
        unjudged=unjudged_changes(step.base.state, step.head.state),
    )


def _edge_changes(step: Transition, found: Iterable[Account]) -> tuple[EdgeChange, ...]:
    ends = cache(step.ends)
    changes = (
        EdgeChange(
            ends(each.sources),
            ends(each.destinations),
            before=each.what.before,
            after=each.what.after,
            opened=each.what.opened,
            closed=each.what.closed,
            because=because(each.causes),
            causes=ordered(each.causes),
        )
        for each in found
        if isinstance(each.what, Change)
    )
    return tuple(sorted(changes, key=lambda change: change.place))


def _may_changes(
    step: Transition, found: Iterable[Account], kind: type[Opening] | type[Closing]
) -> tuple[MayChange, ...]:
    ends = cache(step.ends)
    changes = (
        _may_change(Edges(ends(each.sources), ends(each.destinations)), each, each.what.doubt)
        for each in found
        if isinstance(each.what, kind)
    )
    return tuple(sorted(changes, key=lambda change: change.place))


def _may_change(edges: Edges, account: Account, doubt: Doubtful) -> MayChange:
    return MayChange(
        edges.sources,
        edges.destinations,
        ports=doubt.ports,
        facts=doubt.facts_about(*edges.example),
        because=because(account.causes),
        causes=ordered(account.causes),
    )
