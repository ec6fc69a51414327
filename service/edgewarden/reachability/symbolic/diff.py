"""The difference of two states over all pods that could exist.

Exact for ``networking.k8s.io/v1`` NetworkPolicy between pods that policies bind, whatever their
labels and namespaces, and between them and addresses outside the cluster. What the repository
leaves open about a known workload (``ipBlock`` over pods, ``hostNetwork``, policies that are not
judged) is the business of the comparison over known workloads.
"""

from collections.abc import Iterator

from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.reasons import CauseKind, Side
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.changes import changes
from edgewarden.reachability.symbolic.gains import Turn, found
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.relation import Relation
from edgewarden.reachability.symbolic.statements import SymbolicDiff
from edgewarden.reachability.symbolic.stating import stated
from edgewarden.reachability.symbolic.survey import Survey

DEFAULT_BUDGET = 4_000_000
"""Steps of ``Budget``: a few seconds of work at the most."""


def difference(
    base: ClusterState, head: ClusterState, *, budget: int = DEFAULT_BUDGET
) -> SymbolicDiff:
    """What opened and closed from ``base`` to ``head``, between all pods that could exist.

    Every connection that changed is in a statement, and every connection of an exact statement
    changed. Where that would take more than ``budget`` steps of work, statements are labelled as
    guarded or as an upper bound; none is left out.
    """
    return difference_from(Survey(base), head, budget=budget)


def difference_from(
    base: Survey, head: ClusterState, *, budget: int = DEFAULT_BUDGET
) -> SymbolicDiff:
    """``difference`` for one of several heads of one base, which is translated only once."""
    comparison = _Comparison(base, Survey(head, over=base))
    opened = found(comparison.opening(), Budget(budget // 2))
    closed = found(comparison.closing(), Budget(budget // 2))
    return SymbolicDiff(stated(opened), stated(closed))


class _Comparison:
    def __init__(self, base: Survey, head: Survey) -> None:
        self._head = head
        self._namespaces = Namespaces(base.labelling, head.labelling)
        self._before, self._after = (
            {direction: Relation(direction, survey, self._namespaces) for direction in Direction}
            for survey in (base, head)
        )
        self._said = {
            direction: [
                (name, self._before[direction].part(name), self._after[direction].part(name))
                for name in self._touched(direction)
            ]
            for direction in Direction
        }

    def opening(self) -> Turn:
        return Turn(
            namespaces=self._namespaces,
            denying=self._before,
            admitting=self._after,
            changes=tuple(
                change
                for direction, said in self._said.items()
                for change in changes(direction, said)
            ),
            denying_side=Side.BASE,
            admitting_side=Side.HEAD,
            rule_kind=CauseKind.RULE_ALLOWS,
            isolation_kind=CauseKind.ISOLATION_REMOVED,
        )

    def closing(self) -> Turn:
        return Turn(
            namespaces=self._namespaces,
            denying=self._after,
            admitting=self._before,
            changes=tuple(
                change
                for direction, said in self._said.items()
                for change in changes(
                    direction, ((name, after, before) for name, before, after in said)
                )
            ),
            denying_side=Side.HEAD,
            admitting_side=Side.BASE,
            rule_kind=CauseKind.RULE_GONE,
            isolation_kind=CauseKind.ISOLATION_ADDED,
        )

    def _touched(self, direction: Direction) -> Iterator[str]:
        """The namespaces whose policies differ, or ask for a label that some manifest changed."""
        yield from sorted(filter(None, self._head.changed))
        shifting = self._namespaces.shifting.keys()
        if shifting:
            for name in self._head.namespaces:
                asked = self._head.said(name, direction).asked
                if name not in self._head.changed and not asked.isdisjoint(shifting):
                    yield name
