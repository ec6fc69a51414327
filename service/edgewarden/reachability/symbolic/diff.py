"""The difference of two states over all pods that could exist.

Exact for ``networking.k8s.io/v1`` NetworkPolicy between pods that policies bind, whatever their
labels and namespaces, and between them and addresses. What ``hostNetwork`` and labels that
controllers set leave open about a known workload is the business of the comparison over known
workloads.
"""

from collections.abc import Iterable, Iterator, Sequence

from edgewarden.reachability.addresses import internet
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.reasons import CauseKind, Side
from edgewarden.reachability.symbolic.answers import combined, of_blocks, of_lingering
from edgewarden.reachability.symbolic.block_questions import BlockQuestions
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.census import Census
from edgewarden.reachability.symbolic.changes import changes
from edgewarden.reachability.symbolic.gains import Found, found
from edgewarden.reachability.symbolic.isolation import isolation_changes
from edgewarden.reachability.symbolic.namespaces import Namespaces, departed
from edgewarden.reachability.symbolic.prior_isolation import PriorIsolation
from edgewarden.reachability.symbolic.readings import Readings
from edgewarden.reachability.symbolic.relation import Part, Relation
from edgewarden.reachability.symbolic.statement_writer import StatementWriter
from edgewarden.reachability.symbolic.statements import IsolationStatement, SymbolicDiff
from edgewarden.reachability.symbolic.survey import Survey
from edgewarden.reachability.symbolic.turns import Turn
from edgewarden.reachability.symbolic.unjudged import Unjudged

DEFAULT_BUDGET = 4_000_000
"""Steps of ``Budget``: a few seconds of work at the most."""


def difference(
    base: ClusterState, head: ClusterState, *, budget: int = DEFAULT_BUDGET
) -> SymbolicDiff:
    """What opened and closed from ``base`` to ``head``, between all pods that could exist.

    Every connection that changed is in a statement, and every connection of an exact statement
    without facts changed. Where that would take more than ``budget`` steps of work, statements
    are labelled as guarded or as an upper bound; none is left out.
    """
    return difference_from(Readings(base), Index.of(head), budget=budget)


def difference_from(base: Readings, head: Index, *, budget: int = DEFAULT_BUDGET) -> SymbolicDiff:
    """``difference`` for one of several heads of one base, which is translated only once."""
    after = Readings(head.state, over=base)
    namespaces = Namespaces(base.written.labelling, after.written.labelling)
    written = _Case(base, after, namespaces)
    lingering = (*base.state.lingering, *head.state.lingering)
    writer = StatementWriter(
        namespaces=namespaces,
        prior=PriorIsolation(written.before, namespaces),
        census=Census(head, namespaces),
        unjudged=Unjudged(base.state, head.state),
        pod_addresses=after.pod_addresses,
        lingering=lingering,
        departed=departed(base.state, head.state),
        internet=internet(head.state.profile),
        questions=BlockQuestions(base, after),
    )
    share = budget // 12
    opened, closed = written.opened(share), written.closed(share)
    if lingering:
        before = base.with_lingering(base)
        stays = _Case(before, after.with_lingering(before), namespaces)
        facts = of_lingering(lingering)
        opened = combined(opened, stays.opened(share), facts, Budget(share))
        closed = combined(closed, stays.closed(share), facts, Budget(share))
    return SymbolicDiff(
        opened=writer.statements(opened, Budget(share)),
        closed=writer.statements(closed, Budget(share)),
        isolation=writer.isolation(written.isolation(Budget(share))),
    )


class _Case:
    """Two states, compared under each answer to whether ``ipBlock`` matches pods."""

    def __init__(self, base: Readings, head: Readings, namespaces: Namespaces) -> None:
        surveys = head.against(base)
        comparisons = [_Comparison(*each, namespaces) for each in surveys]
        self.before = surveys[0][0]
        self._opening = [each.opening() for each in comparisons]
        self._closing = [each.closing() for each in comparisons]

    def opened(self, share: int) -> Iterator[Found]:
        return _found(self._opening, share)

    def closed(self, share: int) -> Iterator[Found]:
        return _found(self._closing, share)

    def isolation(self, budget: Budget) -> Iterator[IsolationStatement]:
        for turn in (self._opening[0], self._closing[0]):
            yield from isolation_changes(turn, budget)


def _found(turns: Sequence[Turn], share: int) -> Iterator[Found]:
    """What one turn finds, or the turns of both answers together."""
    if len(turns) == 1:
        return found(turns[0], Budget(share))
    apart, within = (found(turn, Budget(share)) for turn in turns)
    return combined(apart, within, of_blocks, Budget(share))


class _Comparison:
    """Two states under one answer."""

    def __init__(self, base: Survey, head: Survey, namespaces: Namespaces) -> None:
        self._base, self._head = base, head
        self._namespaces = namespaces
        self._before, self._after = (
            {direction: Relation(direction, survey, namespaces) for direction in Direction}
            for survey in (base, head)
        )
        self._said: dict[Direction, list[tuple[str, Part, Part]]] = {
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

    def _touched(self, direction: Direction) -> Iterable[str]:
        """The namespaces with other policies, or whose rules see namespaces with other labels."""
        touched = set(filter(None, self._head.written.changed))
        before, after = self._before[direction], self._after[direction]
        for key in self._namespaces.shifting:
            for box, names in self._base.asking(key, direction).items():
                if before.read(box) != after.read(box):
                    touched.update(names)
        return sorted(touched)
