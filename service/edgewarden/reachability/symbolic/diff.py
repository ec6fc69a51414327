"""The difference of two states over all pods that could exist.

Exact for ``networking.k8s.io/v1`` NetworkPolicy between pods that policies bind, whatever their
labels and namespaces, and between them and addresses outside the cluster. What the repository
leaves open about a known workload (``ipBlock`` over pods, ``hostNetwork``, policies that are not
judged) is the business of the comparison over known workloads.
"""

from collections.abc import Iterable, Iterator, Mapping

from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, PodPeer
from edgewarden.reachability.report import CauseKind, Side
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.gains import Change, Turn, found
from edgewarden.reachability.symbolic.namespaces import Labelling, Namespaces
from edgewarden.reachability.symbolic.relation import Part, Policies, Relation
from edgewarden.reachability.symbolic.statements import SymbolicDiff
from edgewarden.reachability.symbolic.stating import stated

DEFAULT_BUDGET = 1_000_000
"""Steps of ``Budget``: a few seconds of work at the most."""


def difference(
    base: ClusterState, head: ClusterState, *, budget: int = DEFAULT_BUDGET
) -> SymbolicDiff:
    """What opened and closed from ``base`` to ``head``, between all pods that could exist.

    Every connection that changed is in a statement, and every connection of an exact statement
    changed. Where that would take more than ``budget`` steps of work, statements are labelled as
    guarded or as an upper bound; none is left out.
    """
    comparison = _Comparison(base, head)
    changes = [change for direction in Direction for change in comparison.changes(direction)]
    opened = found(comparison.opening(), changes, Budget(budget // 2))
    closed = found(comparison.closing(), [each.swapped() for each in changes], Budget(budget // 2))
    return SymbolicDiff(stated(opened), stated(closed))


class _Comparison:
    def __init__(self, base: ClusterState, head: ClusterState) -> None:
        before, after = Labelling.of(base), Labelling.of(head)
        self.namespaces = Namespaces(before, after)
        self._base = Policies(base)
        self._head = Policies(head, alike=self._base)
        self._before = self._relations(self._base, before)
        self._after = self._relations(self._head, after)

    def _relations(self, policies: Policies, labelling: Labelling) -> Mapping[Direction, Relation]:
        return {
            direction: Relation(direction, policies, labelling, self.namespaces)
            for direction in Direction
        }

    def opening(self) -> Turn:
        return Turn(
            namespaces=self.namespaces,
            denying=self._before,
            admitting=self._after,
            denying_side=Side.BASE,
            admitting_side=Side.HEAD,
            rule_kind=CauseKind.RULE_ALLOWS,
            isolation_kind=CauseKind.ISOLATION_REMOVED,
        )

    def closing(self) -> Turn:
        return Turn(
            namespaces=self.namespaces,
            denying=self._after,
            admitting=self._before,
            denying_side=Side.HEAD,
            admitting_side=Side.BASE,
            rule_kind=CauseKind.RULE_GONE,
            isolation_kind=CauseKind.ISOLATION_ADDED,
        )

    def changes(self, direction: Direction) -> Iterator[Change]:
        """The namespaces that say something else in ``direction``, alike ones together."""
        alike: dict[object, list[tuple[str, Part, Part]]] = {}
        for name in self._touched(direction):
            before, after = self._before[direction].part(name), self._after[direction].part(name)
            if not before.same_as(after):
                key = (*_content(before), *_content(after))
                alike.setdefault(key, []).append((name, before, after))
        for several in alike.values():
            names, before_parts, after_parts = zip(*several, strict=True)
            yield Change(direction, names, before_parts, after_parts)

    def _touched(self, direction: Direction) -> Iterator[str]:
        """The namespaces whose policies differ, or ask for a label that some manifest changed."""
        for name in sorted({*self._base.by_namespace, *self._head.by_namespace}):
            before, after = self._base.of(name), self._head.of(name)
            if before != after or self._asks_for_shifting(after, direction):
                yield name

    def _asks_for_shifting(self, policies: Iterable[NetworkPolicy], direction: Direction) -> bool:
        shifting = self.namespaces.shifting
        return bool(shifting) and any(
            requirement.key in shifting
            for policy in policies
            for rule in policy.rules(direction)
            for peer in rule.peers
            if isinstance(peer, PodPeer) and peer.namespaces is not None
            for requirement in peer.namespaces.requirements
        )


def _content(part: Part) -> tuple[frozenset[Box], frozenset[Box], bool]:
    return frozenset(part.said.isolated), frozenset(part.readings), part.said.widened
