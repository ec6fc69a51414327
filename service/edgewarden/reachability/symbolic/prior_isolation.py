"""How policies isolated the pods at the ends of a box before the change."""

from collections.abc import Iterator

from edgewarden.reachability.facts import SUBJECT, Role
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.bindings import few
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import Bond, Extent
from edgewarden.reachability.symbolic.survey import Survey


class PriorIsolation:
    """The isolation of the base."""

    def __init__(self, survey: Survey, namespaces: Namespaces) -> None:
        self._survey = survey
        self._namespaces = namespaces

    def bonds(self, box: Box, budget: Budget) -> Iterator[Bond]:
        """The egress of the source and the ingress of the destination, as far as they are pods.

        A direction that takes more than ``budget`` to tell is left out.
        """
        for direction in (Direction.EGRESS, Direction.INGRESS):
            pods = _pods(box, SUBJECT[direction])
            if pods is not None:
                try:
                    extent = self._extent(pods, direction, budget)
                except BudgetExhaustedError:
                    continue
                held = extent is not Extent.NONE
                yield Bond(direction, extent, self._policies(pods, direction) if held else ())

    def _extent(self, pods: Box, direction: Direction, budget: Budget) -> Extent:
        where = axes.namespace(SUBJECT[direction])
        held = free = False
        for area, bindings in self._survey.bindings(_names(pods, where), direction):
            names = pods.get(where) & area
            unbound = names - bindings.bound
            free = free or bool(unbound and self._exist(pods.having(where, unbound)))
            for several, isolated in bindings.isolating:
                budget.spend(1)
                common = names & several
                placed = self._existing(pods.having(where, common)) if common else None
                if placed is not None:
                    left = minus_all([placed], isolated, budget)
                    free = free or bool(left)
                    held = held or left != [placed]
                if held and free:
                    return Extent.PART
        return Extent.ALL if held else Extent.NONE

    def _existing(self, pods: Box) -> Box | None:
        return self._namespaces.consistent(pods)

    def _exist(self, pods: Box) -> bool:
        return self._existing(pods) is not None

    def _policies(self, pods: Box, direction: Direction) -> tuple[tuple[ObjectRef, Location], ...]:
        """In each namespace those that isolate all of ``pods`` alone, or else those that help."""
        names = _names(pods, axes.namespace(SUBJECT[direction]))
        if not few(names):
            return ()
        found: set[tuple[ObjectRef, Location]] = set()
        for name in filter(None, names.listed):
            isolated = self._survey.said(name, direction).isolated
            alone = [box for box in isolated if box.covers(pods)]
            for box in alone or [box for box in isolated if box.overlaps(pods)]:
                found.update((each.policy.ref, each.policy.location) for each in isolated[box])
        return tuple(sorted(found))


def _pods(box: Box, end: Role) -> Box | None:
    """What ``box`` asks of the pods at ``end``, and of nothing else."""
    sides = {axis: each for axis, each in box.sides.items() if axis.end == end.value}
    return Box(sides) & Box({axes.kind(end): axes.POD})


def _names(pods: Box, where: axes.Axis) -> Values:
    names = pods.get(where)
    return names if isinstance(names, Values) else ALL_VALUES
