"""The first evaluator: every pair of which an end changed, one by one.

Slow and plain. It shares the judge of facts and the naming of causes with the engine, and nothing
of how the engine finds which policies bind a pair, which pairs could have changed and which of
them are alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.addresses import EVERY_NETWORK, atoms
from edgewarden.reachability.causes import Causes, Pair, because, ordered
from edgewarden.reachability.endpoints import Endpoint, Placement
from edgewarden.reachability.ends import AddressEnd, End, end_key
from edgewarden.reachability.evaluation import Connection
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.judgement import Effort, judge
from edgewarden.reachability.model import ClusterState, Direction, IPBlock, Workload
from edgewarden.reachability.permissions import Statements
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Cause, Fact, Side
from edgewarden.reachability.report import EdgeChange, MayChange, ReachabilityDiff
from tests.support.policy_index import PolicyIndex


def compare(base: ClusterState, head: ClusterState) -> ReachabilityDiff:
    """What ``head`` allows that ``base`` does not, and the reverse, with causes.

    Raises ``ValueError`` where the two states come with different profiles: what is not known of
    a cluster has to have the same answer in both.
    """
    if base.profile != head.profile:
        raise ValueError("base and head have different cluster profiles; load both with one")
    return _Comparison(base, head).diff()


@dataclass(frozen=True, slots=True)
class _Change:
    """Certain ports of a pair that differ."""

    before: PortSet
    after: PortSet
    opened: PortSet
    closed: PortSet


@dataclass(frozen=True, slots=True)
class _Opening:
    """Ports that may newly be allowed."""

    ports: PortSet
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Closing:
    """Ports that may newly be blocked."""

    ports: PortSet
    facts: tuple[Fact, ...]


_What: TypeAlias = _Change | _Opening | _Closing


@dataclass(frozen=True, slots=True)
class _Found:
    """One difference of a pair with what accounts for it."""

    src: End
    dst: End
    what: _What
    causes: frozenset[Cause]


class _Comparison:
    def __init__(self, base: ClusterState, head: ClusterState) -> None:
        shared = frozenset(base.unjudged) & frozenset(head.unjudged)
        self.base = PolicyIndex(base, Side.BASE, frozenset(base.unjudged) - shared)
        self.head = PolicyIndex(head, Side.HEAD, frozenset(head.unjudged) - shared)
        self.causes = Causes(_statements(base), _statements(head))
        identities = sorted({*self.base.workloads, *self.head.workloads})
        self.endpoints = {
            identity: Endpoint(_placement(self.base, identity), _placement(self.head, identity))
            for identity in identities
        }
        self.dirty = frozenset(i for i in identities if self._differs(self.endpoints[i]))

    def diff(self) -> ReachabilityDiff:
        found = [*self._between_workloads(), *self._with_addresses()]
        found.sort(key=_sort_key)
        changes = tuple(_edge_changes(found))
        return ReachabilityDiff(
            added=tuple(change for change in changes if not change.before),
            removed=tuple(change for change in changes if change.before and not change.after),
            changed=tuple(change for change in changes if change.before and change.after),
            may_added=tuple(_may_changes(found, _Opening)),
            may_removed=tuple(_may_changes(found, _Closing)),
        )

    def _differs(self, endpoint: Endpoint) -> bool:
        """Whether a pair with this end could have changed on this end's account."""
        if endpoint.base is None or endpoint.head is None:
            return True
        return _outlook(self.base, endpoint.base) != _outlook(self.head, endpoint.head)

    def _between_workloads(self) -> Iterator[_Found]:
        for source_identity, source in self.endpoints.items():
            for identity, destination in self.endpoints.items():
                if source_identity in self.dirty or identity in self.dirty:
                    base = _connection(self.base, source.base, destination.base)
                    head = _connection(self.head, source.head, destination.head)
                    pair = Pair((source,), (destination,), base, head)
                    for what, causes in self._differences(pair):
                        yield _Found(source.end, destination.end, what, causes)

    def _with_addresses(self) -> Iterator[_Found]:
        for identity in sorted(self.dirty):
            endpoint = self.endpoints[identity]
            yield from self._outward(endpoint)
            yield from self._inward(endpoint)

    def _outward(self, endpoint: Endpoint) -> Iterator[_Found]:
        for piece in self._pieces(endpoint, Direction.EGRESS):
            base = _connection(self.base, endpoint.base, piece)
            head = _connection(self.head, endpoint.head, piece)
            for what, causes in self._differences(Pair((endpoint,), (), base, head)):
                yield _Found(endpoint.end, piece, what, causes)

    def _inward(self, endpoint: Endpoint) -> Iterator[_Found]:
        for piece in self._pieces(endpoint, Direction.INGRESS):
            base = _connection(self.base, piece, endpoint.base)
            head = _connection(self.head, piece, endpoint.head)
            for what, causes in self._differences(Pair((), (endpoint,), base, head)):
                yield _Found(piece, endpoint.end, what, causes)

    def _pieces(self, endpoint: Endpoint, direction: Direction) -> tuple[AddressEnd, ...]:
        blocks: set[IPBlock] = set()
        for index, placement in ((self.base, endpoint.base), (self.head, endpoint.head)):
            if placement is not None:
                blocks |= index.blocks(placement.workload, direction)
        return atoms(blocks, EVERY_NETWORK)

    def _differences(self, pair: Pair) -> Iterator[tuple[_What, frozenset[Cause]]]:
        found = judge(pair.base, pair.head, self.head.state.profile, Effort())
        causes: frozenset[Cause] = frozenset()
        if found.opened:
            causes |= self.causes.of_opening(pair, found.opened, found.outcomes)
        if found.closed:
            causes |= self.causes.of_closing(pair, found.closed, found.outcomes)
        if found.opened or found.closed:
            yield _Change(found.before, found.after, found.opened, found.closed), causes
        for doubt in found.may_open:
            why = self.causes.of_opening(pair, doubt.ports, doubt.outcomes)
            yield _Opening(doubt.ports, doubt.facts), why
        for doubt in found.may_close:
            why = self.causes.of_closing(pair, doubt.ports, doubt.outcomes)
            yield _Closing(doubt.ports, doubt.facts), why


