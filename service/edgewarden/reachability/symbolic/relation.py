"""What one end lets through in one state, over all pods: the relation of a direction.

A connection passes an end where that end is an address, or is not isolated, or a rule admits it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edgewarden.reachability.facts import OTHER, SUBJECT
from edgewarden.reachability.model import Direction
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.bindings import Bindings
from edgewarden.reachability.symbolic.boxes import Box, fused_boxes
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import disjoint, minus_all, overlapping
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.survey import Survey
from edgewarden.reachability.symbolic.translation import Said


@dataclass(frozen=True)
class Part:
    """What one namespace says in one direction, in one state.

    ``readings`` maps each box, as the labels of namespaces in that state make it, to the boxes
    of ``said.admitted`` that come to it.
    """

    said: Said
    readings: Mapping[Box, Sequence[Box]]

    def same_as(self, other: "Part") -> bool:
        """Whether both come from the same policies and are read in the same way."""
        return self.said is other.said and self.readings.keys() == other.readings.keys()


class Relation:
    """One direction of one state, as compared with another one."""

    def __init__(self, direction: Direction, survey: Survey, namespaces: Namespaces) -> None:
        self.direction = direction
        self._survey = survey
        self._namespaces = namespaces
        self._readings: dict[Box, Sequence[Box]] = {}

    def part(self, name: str) -> Part:
        said = self._survey.said(name, self.direction)
        readings: dict[Box, list[Box]] = {}
        for written in said.admitted:
            for box in self.read(written):
                readings.setdefault(box, []).append(written)
        return Part(said, readings)

    def read(self, written: Box) -> Sequence[Box]:
        """A rule as the labels of namespaces in this state make it."""
        if not self._namespaces.shifting:
            return (written,)
        known = self._readings.get(written)
        if known is None:
            end, labelling = OTHER[self.direction], self._survey.written.labelling
            known = tuple(self._namespaces.settled(written, end, labelling))
            self._readings[written] = known
        return known

    def passing(self, box: Box, budget: Budget) -> list[Box]:
        """The part of ``box`` that passes, as disjoint boxes."""
        end = SUBJECT[self.direction]
        passing = []
        outside = box & Box({axes.kind(end): axes.ADDRESS})
        if outside is not None:
            passing.append(outside)
        pods = box & Box({axes.kind(end): axes.POD})
        if pods is not None:
            names = pods.get(axes.namespace(end))
            wanted = names if isinstance(names, Values) else ALL_VALUES
            for area, bindings in self._survey.bindings(wanted, self.direction):
                inside = names & area
                if inside:
                    placed = pods.having(axes.namespace(end), inside)
                    passing += self._passing(placed, bindings, budget)
        return passing

    def _passing(self, box: Box, bindings: Bindings, budget: Budget) -> list[Box]:
        """``passing`` for pods of namespaces of which ``bindings`` tell all there is to say."""
        if not bindings.bound:
            return [box]
        if bindings.widened:
            raise BudgetExhaustedError
        where = axes.namespace(SUBJECT[self.direction])
        names = box.get(where)
        unbound = names - bindings.bound
        passing = [box.having(where, unbound)] if unbound else []
        for several, isolated in bindings.isolating:
            budget.spend(1)
            inside = names & several
            if inside:
                passing += minus_all([box.having(where, inside)], isolated, budget)
        admitted = []
        for written in overlapping(box, bindings.rules, budget):
            budget.spend(len(box.sides) + len(written.sides))
            readings = (box & rule for rule in self.read(written))
            admitted += [common for common in readings if common is not None]
        return passing + disjoint(fused_boxes(admitted), budget)
