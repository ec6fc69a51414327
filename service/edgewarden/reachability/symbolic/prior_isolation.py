"""How policies isolated the pods at the ends of a box before the change."""

from collections.abc import Iterator
from typing import TypeAlias

from edgewarden.reachability.facts import SUBJECT, Role
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.bindings import few
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all, overlapping
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import Bond, Extent
from edgewarden.reachability.symbolic.survey import Survey

MOST_POLICIES = 10
"""Policies that are told of one bond; the others are counted."""

_Policies: TypeAlias = tuple[tuple[ObjectRef, Location], ...]


class PriorIsolation:
    """The isolation of the base."""

    def __init__(self, survey: Survey, namespaces: Namespaces) -> None:
        self._survey = survey
        self._namespaces = namespaces
        self._known: dict[tuple[Box, Direction], tuple[_Policies, int]] = {}
        self._shelves: dict[tuple[str, Direction], Shelf] = {}

    def bonds(self, box: Box, budget: Budget) -> Iterator[Bond]:
        """The egress of the source and the ingress of the destination, as far as they are pods.

        A direction that takes more than ``budget`` to tell is left out.
        """
        for direction in (Direction.EGRESS, Direction.INGRESS):
            pods = _pods(box, SUBJECT[direction])
            if pods is not None:
                try:
                    yield self._bond(pods, direction, budget)
                except BudgetExhaustedError:
                    continue

    def _bond(self, pods: Box, direction: Direction, budget: Budget) -> Bond:
        extent = self._extent(pods, direction, budget)
        if extent is Extent.NONE:
            return Bond(direction, extent)
        return Bond(direction, extent, *self._policies(pods, direction, budget))

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

    def _policies(self, pods: Box, direction: Direction, budget: Budget) -> tuple[_Policies, int]:
        """In each namespace those that isolate all of ``pods`` alone, or else those that help:
        the first, and the number of the others."""
        known = self._known.get((pods, direction))
        if known is None:
            found = sorted(self._isolating(pods, direction, budget))
            known = tuple(found[:MOST_POLICIES]), len(found[MOST_POLICIES:])
            self._known[pods, direction] = known
        return known

    def _isolating(
        self, pods: Box, direction: Direction, budget: Budget
    ) -> set[tuple[ObjectRef, Location]]:
        names = _names(pods, axes.namespace(SUBJECT[direction]))
        found: set[tuple[ObjectRef, Location]] = set()
        for name in filter(None, names.listed if few(names) else ()):
            isolated = self._survey.said(name, direction).isolated
            near = overlapping(pods, self._shelf(name, direction), budget)
            for box in [box for box in near if box.covers(pods)] or near:
                found.update((each.policy.ref, each.policy.location) for each in isolated[box])
        return found

    def _shelf(self, namespace: str, direction: Direction) -> Shelf:
        """The isolation that a namespace says."""
        shelf = self._shelves.get((namespace, direction))
        if shelf is None:
            isolated = self._survey.said(namespace, direction).isolated
            shelf = self._shelves[namespace, direction] = Shelf.of(tuple(isolated))
        return shelf


def _pods(box: Box, end: Role) -> Box | None:
    """What ``box`` asks of the pods at ``end``, and of nothing else."""
    sides = {axis: each for axis, each in box.sides.items() if axis.end == end.value}
    return Box(sides) & Box({axes.kind(end): axes.POD})


def _names(pods: Box, where: axes.Axis) -> Values:
    names = pods.get(where)
    return names if isinstance(names, Values) else ALL_VALUES