def _statements(state: ClusterState) -> Statements:
    return Statements(lambda name: [p for p in state.policies if p.namespace == name])


def _placement(index: PolicyIndex, identity: Identity) -> Placement | None:
    workload = index.workloads.get(identity)
    if workload is None:
        return None
    name = workload.namespace
    return Placement(workload, index.namespace_labels[name], index.namespaces.get(name))


def _outlook(index: PolicyIndex, placement: Placement) -> tuple[object, ...]:
    """Everything about an end that its connections hang on, however it is written."""
    workload = placement.workload
    binding = {
        (direction, when, frozenset(policy.rules(direction)))
        for direction in Direction
        for policy, when in index.selecting(workload, direction)
    }
    return (
        workload.labels,
        workload.open_labels,
        frozenset(workload.ports),
        workload.host_network,
        placement.namespace_labels,
        binding,
        index.unjudged(workload.namespace),
    )


def _connection(
    index: PolicyIndex,
    source: Placement | AddressEnd | None,
    destination: Placement | AddressEnd | None,
) -> Connection | None:
    """Absent where the state of ``index`` lacks one of the ends."""
    if source is None or destination is None:
        return None
    return index.connection(_subject(source), _subject(destination))


def _subject(end: Placement | AddressEnd) -> Workload | AddressEnd:
    return end.workload if isinstance(end, Placement) else end


def _sort_key(found: _Found) -> tuple[object, ...]:
    facts = () if isinstance(found.what, _Change) else found.what.facts
    return end_key(found.src), end_key(found.dst), facts


def _edge_changes(found: Iterable[_Found]) -> Iterator[EdgeChange]:
    for each in found:
        what = each.what
        if isinstance(what, _Change):
            yield EdgeChange(
                (each.src,),
                (each.dst,),
                before=what.before,
                after=what.after,
                opened=what.opened,
                closed=what.closed,
                because=because(each.causes),
                causes=ordered(each.causes),
            )


def _may_changes(
    found: Iterable[_Found], kind: type[_Opening] | type[_Closing]
) -> Iterator[MayChange]:
    for each in found:
        what = each.what
        if isinstance(what, kind):
            yield MayChange(
                (each.src,),
                (each.dst,),
                ports=what.ports,
                because=because(each.causes),
                facts=what.facts,
                causes=ordered(each.causes),
            )
